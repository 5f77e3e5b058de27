// map.mjs - hands on the map: 20,000 cameras gathered and parted, in step with the search and the list, what shares a pole, cases by
// their severity, none of a sensitive one, onto the wall; all of it without a network; how long it takes, and how it looks
import { join } from 'node:path';
import { person, small } from './people.mjs';
import { axe, check, door, equal, note, run, shots, step, until } from './steps.mjs';

const MANY = 20000;
let page;
const asked = [];
const shot = (name, of = page) => of.screenshot({ path: join(shots, `map-${name}.png`) });
const marks = (kind) => page.locator(`.mapmark.${kind}`);
const find = (text) => page.locator('.find input').fill(text);
const counted = () => page.locator('.mapmark.many').allTextContents().then((list) => list.reduce((sum, text) => sum + Number(text), 0));

step('one click, and 20,000 cameras stand where they are, gathered, with no word to any other machine', async () => {
  page = await person('zhang', ['dispatcher']);
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('link', { name: '摄像机', exact: true }).click();
  await until(async () => (await page.locator('.el-segmented__item').allInnerTexts()).some((text) => text.includes(`全部 ${MANY}`)), 'all are read');
  const took = [];
  for (let n = 0; n < 5; n++) {
    took.push(
      await page.evaluate(async () => {
        const button = [...document.querySelectorAll('.camerapage .head button')].find((item) => item.textContent.includes('地图'));
        const start = performance.now();
        button.click();
        while (!document.querySelector('.mapmark.many')) await new Promise((done) => requestAnimationFrame(done));
        return performance.now() - start;
      }),
    );
    if (n < 4) await page.getByRole('button', { name: '地图', exact: true }).click();
  }
  note(`first marks ${took.map((ms) => ms.toFixed(0)).join(', ')} ms after the click (the first with the library)`);
  check((await counted()) + (await marks('one').count()) >= MANY - 2, `on the map: ${await counted()}`);
  check((await page.locator('.mapmark').count()) < 700, 'marks that exist');
  await until(async () => (await page.locator('.maptold').innerText()).includes(`${MANY - 1} / ${MANY}`), 'those without a place are told');
  const border = () => page.locator('.mapborder').evaluateAll((paths) => paths.map((path) => path.getAttribute('d').split('L').length));
  await until(async () => JSON.stringify(await border()) === '[5]', async () => `the points of the one border: ${await border()}`);
  await shot('1920');
  await axe(page, 'map');
  const host = new URL(page.url()).host;
  equal(asked.filter((url) => !url.startsWith('blob:') && new URL(url).host !== host), [], 'other machines');
});

step('it moves with the hand', async () => {
  const box = await page.locator('.map').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.evaluate(() => {
    window.frames_ = [];
    let before = performance.now();
    const look = (now) => {
      window.frames_.push(now - before);
      before = now;
      window.looking = requestAnimationFrame(look);
    };
    window.looking = requestAnimationFrame(look);
  });
  for (let n = 0; n < 60; n++) await page.mouse.move(box.x + box.width / 2 - n * 4, box.y + box.height / 2 - n * 2);
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(window.looking);
    return window.frames_.slice(2).sort((a, b) => a - b);
  });
  await page.mouse.up();
  note(`frames while it is dragged: median ${frames[frames.length >> 1].toFixed(1)}, p95 ${frames[Math.floor(frames.length * 0.95)].toFixed(1)} ms of ${frames.length}`);
  check(frames.length > 5, 'it was drawn');
});

step('what is searched for is all that is there; by the keyboard a mark opens its camera, which the list knows', async () => {
  await find('测试机3');
  await until(async () => (await marks('one').count()) === 1 && (await counted()) === 0, 'one mark');
  const isInside = await marks('one').evaluate((mark) => {
    const [ring, sign] = [mark, mark.firstElementChild].map((part) => part.getBoundingClientRect());
    return sign.left >= ring.left && sign.right <= ring.right && sign.top >= ring.top && sign.bottom <= ring.bottom;
  });
  check(isInside, 'its sign stands in its ring');
  await marks('one').focus();
  await page.keyboard.press('Enter');
  await page.locator('.details', { hasText: '测试机3' }).waitFor();
  await until(async () => (await page.locator('.mapring').count()) === 1, 'it is ringed');
  await shot('chosen');
});

step('chosen in the list, it comes into sight; and onto the wall with a button', async () => {
  await find('测试机');
  await page.locator('.panel .camera', { hasText: '测试机2' }).click();
  await page.locator('.details', { hasText: '测试机2' }).waitFor();
  await page.locator('.panel .camera', { hasText: '测试机3' }).click();
  await page.locator('.details', { hasText: '测试机3' }).getByRole('button', { name: '上墙' }).click();
  await until(async () => Object.values(await door('glass')).includes('cam-3'), 'it is on the wall');
});

