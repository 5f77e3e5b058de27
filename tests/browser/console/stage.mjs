// stage.mjs - hands on the stage: a wall of two screens, whose keys are whose after a dialog, pictures of tiles, digital zoom, free windows
import { join } from 'node:path';
import { axe, check, door, enter, equal, open, run, shots, step, until } from './steps.mjs';
import { drag, middle, tile } from './hands.mjs';

let page;
const type = async (...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const selected = () => page.evaluate(() => document.querySelector('.stage[data-takes] .tile.chosen')?.dataset.tile ?? null);

step('one signs in, and the wall is there', async () => {
  const first = await door('account', 'zhang', 'dispatcher');
  page = await open(1920, 1080);
  await enter(page, 'zhang', first);
  await page.waitForSelector(tile(1));
});

step('a wall of two screens is seen as a whole, each screen moving; one drags from one to the other', async () => {
  await page.waitForSelector('.stage[data-preview=playing]');
  equal(await page.locator('.stage[data-takes] .tile').count(), 4, 'tiles');
  const [left, right] = [await page.locator('.stage .screen').nth(0).boundingBox(), await page.locator('.stage .screen').nth(1).boundingBox()];
  check(Math.abs(left.x + left.width - right.x) < 2 && Math.abs(left.width / left.height - 16 / 9) < 0.02, `where screens are: ${JSON.stringify([left, right])}`);
  const times = () => page.evaluate(() => [...document.querySelectorAll('.stage video')].map((video) => video.currentTime));
  const before = await times();
  equal(before.length, 2, 'pictures');
  await until(async () => (await times()).every((time, n) => time > before[n]), 'both move');
  await page.screenshot({ path: join(shots, 'stage-whole.png') });
  await drag(page, await middle(page, tile(1)), await middle(page, tile(2)));
  await page.mouse.up();
  const cameras = async () => (await door('wall')).tiles.map((item) => item.camera);
  await until(async () => (await cameras()).join() === 'cam-2,cam-1,cam-3,cam-4', 'exchanged between the screens');
  await type('z');
  await until(async () => (await cameras()).join() === 'cam-1,cam-2,cam-3,cam-4', 'undone');
  await axe(page, 'the whole wall');
  await type('n');
  await page.locator('.screens .on', { hasText: '左屏' }).waitFor();
  await page.waitForSelector('.stage[data-preview=playing]');
  equal(await page.locator('.stage[data-takes] .tile').count(), 2, 'tiles of the left screen');
});

step('on the smallest screen the menu of a tile and the whole wall fit', async () => {
  const other = await open(1366, 768, {}, { like: page });
  await other.waitForSelector('.stage[data-preview=playing]');
  await other.locator(tile(1)).click();
  await other.locator('.tilebar .number').waitFor();
  equal(await other.evaluate(() => [...document.querySelectorAll('.tilebar, .tools, .wallpage')].map((part) => part.scrollWidth - part.clientWidth)), [0, 0, 0], 'what does not fit');
  await other.screenshot({ path: join(shots, 'stage-1366.png') });
  equal(other.trouble, [], 'trouble');
  await other.context().close();
});

// A dialog that closes is on the page while it fades away.
const isOpen = () => page.evaluate(() => document.querySelector('.el-overlay:not([style*="display: none"], [class*="-leave-active"])') !== null);

for (const [how, leave] of [
  ['its cross', () => page.getByRole('dialog', { name: '退出参观模式' }).locator('.el-dialog__headerbtn').click()],
  ['Escape', () => page.keyboard.press('Escape')],
  ['the PIN and Enter', async () => {
    await page.getByLabel('PIN', { exact: true }).fill('730158');
    await page.keyboard.press('Enter');
  }],
]) {
  step(`a dialog that was closed by ${how} has no key any more, from that moment on`, async () => {
    await door('pin', '730158');
    if (!(await door('wall')).screens.some((screen) => screen.visitor)) await type('v');
    await page.locator('.banner.visiting').waitFor();
    await type('v');
    await page.getByLabel('PIN', { exact: true }).waitFor();
    await leave();
    await until(async () => !(await isOpen()), 'it closes');
    const target = (await selected()) === '1' ? '3' : '1';
    await type(target, 'Enter');
    equal(await page.evaluate(() => document.activeElement.closest('.el-overlay') !== null), false, 'the focus is in the closed dialog');
    await until(async () => (await selected()) === target, 'the keys are the page’s');
    await page.getByRole('dialog', { name: '退出参观模式' }).waitFor({ state: 'hidden' });
  });
}

step('the key that opens a dialog again while it fades away is heard, and so is what is typed into it', async () => {
  const dialog = page.getByRole('dialog', { name: '退出参观模式' });
  if (!(await door('wall')).screens.some((screen) => screen.visitor)) await type('v');
  await page.locator('.banner.visiting').waitFor();
  for (const leave of ['cross', 'Escape']) {
    await type('v');
    await page.getByLabel('PIN', { exact: true }).waitFor();
    if (leave === 'cross') await dialog.locator('.el-dialog__headerbtn').click();
    else await page.keyboard.press('Escape');
    await until(async () => !(await isOpen()), 'it closes');
    await type('v');
    await until(isOpen, `it is open again after ${leave}`);
    await until(() => page.evaluate(() => document.activeElement.closest('.el-overlay') !== null), 'it has the focus');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
  await type('v');
  await page.getByLabel('PIN', { exact: true }).fill('730158');
  await page.keyboard.press('Enter');
  await page.locator('.banner.visiting').waitFor({ state: 'detached' });
});

step('a tile is saved as a picture: named by camera and time, and the register says whose it is and who has it', async () => {
  await page.locator('.banner.visiting').waitFor({ state: 'detached' });
  await until(async () => (await page.locator(`${tile(1)}.good`).count()) === 1, 'the picture is back');
  await type('Escape', '1', 'Enter');
  const [saved] = await Promise.all([page.waitForEvent('download'), type('s')]);
  check(/^测试机1_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.png$/.test(saved.suggestedFilename()), saved.suggestedFilename());
  equal(await door('source', await saved.path(), [320, 0, 640, 360]), 1, 'the camera in the picture');
  const [row] = (await door('get', '/api/v1/audit?kind=snapshot&limit=1')).rows;
  equal([row.account, row.wall, row.tile, row.camera, row.outcome], ['zhang', 'main', 1, 'cam-1', 'ok'], 'the row of the register');
  await page.locator('.tilebar').getByText('换摄像机').click();
  await until(() => page.evaluate(() => document.activeElement.closest('.searchfield') !== null), 'one searches another camera for it');
  await page.screenshot({ path: join(shots, 'stage-menu.png') });
  await page.keyboard.press('Escape');
});

const wall = () => door('wall');
const onWall = async (n) => (await wall()).tiles.find((item) => item.tile === n);
const near = (got, wanted, what) => check(got.every((value, n) => Math.abs(value - wanted[n]) < 0.01), `${what} is ${got}, not ${wanted}`);
const WHOLE = [0, 0, 1, 1];
const isNear = async (n, wanted) => (await onWall(n)).crop.every((value, at) => Math.abs(value - wanted[at]) < 0.01);
// Turns and presses without a rest between them, however slow the machine is.
const wheelAt = (x, y, times) => page.evaluate(([clientX, clientY, count]) => {
  const under = document.elementFromPoint(clientX, clientY);
  for (let n = 0; n < count; n++) under.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, clientX, clientY, bubbles: true, cancelable: true }));
}, [x, y, times]);
const burst = (...keys) => page.evaluate((list) => {
  for (const [key, how] of list) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, ...how, bubbles: true, cancelable: true }));
}, keys);
// Nothing of this kind leaves the page until release() is called there.
const hold = (op) => page.evaluate((kind) => {
  const send = WebSocket.prototype.send;
  window.held = [];
  WebSocket.prototype.send = function (text) {
    if (String(text).includes(`"op":"${kind}"`)) window.held.push(() => send.call(this, text));
    else send.call(this, text);
  };
  window.release = () => {
    WebSocket.prototype.send = send;
    window.held.forEach((go) => go());
  };
}, op);

