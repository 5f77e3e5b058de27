// wall.mjs - an operator's hands on the wall page: what is on glass, drag and drop, keys, layouts, presets, tours,
// preparing, conflict, alarms, trouble; and how the page looks, weighs and serves everybody
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as hands from './hands.mjs';
import { tile } from './hands.mjs';
import { axe, check, door, enter, equal, note, open, PASSWORD, run, shots, step, until } from './steps.mjs';

const dist = process.argv[5];
const COUNT = 9;
const MOST_SCRIPT = 400 * 1024; // bytes of JavaScript, packed, for the wall page
let page;

const shown = async () => Object.fromEntries((await door('wall')).tiles.map((item) => [item.tile, item.camera]));
const wallIs = (wanted, what) =>
  until(async () => Object.entries(wanted).every(([n, camera]) => camera === ((now) => now[n] ?? null)(last)) || ((last = await shown()), false),
    () => `${what}: ${JSON.stringify(last)}`);
let last = {};
async function expectWall(wanted, what) {
  last = await shown();
  await wallIs(wanted, what);
}
const middle = (selector) => hands.middle(page, selector);
const dragTo = (from, to) => hands.drag(page, from, to);
const type = async (...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const selected = () => page.locator('.stage[data-takes] .tile.chosen').getAttribute('data-tile').catch(() => null);

async function signIn(password) {
  await page.getByLabel('账号').fill('zhang');
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

step('one signs in: a wrong password is told as such, a one-time password is changed, and then the wall is there', async () => {
  const first = await door('account', 'zhang', 'dispatcher');
  page = await open(1920, 1080);
  await page.getByLabel('账号').waitFor();
  await axe(page, 'sign-in');
  await page.screenshot({ path: join(shots, 'console-signin.png') });
  await signIn('not this one, surely');
  await page.getByText('账号或密码不对').waitFor();
  await signIn(first);
  await page.getByLabel('现在的密码').fill(first);
  await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
  await page.getByLabel('再输一遍新密码').fill(PASSWORD);
  await page.screenshot({ path: join(shots, 'console-password.png') });
  await page.keyboard.press('Enter');
  await page.waitForSelector(tile(1));
  await page.getByRole('button', { name: '张三' }).waitFor();
});

step('the wall is seen: a moving picture, and over it every tile with its number, name and state', async () => {
  const began = Date.now();
  await page.reload();
  await page.waitForSelector(tile(1));
  const usable = Date.now() - began;
  await page.waitForSelector('.stage[data-preview=playing]');
  note(`usable after ${usable} ms, the picture after ${Date.now() - began} ms`);
  await until(async () => (await page.locator('.stage .tile.good').count()) === COUNT, 'nine live tiles');
  equal(await page.locator(tile(3)).getAttribute('aria-label'), '窗格 3 · 测试机3 · 正常', 'label of tile 3');
  equal(await page.title(), '红塔区综治中心 · 控制台', 'title');
  const moved = () => page.evaluate(() => document.querySelector('video').currentTime);
  const before = await moved();
  await until(async () => (await moved()) > before, 'the picture moves');
  await until(async () => /^\d\.\d s$/.test(await page.locator('.lag').textContent()), 'the delay is told');
  await page.screenshot({ path: join(shots, 'console-wall.png') });
});

step('it costs less JavaScript than was promised, and it goes over the wire packed and for good', async () => {
  const sizes = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js.gz')).map((name) => readFileSync(join(dist, 'assets', name)).length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  note(`${Math.round(all / 1024)} KiB of JavaScript, packed`);
  check(all <= MOST_SCRIPT, `${all} bytes of JavaScript`);
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name, encodedBodySize, decodedBodySize }) => [name, encodedBodySize, decodedBodySize]));
  const scripts = loaded.filter(([name]) => name.endsWith('.js'));
  check(scripts.length > 0 && scripts.every(([, packed, whole]) => packed < whole || whole < 1024), `packed: ${JSON.stringify(scripts)}`);
  for (const [name] of loaded) check(new URL(name).origin === new URL(page.url()).origin, `${name} comes from elsewhere`);
});

