// masks.mjs - hands on privacy masks: rectangles and polygons by mouse and finger, all of it by the keyboard, undone, saved, given up,
// two people at once, a camera without a picture, who may not; and how it looks
import { join } from 'node:path';
import { axe, check, door, equal, open, run, shots, step, until } from './steps.mjs';

const cookies = {};
let page;

const like = (value) => {
  const list = [{ name: '__Host-wallctl', value, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Strict', expires: -1 }];
  return { context: () => ({ cookies: async () => list }) };
};

async function cameras(role, width = 1920, height = 1080, settings = {}) {
  cookies[role] ??= await door('session', role.replace('_', '-'), role);
  const opened = await open(width, height, settings, { like: like(cookies[role]), path: '#/cameras' });
  await opened.locator('.panel .camera').first().waitFor();
  return opened;
}
async function pick(name, of = page) {
  await of.locator('.panel .camera', { hasText: name }).click();
  await of.locator('.details h3', { hasText: name }).waitFor();
}
const editor = (of = page) => of.getByRole('dialog', { name: '隐私遮挡' });
async function edit(name, of = page) {
  await pick(name, of);
  await of.getByRole('button', { name: '画遮挡…' }).click();
  await editor(of).waitFor();
}
const hasPicture = (of = page) => until(async () => of.locator('.maskpicture img').evaluateAll((list) => list[0]?.naturalWidth > 0), 'the picture is there');
const tool = (name, of = page) => of.locator('.masktools').getByRole('button', { name, exact: true });
const box = (of = page) => of.locator('.maskpicture svg').boundingBox();
const at = async (x, y, of = page) => {
  const { x: left, y: top, width, height } = await box(of);
  return [left + x * width, top + y * height];
};
const listed = (of = page) => of.locator('.masklist li').allInnerTexts();
const save = (of = page) => editor(of).getByRole('button', { name: '保存并生效' });
const near = (got, wanted) => got.every((point, n) => Math.hypot(point[0] - wanted[n][0], point[1] - wanted[n][1]) < 0.004);

async function dragFrom(from, to, of = page) {
  await of.mouse.move(...(await at(...from, of)));
  await of.mouse.down();
  await of.mouse.move(...(await at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, of)));
  await of.mouse.move(...(await at(...to, of)));
  await of.mouse.up();
}

step('a rectangle is drawn with the mouse over the upper half and saved: it is in the file, and gone from the picture', async () => {
  equal(await door('stamps', 'cam-1'), [1, 1], 'before');
  page = await cameras('device_admin');
  await edit('研和路口');
  await hasPicture();
  check(await save().isDisabled(), 'nothing to save yet');
  await page.screenshot({ path: join(shots, 'masks-empty.png') });
  await tool('矩形').click();
  await dragFrom([0, 0], [1, 0.5]);
  await until(async () => (await listed()).length === 1, 'it is listed');
  await page.getByText('有改动，还没有保存').waitFor();
  equal(await door('masks', 'cam-1'), [], 'nothing is in force before it is saved');
  const before = await page.locator('.maskpicture img').getAttribute('src');
  await save().click();
  await page.getByText('遮挡已生效，共 1 块').waitFor();
  const [mask] = await door('masks', 'cam-1');
  check(mask.mode === 'black' && near(mask.points, [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]), JSON.stringify(mask));
  equal((await door('kept'))['cam-1'], [mask], 'in the file');
  equal(await door('stamps', 'cam-1'), [null, 1], 'what is left of the picture');
  await until(async () => (await page.locator('.maskpicture img').getAttribute('src')) !== before, 'a new picture');
  await hasPicture();
  // The picture itself, not what lies over it: its upper part is black.
  const bright = await page.locator('.maskpicture img').evaluate((image) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(canvas.width * 0.3, 2, canvas.width * 0.4, canvas.height * 0.05);
    return Math.max(...data.filter((_, n) => n % 4 < 3));
  });
  check(bright < 30, `the brightest under the mask is ${bright}`);
  await page.screenshot({ path: join(shots, 'masks-saved.png') });
});

