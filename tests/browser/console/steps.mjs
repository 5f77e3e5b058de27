// steps.mjs - cases of a browser program as TAP, a page that reports every trouble, and the door to cameras and daemon
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.CONSOLE, 'package.json'));
const { chromium } = require('playwright-core');
export const axeSource = require('axe-core').source;

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

let browser;

// A page of a context of its own; trouble: what its console and the content security policy said. `like`: the page whose
// session it shares.
export async function open(width, height, settings = {}, { script = null, like = null } = {}) {
  browser ??= await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
  });
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
  await page.goto(address);
  return page;
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
      for (const page of browser?.contexts().flatMap((context) => context.pages()) ?? [])
        await page.screenshot({ path: `${shots}/console-failed-${n + 1}.png` }).catch(() => {});
    }
  }
  await browser?.close();
  process.exit(status);
}