step('20,000 cameras are in the list, few of them as elements; typing finds by name, number and initials', async () => {
  await until(async () => (await page.locator('.rail.cameras .railhead').textContent()).includes('20000'), 'all are read');
  check((await page.locator('.line').count()) < 80, 'lines that exist');
  await page.keyboard.press('/');
  for (const [text, wanted] of [['测试机11', '测试机11'], ['20000', '远处20000号路口'], ['yc19999', '远处19999号路口'], ['530402 csj3', '测试机3']]) {
    const took = await page.evaluate(async (value) => {
      const field = document.querySelector('.searchfield input');
      const start = performance.now();
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - start;
    }, text);
    await until(async () => (await page.locator('.line .name').first().textContent()) === wanted, `'${text}' finds ${wanted}`);
    note(`'${text}' found in ${took.toFixed(0)} ms`);
  }
  await page.locator('.searchfield input').fill('测试机10');
});

step('a camera is dragged onto a tile, tiles are exchanged, and dragged out is taken off; one key undoes each', async () => {
  await dragTo(await middle('.line .name'), await middle(tile(2)));
  await page.waitForSelector(`${tile(2)}.over`);
  await page.mouse.up();
  await expectWall({ 2: 'cam-10', 3: 'cam-3' }, 'dropped on tile 2');
  await until(async () => (await door('glass'))[2] === 'cam-10', 'it is on glass');
  await dragTo(await middle(tile(3)), await middle(tile(4)));
  await page.mouse.up();
  await expectWall({ 3: 'cam-4', 4: 'cam-3' }, 'exchanged');
  await dragTo(await middle(tile(5)), [960, 20]);
  await page.waitForSelector('.ghost .bad');
  await page.mouse.up();
  await expectWall({ 5: null }, 'dragged out');
  await page.locator('.stage').click({ position: { x: 5, y: 5 } });
  await type('Escape', 'z', 'z', 'z');
  await expectWall({ 2: 'cam-2', 3: 'cam-3', 4: 'cam-4', 5: 'cam-5' }, 'all undone');
  await type('y');
  await expectWall({ 2: 'cam-10' }, 'done again');
  await type('z');
  await expectWall({ 2: 'cam-2' }, 'undone again');
});

step('Escape lets go of what is dragged, and a click stays a click', async () => {
  const { revision } = await door('wall');
  await dragTo(await middle(tile(1)), await middle(tile(9)));
  await page.keyboard.press('Escape');
  await page.mouse.up();
  equal(await page.locator('.ghost').count(), 0, 'ghosts');
  equal((await door('wall')).revision, revision, 'revision');
});

step('everything by the keyboard: tiles, cameras with and without a tile, layouts, presets, full, off', async () => {
  await page.evaluate(() => document.activeElement?.blur());
  await type('Escape', '4', 'Enter');
  await until(async () => (await selected()) === '4', 'tile 4 is selected');
  await type('c', '1', '1');
  check((await page.locator('.typing').textContent()).includes('测试机11'), 'what is typed is told');
  await type('Enter');
  await expectWall({ 4: 'cam-11' }, 'c 11');
  await type('ArrowRight');
  await until(async () => (await selected()) === '5', 'the next tile');
  await type('Delete');
  await expectWall({ 5: null }, 'off');
  await type('Escape', '*', '5', 'Enter', '5', 'Enter');
  await expectWall({ 5: 'cam-5' }, 'camera 5 to tile 5 by the number pad');
  await type('6', 'Enter', 'f');
  await until(async () => (await door('wall')).maximised === 6, 'full');
  await type('f');
  await until(async () => (await door('wall')).maximised === 0, 'restored');
  await type('Escape', 'l', '1', '6', 'Enter');
  await until(async () => (await door('wall')).tiles.length === 16, 'l 16');
  await type('p', '1', 'Enter');
  await expectWall({ 1: 'cam-1', 4: 'cam-4' }, 'p 1');
  await until(async () => (await door('wall')).tiles.length === 4, 'four tiles');
  await type('c', '7', '7', '7', '7', '7', 'Enter');
  await page.waitForSelector('.el-message--error');
  await type('l', '9', 'Enter');
  await until(async () => (await door('wall')).tiles.length === 9, 'l 9');
  await door('do', 'recall', { preset: '路口' });
  await type('?');
  await page.waitForSelector('.keys');
  await page.screenshot({ path: join(shots, 'console-keys.png') });
  await page.keyboard.press('Escape');
  await page.waitForSelector('.keys', { state: 'hidden' });
});

