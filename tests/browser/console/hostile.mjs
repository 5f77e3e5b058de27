// hostile.mjs - what goes wrong around a console: names that are markup, an hour's sleep, a daemon that goes in mid-drag
import { join } from 'node:path';
import { drag, middle, tile } from './hands.mjs';
import { person, signIn } from './people.mjs';
import { PASSWORD, check, door, equal, note, run, shots, step, until } from './steps.mjs';

const PAGES = ['#/', '#/cameras', '#/cases', '#/boards', '#/health', '#/settings', '#/audit'];
const MARK = '<svg onload='; // what every planted name holds
let page;
const label = (n) => page.locator(tile(n)).getAttribute('aria-label');

// What has come out of the names as elements or as script, and whether they are there as text.
async function look(who, path) {
  await who.evaluate((hash) => (location.hash = hash), path);
  await who.waitForTimeout(700); // lists come by further requests, each page's own
  return who.evaluate((mark) => {
    const all = [...document.querySelectorAll('*')];
    const planted = all.filter((item) => item.getAttribute('onload') || item.getAttribute('onerror') || item.getAttribute('src') === 'x' || item.localName === 'base');
    return { planted: planted.map((item) => item.outerHTML.slice(0, 80)), ran: window.ran ?? 0, texts: document.body.innerHTML.split(mark.replace('<', '&lt;')).length - 1 };
  }, MARK);
}

step('names with markup are text on every page, for everybody, and no script of theirs runs', async () => {
  let texts = 0;
  for (const roles of [['dispatcher'], ['leader'], ['auditor'], ['sysadmin', 'device_admin']]) {
    const who = await person(`p-${roles[0]}`.replace('_', '-'), roles);
    await who.context().addInitScript(() => {
      window.ran = 0;
      window.alert = () => (window.ran += 1);
    });
    await who.reload();
    await who.locator('.frame:not([inert])').waitFor();
    for (const path of PAGES) {
      const found = await look(who, path);
      equal([found.planted, found.ran], [[], 0], `elements and scripts of names at ${path} for ${roles}`);
      texts += found.texts;
    }
    equal(who.trouble, [], 'trouble');
    if (roles[0] === 'dispatcher') page = who;
    else await who.context().close();
  }
  note(`${texts} names as text`);
  check(texts >= 20, 'the names were hardly anywhere: nothing was tested');
});

step('a search, a reason and a preset that are markup stay text where they are typed', async () => {
  const evil = '"><svg onload=alert(1)>';
  await page.evaluate(() => (location.hash = '#/'));
  await page.waitForSelector(tile(1));
  await page.locator('.searchfield input').fill(evil);
  await page.waitForTimeout(300);
  await page.locator('.searchfield input').fill('');
  await door('preset', evil);
  await until(async () => (await page.locator('.tools').innerHTML()).includes('&lt;svg onload'), 'the preset is in the bar');
  await page.locator(tile(1)).click({ button: 'right' }).catch(() => {});
  await page.keyboard.press('Escape');
  const found = await page.evaluate(() => [window.ran, document.querySelectorAll('[onload]').length]);
  equal(found, [0, 0], 'scripts and elements');
  await page.screenshot({ path: join(shots, 'console-markup.png') });
  equal(page.trouble, [], 'trouble');
});

step('the daemon goes in mid-drag: dropping says that nothing was done, nothing is lost, and the next drag works', async () => {
  await page.evaluate(() => document.activeElement?.blur());
  await until(async () => (await label(2))?.includes('乙'), 'tile 2 shows 乙');
  const before = (await door('wall')).tiles.map((item) => item.camera);
  await drag(page, await middle(page, tile(1)), await middle(page, tile(2)));
  await page.waitForSelector(`${tile(2)}.over`);
  await door('kill');
  await page.locator('.banner.bad', { hasText: '起没有连接' }).waitFor();
  await page.mouse.up();
  const said = page.locator('.el-message--error');
  await said.first().waitFor();
  const text = await said.first().textContent();
  note(text);
  check(/没有|未|连/.test(text) && !/lost|undefined/.test(text), `said: ${text}`);
  await page.screenshot({ path: join(shots, 'console-lost-drag.png') });
  equal(await page.locator('.ghost').count(), 0, 'ghosts');
  await door('start');
  await page.locator('.banner.bad').waitFor({ state: 'detached' });
  equal((await door('wall')).tiles.map((item) => item.camera), before, 'the wall after it came back');
  await page.waitForSelector('.stage[data-preview=playing]');
  await drag(page, await middle(page, tile(1)), await middle(page, tile(2)));
  await page.waitForSelector(`${tile(2)}.over`);
  await page.mouse.up();
  await until(async () => (await door('wall')).tiles[0].camera === before[1], 'exchanged');
});

step('a page that slept for an hour: its session is over, one signs in again and sees the wall as it is now', async () => {
  await door('nap', 3600);
  await page.getByText('会话已结束').waitFor();
  equal(await page.locator('.stage[data-preview=playing]:not(.stale)').count(), 0, 'pictures that look live');
  await page.screenshot({ path: join(shots, 'console-awake.png') });
  await signIn(page, 'p-dispatcher', PASSWORD);
  await page.waitForSelector('.door', { state: 'detached' });
  await page.waitForSelector('.stage[data-preview=playing]');
  const [now] = (await door('wall')).tiles.map((item) => item.camera);
  equal(now, 'cam-3', 'what was put there meanwhile');
  await until(async () => (await label(1))?.includes('丙'), async () => `tile 1 is ${await label(1)}`);
  equal(page.trouble, [], 'trouble');
});

await run();