step('the wheel over a tile zooms into what lies below it, on the wall itself; that is one command and one undo', async () => {
  await door('do', 'layout', { layout: '4', screen: '1' });
  for (const n of [1, 2, 3, 4]) await door('do', 'show', { tile: n, camera: `cam-${n}` });
  await page.waitForSelector(`${tile(4)}.good`);
  await until(async () => (await door('seen'))[1] === 1, 'camera 1 on the glass of tile 1');
  const { revision } = await wall();
  const box = await page.locator(tile(1)).boundingBox();
  await hold('adjust');
  await wheelAt(box.x + box.width * 0.75, box.y + box.height * 0.75, 5);
  await page.waitForSelector(`${tile(1)} .outline`);
  equal(await page.locator(`${tile(1)} .zoom`).textContent(), '2.7×', 'what is told at once');
  await page.screenshot({ path: join(shots, 'stage-zooming.png') });
  await page.evaluate(() => window.release());
  await until(async () => (await onWall(1)).crop[2] < 1, 'the wall has it');
  near((await onWall(1)).crop, [0.474, 0.474, 0.368, 0.368], 'the part');
  equal((await wall()).revision, revision + 1, 'revision');
  await until(async () => (await door('seen'))[1] === null, 'the edge of the picture is no longer on the glass');
  await page.locator(`${tile(1)} .outline`).waitFor({ state: 'detached' });
  equal(await page.locator(`${tile(1)} .zoom`).textContent(), '2.7×', 'what is told');
  await page.screenshot({ path: join(shots, 'stage-zoomed.png') });
  await type('z');
  await until(async () => (await door('seen'))[1] === 1, 'undone on the glass');
  near((await onWall(1)).crop, WHOLE, 'the part, undone');
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
  await page.mouse.wheel(0, -100);
  await until(() => isNear(1, [0.091, 0.091, 0.819, 0.819]), 'one notch of a real wheel');
  await type('r');
  await until(() => isNear(1, WHOLE), 'the whole picture');
  await page.locator(`${tile(1)} .zoom`).waitFor({ state: 'detached' });
});