step('layouts, presets and tours by hand', async () => {
  await page.locator('.tools .pick', { hasText: /^9$/ }).click();
  await until(async () => (await door('wall')).tiles.length === 9, 'nine tiles');
  await page.locator('.tools .pick.more').nth(1).click();
  await page.locator('.el-popper:visible').getByText('存为预案…').click();
  await page.getByLabel('预案名称').fill('夜间');
  await page.keyboard.press('Enter');
  await until(async () => (await door('get', '/api/v1/walls/main/presets')).presets.some((item) => item.name === '夜间'), 'saved');
  await page.locator('.tools .pick', { hasText: '夜间' }).waitFor();
  const tour = async () => (await door('get', '/api/v1/tours')).tours[0];
  await page.locator('.tools .pick.more').nth(2).click();
  await page.locator('.tourlist').getByText('开始').click();
  await until(async () => (await tour()).is_running, 'the tour runs');
  await page.keyboard.press('Escape');
  await page.locator('.tools').getByLabel('下一步').click();
  await until(async () => (await tour()).step === 1, 'the next step');
  await page.locator('.tools').getByLabel('暂停').click();
  await until(async () => (await tour()).is_paused, 'it stands');
  await until(async () => (await page.locator('.touring').textContent()).includes('2/3'), 'its step is told');
  await door('do', 'tour-stop', { tour: 'round' });
});

step('a scene is prepared off air and taken; until then nothing changes on the wall', async () => {
  await page.evaluate(() => document.activeElement?.blur());
  await type('o');
  await page.waitForSelector('.stage.prepared');
  const before = await shown();
  await type('1', 'Enter', 'c', '1', '0', 'Enter');
  await page.locator('.stage.prepared .tile[data-tile="1"]', { hasText: '测试机10' }).waitFor();
  equal(await shown(), before, 'on air');
  await page.screenshot({ path: join(shots, 'console-prepared.png') });
  await type('t');
  await expectWall({ 1: 'cam-10' }, 'taken');
  await page.waitForSelector('.stage.prepared', { state: 'detached' });
  await type('Escape', 'z');
  await expectWall({ 1: before[1] }, 'undone');
});

step('what somebody else has changed meanwhile is told with who and what; both ways go on', async () => {
  for (const [button, wanted] of [['保留别人的改动', 'cam-11'], ['仍按我的来', 'cam-10']]) {
    await door('do', 'show', { tile: 1, camera: 'cam-1' });
    await until(async () => /测试机1 /.test(`${await page.locator(tile(1)).getAttribute('aria-label')} `), 'the page follows');
    await type('Escape', '1', 'Enter');
    // The page hears nothing while the other one is faster.
    await page.evaluate(() => {
      const send = WebSocket.prototype.send;
      window.held = [];
      WebSocket.prototype.send = function (text) {
        if (String(text).includes('"op":"show"')) window.held.push(() => send.call(this, text));
        else send.call(this, text);
      };
      window.release = () => {
        WebSocket.prototype.send = send;
        window.held.forEach((go) => go());
      };
    });
    await type('c', '1', '0', 'Enter');
    await until(() => page.evaluate(() => window.held.length === 1), 'the command is under way');
    await door('do', 'show', { tile: 1, camera: 'cam-11' });
    await page.evaluate(() => window.release());
    const dialog = page.locator('.el-dialog', { hasText: '别人刚改过墙' });
    await dialog.waitFor();
    check((await dialog.textContent()).includes('换了窗格 1'), await dialog.textContent());
    await page.screenshot({ path: join(shots, 'console-conflict.png') });
    await dialog.getByText(button).click();
    await dialog.waitFor({ state: 'hidden' });
    await expectWall({ 1: wanted }, button);
  }
  await type('Escape');
});