step('a polygon point by point, a point taken back, closed at the first one; mosaic; moved and shaped by dragging; undone', async () => {
  await tool('多边形').click();
  for (const point of [[0.55, 0.6], [0.8, 0.6], [0.9, 0.9], [0.3, 0.95]]) await page.mouse.click(...(await at(...point)));
  await page.keyboard.press('Backspace');
  await page.mouse.click(...(await at(0.55, 0.9)));
  await page.mouse.click(...(await at(0.551, 0.603)));
  await until(async () => (await listed()).length === 2, 'two masks');
  await editor().locator('.maskmode .el-segmented__item', { hasText: '马赛克' }).click();
  await until(async () => (await listed())[1].includes('马赛克'), 'it is a mosaic');
  await page.screenshot({ path: join(shots, 'masks-polygon.png') });
  await dragFrom([0.7, 0.7], [0.6, 0.65]); // its inside
  await dragFrom([0.7, 0.55], [0.75, 0.52]); // its second point
  await save().click();
  await page.getByText('遮挡已生效，共 2 块').waitFor();
  const [, mask] = await door('masks', 'cam-1');
  check(mask.mode === 'mosaic' && near(mask.points, [[0.45, 0.55], [0.75, 0.52], [0.8, 0.85], [0.45, 0.85]]), JSON.stringify(mask));
  await page.locator('.masklist li').first().locator('button').first().click();
  await page.getByRole('button', { name: '删除第 1 块遮挡' }).click();
  equal((await listed()).length, 1, 'one is deleted');
  await page.keyboard.press('Control+z');
  equal((await listed()).length, 2, 'and is back');
  check(await save().isDisabled(), 'as it was saved');
});

step('by the keyboard alone: a rectangle is put in, moved, shaped, given a point, deleted, and another saved', async () => {
  await tool('矩形').focus();
  await page.keyboard.press('Enter');
  await until(async () => (await listed()).length === 3, 'a third mask');
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  await until(async () => (await focused())?.startsWith('第 3 块遮挡'), focused);
  for (let n = 0; n < 4; n++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await until(async () => (await focused())?.startsWith('顶点 1/4'), focused);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('+');
  await until(async () => (await focused())?.startsWith('顶点 2/5'), focused);
  await page.keyboard.press('Delete');
  await until(async () => (await focused())?.startsWith('顶点 2/4'), focused);
  await save().focus();
  await page.keyboard.press('Enter');
  await page.getByText('遮挡已生效，共 3 块').waitFor();
  const { points } = (await door('masks', 'cam-1'))[2];
  check(near(points, [[0.38, 0.5], [0.605, 0.5], [0.605, 0.7], [0.405, 0.7]]), JSON.stringify(points));
  await page.locator('.maskpicture .shape').nth(2).focus();
  await page.keyboard.press('Delete');
  equal((await listed()).length, 2, 'deleted');
});

step('who leaves with changes is asked; given up, nothing has changed', async () => {
  await page.keyboard.press('Escape');
  await page.getByText('放弃改动？').waitFor();
  await page.getByRole('dialog', { name: '放弃改动？' }).getByRole('button', { name: '取消' }).click();
  check(await editor().isVisible(), 'it stays open');
  await editor().getByRole('button', { name: '取消' }).click();
  await page.getByRole('dialog', { name: '放弃改动？' }).getByRole('button', { name: '放弃改动' }).click();
  await editor().waitFor({ state: 'hidden' });
  equal((await door('masks', 'cam-1')).length, 3, 'masks in force');
  await until(async () => (await page.locator('.details').innerText()).includes('3 块'), 'the details tell so');
});

step('two people at once: who has not seen what the other drew is told, and nothing is lost', async () => {
  await edit('测试机2');
  await hasPicture();
  await door('draw', 'cam-2', []);
  await tool('矩形').click();
  await dragFrom([0.1, 0.1], [0.3, 0.3]);
  await save().click();
  await editor().getByRole('alert').getByText('刚被别人改过').waitFor();
  equal(await door('masks', 'cam-2'), [], 'what the other one drew');
  equal((await listed()).length, 2, 'what was drawn is still here');
  await page.screenshot({ path: join(shots, 'masks-stale.png') });
  await editor().getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: '放弃改动' }).click();
  await editor().waitFor({ state: 'hidden' });
});

