// hands.mjs - a hand on the wall page: where tiles are, and what is dragged over them

export const tile = (n) => `.stage[data-takes] .tile[data-tile="${n}"]`;

export async function middle(page, selector) {
  const box = await page.locator(selector).first().boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

// Holds it there; the button is still down.
export async function drag(page, from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(from[0] + 12, from[1] + 4, { steps: 2 });
  await page.mouse.move(...to, { steps: 6 });
}