step('what somebody else puts into the tile while one drags to it is no less a conflict', async () => {
  await door('do', 'show', { tile: 3, camera: 'cam-3' });
  await until(async () => (await page.locator(tile(3)).getAttribute('aria-label')).includes('测试机3 '), 'the page follows');
  await dragTo(await middle('.line .name'), await middle(tile(3)));
  await page.waitForSelector(`${tile(3)}.over`);
  await door('do', 'show', { tile: 3, camera: 'cam-11' });
  await until(async () => (await page.locator(tile(3)).getAttribute('aria-label')).includes('测试机11'), 'the page follows in mid-drag');
  await page.mouse.up();
  const dialog = page.locator('.el-dialog', { hasText: '别人刚改过墙' });
  await dialog.getByText('保留别人的改动').click();
  await dialog.waitFor({ state: 'hidden' });
  await expectWall({ 3: 'cam-11' }, 'theirs');
});

step('who has no right to the wall is told so, and sees nothing of it', async () => {
  const first = await door('account', 'liu', 'auditor');
  const other = await open(1366, 768);
  await enter(other, 'liu', first);
  await other.waitForSelector('.page'); // what is his
  await other.evaluate(() => (location.hash = '#/cases'));
  await other.getByText('您的账号没有这里的权限').waitFor();
  equal(await other.locator('.stage, .rail').count(), 0, 'parts of the wall page');
  await other.context().close();
});

step('an alarm stands at the right; Tab chooses it, Space acknowledges it', async () => {
  await door('run', 'plan');
  await page.locator('.alarm.orange', { hasText: '广场预案' }).waitFor();
  check((await page.locator('.alarm').textContent()).includes('重大'), 'its level is told by a word');
  await page.evaluate(() => document.activeElement?.blur());
  await type('Tab');
  await page.waitForSelector('.alarm.current');
  await page.screenshot({ path: join(shots, 'console-alarm.png') });
  await type(' ');
  await until(async () => (await door('get', '/api/v1/alarms')).alarms.every((item) => item.state === 'acknowledged'), 'acknowledged');
  await page.locator('.alarm').waitFor({ state: 'detached' });
});

step('the lock is seen, and taken off again', async () => {
  await type('k');
  await until(async () => (await door('wall')).locked, 'locked');
  await page.getByText('已锁墙').first().waitFor();
  await type('k');
  await until(async () => !(await door('wall')).locked, 'unlocked');
});

step('over the picture stands faintly who looks at it', async () => {
  equal(await page.locator('.whose i').allTextContents(), Array(4).fill('zhang'), 'who looks');
});

step('one key and the wall shows public boards only; the PIN, and nothing else, brings it back', async () => {
  const before = Object.keys(await door('glass'));
  check(before.length > 0, 'cameras are on glass');
  await door('pin', '730158');
  await type('v');
  await page.locator('.banner.visiting', { hasText: '全部屏' }).waitFor();
  await until(async () => Object.keys(await door('glass')).length === 0, 'no camera is on glass');
  await page.screenshot({ path: join(shots, 'console-visitor.png') });
  await page.evaluate(() => document.activeElement?.blur());
  await type('v');
  const pin = page.getByLabel('PIN', { exact: true });
  await pin.fill('918273');
  await page.keyboard.press('Enter');
  await page.getByText('PIN 不对').waitFor();
  equal(await pin.inputValue(), '', 'the wrong PIN');
  await page.screenshot({ path: join(shots, 'console-visitor-pin.png') });
  check((await door('wall')).screens.every((screen) => screen.visitor), 'a wrong PIN leaves the wall covered');
  await pin.fill('730158');
  await page.keyboard.press('Enter');
  await page.locator('.banner.visiting').waitFor({ state: 'detached' });
  await until(async () => JSON.stringify(Object.keys(await door('glass'))) === JSON.stringify(before), 'the cameras are back');
  await page.getByRole('dialog', { name: '退出参观模式' }).waitFor({ state: 'hidden' });
});

step('a camera that fails is told by word and cause, and why is asked with one click', async () => {
  await door('do', 'layout', { layout: '9' });
  await door('do', 'show', { tile: 1, camera: 'cam-1' });
  await until(async () => (await door('glass'))[1] === 'cam-1', 'camera 1 on glass');
  await door('fault', 'cam-1', 'drop,refuse');
  await page.waitForSelector(`${tile(1)}.bad .mark`);
  note(`told: ${await page.locator(`${tile(1)} .mark`).textContent()}`);
  await type('1', 'Enter');
  await page.getByText('查原因').click();
  await page.locator('.why .verdict').waitFor();
  note(`why: ${await page.locator('.why .verdict').textContent()}`);
  await page.screenshot({ path: join(shots, 'console-why.png') });
  await page.keyboard.press('Escape');
  await door('fault', 'cam-1', 'none');
  await page.waitForSelector(`${tile(1)}.good`);
});

