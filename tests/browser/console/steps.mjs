// steps.mjs - cases of a browser program as TAP, a page that reports every trouble, and the door to cameras and daemon
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.CONSOLE, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = require('axe-core').source;

const [, , address, doorAddress, shots] = process.argv;
export { address, shots };
const WAIT_MS = 60000; // a watchdog, for machines that are held up

export async function door(name, ...values) {
  const answer = await fetch(doorAddress + name, { method: 'POST', body: JSON.stringify(values) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${name}: ${text}`);
  return JSON.parse(text);
}

const cases = [];
export const step = (name, run) => cases.push({ name, run });
export const note = (text) => console.log(String(text).replace(/^/gm, '# '));

export function check(isTrue, text) {
  if (!isTrue) throw new Error(text);
}
export function equal(got, wanted, what) {
  check(JSON.stringify(got) === JSON.stringify(wanted), `${what} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}

// Asks until the answer is true, and returns it.
export async function until(ask, what) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${WAIT_MS / 1000} s: ${typeof what === 'function' ? await what() : what}`);
    await new Promise((done) => setTimeout(done, 30));
  }
}

const browsers = {};

// A page of a context of its own; trouble: what its console and the content security policy said. `like`: the page whose
// session it shares. isStrict: by a browser that lets nothing sound before a hand was on the page, as those of people do.
export async function open(width, height, settings = {}, { script = null, like = null, isStrict = false, path = '' } = {}) {
  const policy = isStrict ? [] : ['--autoplay-policy=no-user-gesture-required'];
  const browser = (browsers[isStrict] ??= await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--mute-audio', ...policy],
  }));
  const storageState = like ? { cookies: await like.context().cookies(), origins: [] } : undefined;
  const context = await browser.newContext({ viewport: { width, height }, storageState });
  context.setDefaultTimeout(WAIT_MS);
  await context.addInitScript((given) => {
    if (!localStorage.getItem('wallctl.settings')) localStorage.setItem('wallctl.settings', JSON.stringify(given));
  }, settings);
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  page.trouble = [];
  page.on('console', (message) => {
    // Who is not signed in, and a daemon that was away, are no faults of the page.
    if (message.type() === 'error' && !/40[13] |ERR_CONNECTION|WebSocket/.test(message.text())) page.trouble.push(message.text());
  });
  page.on('pageerror', (error) => page.trouble.push(String(error)));
  await page.goto(address + path);
  return page;
}

export const PASSWORD = 'riverside lantern 4471';

// Signs in with a one-time password, and changes it.
export async function enter(page, account, first) {
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('密码', { exact: true }).fill(first);
  await page.keyboard.press('Enter');
  await page.getByLabel('现在的密码').fill(first);
  await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
  await page.getByLabel('再输一遍新密码').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

export async function axe(where, what) {
  // What is still fading in has not its colours yet.
  await where.evaluate(() => {
    const isFinite = (move) => move.effect.getComputedTiming().endTime !== Infinity;
    return Promise.allSettled(document.getAnimations().filter(isFinite).map((move) => move.finished));
  });
  // As a debugger does it: the page's own policy allows no foreign script.
  await where.evaluate(axeSource);
  const { violations } = await where.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  equal(violations.map((item) => `${item.id}: ${item.nodes[0].html.slice(0, 160)} ${item.nodes[0].any[0]?.message ?? ''}`), [], `violations: ${what}`);
}

export async function run() {
  console.log(`1..${cases.length}`);
  let status = 0;
  for (const [n, { name, run: steps }] of cases.entries()) {
    try {
      await steps();
      console.log(`ok ${n + 1} - ${name}`);
    } catch (error) {
      status = 1;
      console.log(`not ok ${n + 1} - ${name}`);
      note(error.stack);
      const pages = Object.values(browsers).flatMap((browser) => browser.contexts()).flatMap((context) => context.pages());
      for (const [nth, page] of pages.entries())
        await page.screenshot({ path: `${shots}/console-failed-${n + 1}-${nth + 1}.png` }).catch(() => {});
    }
  }
  for (const browser of Object.values(browsers)) await browser.close();
  process.exit(status);
}
