// people.mjs - somebody of the site, signed in; and the smallest screen
import { door, enter, equal, open } from './steps.mjs';

export async function signIn(page, account, password) {
  await page.getByLabel('账号', { exact: true }).fill(account);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

// A page of a new person with these roles.
export async function person(account, roles, width = 1920, height = 1080) {
  const first = await door('account', account, ...roles);
  const page = await open(width, height);
  await enter(page, account, first);
  await page.locator('.frame:not([inert])').waitFor();
  return page;
}

// The same page on the smallest screen, in daylight unless told otherwise: nothing is cut off, nothing is hard to read.
export async function small(page, path, ready, what, settings = { theme: 'light' }) {
  const other = await open(1366, 768, settings, { like: page, path });
  await other.locator(ready).first().waitFor();
  const wide = await other.evaluate(() => [document.documentElement, ...document.querySelectorAll('.sheet')].map((part) => part.scrollWidth - part.clientWidth));
  equal(wide, wide.map(() => 0), `what does not fit in: ${what}`);
  return other;
}