step('without the daemon nothing old is shown as live, and it is told since when; with it the page goes on', async () => {
  await door('kill');
  await page.locator('.banner.bad', { hasText: '起没有连接' }).waitFor();
  await page.waitForSelector('.stage.stale');
  await page.screenshot({ path: join(shots, 'console-offline.png') });
  await door('start');
  await page.locator('.banner.bad').waitFor({ state: 'detached' });
  await page.waitForSelector('.stage[data-preview=playing]');
});

step('when the session ends, one signs in over the page and goes on where one was', async () => {
  await page.evaluate(() => document.activeElement?.blur());
  await type('Escape', '7', 'Enter');
  await until(async () => (await selected()) === '7', 'tile 7 is selected');
  await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE', headers: { 'Content-Type': 'application/json' }, body: '{}' }));
  await page.getByText('会话已结束').waitFor();
  await page.screenshot({ path: join(shots, 'console-again.png') });
  equal(await page.getByLabel('账号').inputValue(), 'zhang', 'the account');
  await signIn(PASSWORD);
  await page.waitForSelector('.door', { state: 'detached' });
  await page.waitForSelector('.stage[data-preview=playing]');
  equal(await selected(), '7', 'the tile that was selected');
});

step('axe finds nothing wrong by WCAG 2.2 AA, dark and light, in both languages', async () => {
  for (const settings of [{}, { theme: 'light' }, { language: 'en', size: 'large' }]) {
    const other = await open(1920, 1080, settings, { like: page });
    await other.waitForSelector('.stage .tile.good');
    await other.locator('.tile').first().click();
    await other.waitForSelector('.tilebar .number');
    await other.screenshot({ path: join(shots, `console-${settings.theme ?? settings.language ?? 'dark'}.png`) });
    await axe(other, JSON.stringify(settings));
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
});

step('on 1366×768 the picture has at least 60 % of the width; the rails are drawers that step aside while one drags', async () => {
  const other = await open(1366, 768, {}, { like: page });
  await other.waitForSelector('.stage[data-preview=playing]');
  const { width } = await other.locator('.stage').boundingBox();
  note(`the picture is ${width.toFixed(0)} of 1366 px wide`);
  check(width >= 0.6 * 1366, `the picture is ${width} px wide`);
  check(!(await other.locator('.rail.cameras').isVisible()), 'the list is folded');
  await other.getByRole('button', { name: '摄像机', exact: true }).click();
  await other.locator('.rail.cameras').waitFor();
  await other.screenshot({ path: join(shots, 'console-1366.png') });
  const wide = await other.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 1366, `the page is ${wide} px wide`);
  equal(other.trouble, [], 'trouble');
  await other.context().close();
});

step('where the browser cannot play it, the picture comes as JPEG by itself', async () => {
  const script = () => {
    MediaSource.isTypeSupported = () => false;
  };
  const other = await open(1366, 768, {}, { script, like: page });
  await other.waitForSelector('.stage[data-preview=playing]');
  check(await other.locator('.stage canvas').isVisible(), 'it is drawn');
  await other.getByText('逐帧图片').waitFor();
  await other.context().close();
});

step('language, theme, type and single keys are kept in the browser', async () => {
  const other = await open(1920, 1080, {}, { like: page });
  await other.waitForSelector('.stage .tile');
  await other.getByText('显示').click();
  await other.getByText('English').click();
  await other.getByText('Light', { exact: true }).click();
  await other.getByText('Large', { exact: true }).click();
  await other.getByLabel('Single keys').getByText('Off').click();
  await other.reload();
  await other.waitForSelector('.stage .tile');
  equal(await other.evaluate(() => [document.documentElement.lang, document.documentElement.className]), ['en', 'large'], 'the root');
  await other.keyboard.press('o');
  await other.keyboard.press('?');
  await new Promise((done) => setTimeout(done, 300));
  check((await door('wall')).preview === undefined, 'single keys are off');
  await other.context().close();
});

step('no script error, and nothing that the content security policy refuses', async () => {
  equal(page.trouble, [], 'trouble');
});

await run();