step('keys zoom, look around and bring the whole picture back', async () => {
  await type('Escape', '2', 'Enter', '+', '+', '+', 'Shift+ArrowRight', 'Shift+ArrowRight');
  await until(() => isNear(2, [0.398, 0.244, 0.512, 0.512]), async () => `the part is ${(await onWall(2)).crop}`);
  await page.locator('.tilebar').getByText('2.0×').waitFor();
  await type('-');
  await until(async () => (await onWall(2)).crop[2] > 0.6, 'less');
  await type('r');
  await until(async () => (await onWall(2)).crop[2] === 1, 'the whole picture');
  await until(async () => (await door('seen'))[2] === 2, 'on the glass');
});

step('two fingers zoom and do not drag', async () => {
  const box = await page.locator(tile(3)).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const cdp = await page.context().newCDPSession(page);
  const touch = (kind, far) => cdp.send('Input.dispatchTouchEvent', { type: kind, touchPoints: far === null ? [] : [{ x: x - far, y, id: 1 }, { x: x + far, y, id: 2 }] });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x - 40, y, id: 1 }] });
  await touch('touchStart', 40);
  for (const far of [50, 60, 70, 80]) await touch('touchMove', far);
  equal(await page.locator('.ghost').count(), 0, 'what is dragged');
  await touch('touchEnd', null);
  await until(() => isNear(3, [0.25, 0.25, 0.5, 0.5]), async () => `the part is ${(await onWall(3)).crop}`);
  await type('r');
  await until(async () => (await onWall(3)).crop[2] === 1, 'the whole picture');
});

step('what somebody else puts into the tile while one zooms is a conflict, and stays', async () => {
  await type('Escape', '1', 'Enter');
  await hold('adjust');
  await type('+');
  await until(() => page.evaluate(() => window.held.length === 1), 'the command is under way');
  await door('do', 'show', { tile: 1, camera: 'cam-2' });
  await page.evaluate(() => window.release());
  const dialog = page.locator('.el-dialog', { hasText: '别人刚改过墙' });
  await dialog.getByText('保留别人的改动').click();
  await dialog.waitFor({ state: 'hidden' });
  const now = await onWall(1);
  equal([now.camera, now.crop], ['cam-2', WHOLE], 'tile 1');
  await page.locator(`${tile(1)} .outline`).waitFor({ state: 'detached' });
  await door('do', 'show', { tile: 1, camera: 'cam-1' });
});