step('with a finger', async () => {
  await edit('测试机2');
  await hasPicture();
  await tool('矩形').click();
  const finger = await page.context().newCDPSession(page);
  const touch = async (type, x, y) => {
    const [px, py] = await at(x, y);
    await finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: px, y: py }] });
  };
  await touch('touchStart', 0.2, 0.2);
  await touch('touchMove', 0.3, 0.4);
  await touch('touchMove', 0.5, 0.6);
  await touch('touchEnd', 0.5, 0.6);
  await until(async () => (await listed()).length === 1, 'a mask');
  await save().click();
  await page.getByText('遮挡已生效，共 1 块').last().waitFor();
  const [{ points }] = await door('masks', 'cam-2');
  check(near(points, [[0.2, 0.2], [0.5, 0.2], [0.5, 0.6], [0.2, 0.6]]), JSON.stringify(points));
  await page.keyboard.press('Escape');
  await editor().waitFor({ state: 'hidden' });
});

step('a camera that sends nothing says so in place of its picture', async () => {
  await edit('春和水库');
  await page.locator('.maskmissing', { hasText: '没有画面' }).waitFor();
  await page.screenshot({ path: join(shots, 'masks-offline.png') });
  await axe(page, 'without a picture');
  await page.keyboard.press('Escape');
  await editor().waitFor({ state: 'hidden' });
});

const account = (of = page) => of.getByRole('dialog', { name: '摄像机账号密码' });
async function editAccount(of = page) {
  await of.getByRole('button', { name: '账号密码…' }).click();
  await account(of).getByText(/账号。|共用账号/).waitFor();
}

step('the account of a camera is set, sealed, and never shown again; it can be taken away', async () => {
  await pick('研和路口');
  await editAccount();
  await account().getByText('这一台没有账号').waitFor();
  check(await account().getByRole('button', { name: '保存并生效' }).isDisabled(), 'nothing to save yet');
  await account().getByLabel('用户名').fill('viewer');
  await account().getByLabel('密码', { exact: false }).last().fill('canary-4711');
  equal(await account().locator('input[name=camera-password]').getAttribute('type'), 'password', 'it is not shown while it is typed');
  await page.screenshot({ path: join(shots, 'account-1920.png') });
  await axe(page, 'account');
  await account().getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('账号密码已设置').waitFor();
  await account().waitFor({ state: 'hidden' });
  const { source, kept } = await door('account', 'cam-1');
  equal([source, kept, await door('sealed')], ['own', 'sealed', true], 'where it is');
  await editAccount();
  await account().getByText('这一台有自己的账号').waitFor();
  equal(await account().locator('input').evaluateAll((list) => list.map((input) => input.value)), ['', ''], 'fields');
  check(!(await page.content()).includes('canary-4711'), 'the page does not have it any more');
  await account().getByRole('button', { name: '删除这一台自己的账号' }).click();
  await page.getByText('已删除这一台自己的账号').waitFor();
  equal((await door('account', 'cam-1')).source, 'none', 'taken away');
});

step('who may not administer cameras is not offered it', async () => {
  const other = await cameras('dispatcher');
  await pick('研和路口', other);
  await other.locator('.details h4').first().waitFor();
  equal(await other.getByRole('button', { name: /画遮挡…|账号密码…/ }).count(), 0, 'buttons');
  await other.context().close();
});

step('axe finds nothing wrong, dark, light and large, and it fits 1366×768', async () => {
  for (const [width, height, settings] of [[1920, 1080, {}], [1366, 768, {}], [1366, 768, { theme: 'light' }], [1366, 768, { size: 'large' }]]) {
    const other = await cameras('device_admin', width, height, settings);
    await edit('研和路口', other);
    await hasPicture(other);
    await other.locator('.masklist button').first().click();
    await other.locator('.handle').first().waitFor();
    const what = `${width}-${settings.theme ?? settings.size ?? 'dark'}`;
    await other.screenshot({ path: join(shots, `masks-${what}.png`) });
    await axe(other, what);
    const { bottom, right } = await save(other).evaluate((element) => element.getBoundingClientRect());
    check(bottom <= height && right <= width, `the button ends at ${right}, ${bottom}`);
    const picture = await box(other);
    await other.keyboard.press('Escape');
    await other.keyboard.press('Escape');
    await editor(other).waitFor({ state: 'hidden' });
    await editAccount(other);
    await other.screenshot({ path: join(shots, `account-${what}.png`) });
    await axe(other, `account ${what}`);
    check(picture.width >= width * 0.55 && Math.abs(picture.width / picture.height - 16 / 9) < 0.02, `the picture is ${picture.width} by ${picture.height}`);
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
});

step('no script error, and nothing that the content security policy refuses', async () => {
  equal(page.trouble.filter((text) => !/ 409 | 503 /.test(text)), [], 'trouble');
});

await run();