step('beside the wall: a camera is dragged from the map onto a tile, the map stays where it is; names lie over the marks', async () => {
  await page.getByRole('link', { name: '大屏', exact: true }).click();
  await page.locator('.rail.cameras').getByRole('button', { name: '地图', exact: true }).click();
  await page.locator('.rail .mapmark').first().waitFor();
  await page.locator('.rail.cameras input').first().fill('测试机1');
  await until(async () => (await page.locator('.rail .mapmark').count()) === 1, 'one mark');
  const mark = await page.locator('.rail .mapmark.one').boundingBox();
  const tile = await page.locator('.stage[data-takes] .tile[data-tile="4"]').boundingBox();
  await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
  await page.mouse.down();
  await page.mouse.move(tile.x + tile.width / 2, tile.y + tile.height / 2, { steps: 8 });
  await page.locator('.dropword').waitFor();
  await shot('drag');
  await page.mouse.up();
  await until(async () => (await door('glass'))['4'] === 'cam-1', 'it is in tile 4');
  equal(await page.locator('.rail .mapmark.one').boundingBox(), mark, 'where the mark is');
  await page.locator('.rail .mapmark.one').click();
  await page.locator('.pointed', { hasText: '测试机1' }).getByText('在墙上').waitFor();
  await axe(page, 'the map beside the wall');
  await page.locator('.rail.cameras input').first().fill('');
  await until(async () => (await page.locator('.rail .mapname').count()) > 0, 'names of regions');
  const [name, marks] = await page.evaluate(() => ['.mapnames', '.leaflet-marker-pane'].map((pane) => Number(getComputedStyle(document.querySelector(`.rail ${pane}`)).zIndex)));
  check(name > marks, `names at ${name}, marks at ${marks}`);
  await shot('wall');
  await page.locator('.rail.cameras').getByRole('button', { name: '地图', exact: true }).click();
  await page.getByRole('link', { name: '摄像机', exact: true }).click();
  await page.getByRole('button', { name: '地图', exact: true }).click();
});

step('three on one pole never part: a click lists them, and one of them is chosen', async () => {
  await find('杆上');
  await until(async () => (await counted()) === 3, 'gathered');
  await marks('many').click();
  const card = page.locator('.mapcard');
  await card.getByText('这里有 3 个').waitFor();
  await shot('pole');
  await axe(page, 'card');
  await card.getByRole('button', { name: '杆上101号' }).click();
  await page.locator('.details', { hasText: '杆上101号' }).waitFor();
  await find('');
});

step('cases stand by severity, with a shape; none of a sensitive case', async () => {
  const told = await page.locator('.maptold').innerText();
  check(told.includes('案件 2 件') && told.includes('另有 2 件'), told);
  const { cases } = await door('get', '/api/v1/cases?open=1');
  equal(cases.filter((row) => row.position).map((row) => row.code).sort(), ['HT-M1', 'HT-M2'], 'cases with a place');
  await page.locator('.details').getByRole('button', { name: '关闭详情' }).click();
  await find('路口');
  const mark = page.locator('.mapmark.case.red');
  await mark.waitFor();
  check((await mark.innerText()).includes('▲'), 'its shape');
  await mark.click();
  const card = page.locator('.mapcard');
  await card.getByText('HT-M1').waitFor();
  await shot('case');
  await card.getByRole('link', { name: '打开案件' }).click();
  await page.locator('.casedrawer', { hasText: 'HT-M1' }).waitFor();
});

step('who may read no cases sees none', async () => {
  const device = await person('wu', ['device_admin']);
  await device.getByRole('link', { name: '摄像机', exact: true }).click();
  await device.getByRole('button', { name: '地图', exact: true }).click();
  await device.locator('.mapmark.many').first().waitFor();
  equal(await device.locator('.mapmark.case').count(), 0, 'cases');
  check(!(await device.locator('.maptold').innerText()).includes('案件'), 'nor their number');
  equal(device.trouble, [], 'trouble');
  await device.context().close();
});

step('it fits 1366×768, by day and in English', async () => {
  for (const [settings, name] of [[{ theme: 'light' }, 'light'], [{ language: 'en' }, 'en']]) {
    const other = await small(page, '#/cameras', '.camerapage', `map ${name}`, settings);
    await other.getByRole('button', { name: name === 'en' ? 'Map' : '地图', exact: true }).click();
    await other.locator('.mapmark.many').first().waitFor();
    await other.locator('.find input').fill('测试机3');
    await other.locator('.panel .camera', { hasText: '测试机3' }).click();
    await other.locator('.details h4').first().waitFor();
    await axe(other, `map ${name}`); // before all are there again: then marks of cases may lie over those of cameras
    await other.locator('.find input').fill('');
    await shot(`1366-${name}`, other);
    equal(await other.evaluate(() => document.documentElement.scrollWidth), 1366, 'width');
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
  equal(page.trouble, [], 'trouble');
});

await run();