const rectOf = async (n) => (await onWall(n))?.rect ?? null;
// Wall pixels of screen 1 as a place on the page.
async function at(x, y) {
  const box = await page.locator('.stage[data-takes]').boundingBox();
  return [box.x + (x / 1280) * box.width, box.y + (y / 720) * box.height];
}
async function pull(from, to, { release = true } = {}) {
  await page.mouse.move(...(await at(...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at(from[0] + 20, from[1] + 20)), { steps: 2 });
  await page.mouse.move(...(await at(...to)), { steps: 5 });
  if (release) await page.mouse.up();
}

step('a free window is opened with the camera of the tile, and moved and sized by the mouse; edges snap', async () => {
  await type('Escape', '4', 'Enter', 'w');
  await until(async () => (await onWall(901))?.camera === 'cam-4', 'a window with camera 4');
  await until(async () => (await selected()) === '901', 'it is selected');
  const [x, y, width, height] = await rectOf(901);
  equal([width, height], [512, 288], 'its size');
  const { revision } = await wall();
  await pull([x + 100, y + 60], [106, 66], { release: false });
  await page.locator('.framing', { hasText: '512×288' }).waitFor();
  equal(await page.locator('.guide').count(), 2, 'lines that it lies on');
  await page.screenshot({ path: join(shots, 'stage-moving.png') });
  await page.mouse.up();
  await until(async () => (await rectOf(901))[0] === 0, 'moved');
  equal(await rectOf(901), [0, 0, 512, 288], 'in the corner, that was near');
  equal((await wall()).revision, revision + 1, 'revision');
  await page.locator('.framing').waitFor({ state: 'detached' });
  await pull([512, 288], [634, 356]);
  await until(async () => (await rectOf(901))[2] !== 512, 'sized');
  equal(await rectOf(901), [0, 0, 640, 360], 'the size of the tile below');
  await until(async () => (await door('seen'))[901] === 4, 'on the glass');
  await type('z');
  await until(async () => (await rectOf(901))[2] === 512, 'undone');
});

step('Escape lets a window go where it was; a click on it is no move; below what is selected it is still in reach', async () => {
  const { revision } = await wall();
  await pull([300, 200], [900, 500], { release: false });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  equal(await page.locator('.framing').count(), 0, 'frames');
  await type('1', 'Enter');
  await until(async () => (await selected()) === '1', 'the tile below is selected');
  await page.mouse.click(...(await at(300, 200)));
  await until(async () => (await selected()) === '901', 'the window is selected');
  equal((await wall()).revision, revision, 'revision');
});

step('keys move and size the window, one command for all of them; Delete closes it', async () => {
  const { revision } = await wall();
  const [shift, ctrl] = [{ shiftKey: true }, { ctrlKey: true }];
  await burst(['ArrowRight', shift], ['ArrowRight', shift], ['ArrowDown', shift]);
  await until(async () => (await rectOf(901))[0] !== 0, 'moved');
  equal(await rectOf(901), [80, 40, 512, 288], 'moved by keys');
  await burst(['ArrowRight', ctrl], ['ArrowDown', ctrl]);
  await until(async () => (await rectOf(901))[2] !== 512, 'sized');
  equal([await rectOf(901), (await wall()).revision], [[80, 40, 560, 320], revision + 2], 'sized by keys, and the revision');
  await page.screenshot({ path: join(shots, 'stage-window.png') });
  await type('Shift+ArrowUp');
  await until(async () => (await rectOf(901))[1] === 0, 'by real keys');
  await type('Control+ArrowLeft');
  await until(async () => (await rectOf(901))[2] === 520, 'sized by real keys');
  await type('z');
  await until(async () => (await rectOf(901))[2] === 560, 'undone');
  await type('Delete');
  await until(async () => (await onWall(901)) === undefined, 'closed');
  await type('z');
  await until(async () => (await rectOf(901))?.[2] === 560, 'there again');
});

step('a window that somebody else moves while one has it in hand is a conflict; both ways go on', async () => {
  for (const [button, wanted] of [['保留别人的改动', [700, 300, 560, 320]], ['仍按我的来', [780, 400, 560, 320]]]) {
    await door('do', 'window-move', { tile: 901, rect: [100, 100, 560, 320] });
    await until(async () => (await page.locator(tile(901)).getAttribute('style')).includes('left: 7.8'), 'the page follows');
    await pull([300, 200], [980, 530], { release: false });
    await door('do', 'window-move', { tile: 901, rect: [700, 300, 560, 320] });
    await until(async () => (await page.locator(tile(901)).getAttribute('style')).includes('left: 54.6'), 'the page follows in mid-drag');
    await page.mouse.up();
    const dialog = page.locator('.el-dialog', { hasText: '别人刚改过墙' });
    await dialog.getByText('移动了浮窗 901').waitFor();
    await dialog.getByText(button).click();
    await dialog.waitFor({ state: 'hidden' });
    await until(async () => JSON.stringify(await rectOf(901)) === JSON.stringify(wanted), () => rectOf(901));
  }
});

step('no script error, nothing that the content security policy refuses, nothing that axe finds', async () => {
  equal(page.trouble, [], 'trouble');
  await axe(page, 'the stage');
});

await run();
