// pages.mjs ADDRESS - FOLDER "ROLE=PASSWORD ..." - the console's pages as pictures, 1920x1080, in Chinese
import { join } from 'node:path';
import { drag } from '../../tests/browser/console/hands.mjs';
import { enter, open, until } from '../../tests/browser/console/steps.mjs';

const [, , , , folder, passwords] = process.argv;
const first = Object.fromEntries(passwords.trim().split(' ').map((pair) => pair.split('=')));

async function person(role) {
  const page = await open(1920, 1080);
  await enter(page, `p-${role}`, first[role]);
  await page.locator('.frame:not([inert])').waitFor();
  return page;
}
const go = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
// What was said of the last deed has gone, nothing moves any more.
async function shot(page, name) {
  await until(async () => (await page.locator('.el-message').count()) === 0, 'messages have gone');
  await page.mouse.move(960, 3);
  await page.screenshot({ path: join(folder, name), ...(name.endsWith('.jpg') ? { type: 'jpeg', quality: 88 } : {}) });
}

const leader = await person('leader');
await leader.locator('.dutyrow').nth(4).click();
await leader.locator('.dutycase .path').waitFor();
await shot(leader, 'console-duty.png');

const dispatcher = await person('dispatcher');
await go(dispatcher, '#/cases');
await dispatcher.locator('.caserow').nth(4).click();
await dispatcher.locator('.casedrawer .path').waitFor();
await shot(dispatcher, 'console-cases.jpg');
await go(dispatcher, '#/evidence');
for (const [camera, reason] of [['yhlk', '路口秩序核查'], ['chsk', '汛情核查']]) {
  await dispatcher.getByRole('button', { name: '保存证据' }).click();
  const form = dispatcher.locator('.el-dialog:visible');
  await form.getByLabel('名称、拼音').fill(camera);
  await form.locator('.offers button').first().click();
  await form.getByLabel('之前').fill('5');
  await form.getByLabel('之后').fill('1');
  await form.getByLabel('事由').fill(reason);
  await form.getByRole('button', { name: '保存', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
}
await until(async () => (await dispatcher.locator('.sheet tbody tr, .evidence tbody tr').allInnerTexts()).filter((text) => text.includes('已保存')).length >= 2, 'both are kept');
const details = dispatcher.locator('.evidencedetails');
await details.getByRole('button', { name: '调看' }).click();
await until(() => details.locator('video').evaluate((video) => video.readyState >= 2 && video.currentTime > 1), 'it plays');
await details.locator('video').evaluate((video) => video.pause());
await shot(dispatcher, 'console-evidence.jpg');
await go(dispatcher, '#/boards');
await until(async () => (await dispatcher.locator('article.panel .bars').count()) > 1, 'figures');
await shot(dispatcher, 'console-boards.png');
await go(dispatcher, '#/health');
await until(async () => (await dispatcher.locator('.camera.feeds').count()) > 8, 'streams');
await shot(dispatcher, 'console-health.jpg');

const device = await person('device_admin');
await go(device, '#/cameras');
await device.locator('.panel .camera', { hasText: '研和路口' }).click();
await device.locator('.details h3', { hasText: '研和路口' }).waitFor();
await shot(device, 'console-cameras.jpg');
await device.getByRole('button', { name: '关闭详情' }).click();
await device.getByRole('button', { name: '地图', exact: true }).click();
await until(async () => (await device.locator('.mapmark').count()) > 5, 'the map');
await shot(device, 'console-map.jpg');
await device.locator('.panel .camera', { hasText: '研和路口' }).click();
await device.getByRole('button', { name: '画遮挡…' }).click();
await until(() => device.locator('.maskpicture img').evaluateAll((list) => list[0]?.naturalWidth > 0), 'the still');
const { x, y, width, height } = await device.locator('.maskpicture svg').boundingBox();
for (const [left, top, right, bottom] of [[0.02, 0.03, 0.26, 0.3], [0.6, 0.02, 0.86, 0.22]]) {
  await device.locator('.masktools').getByRole('button', { name: '矩形', exact: true }).click();
  await drag(device, [x + left * width, y + top * height], [x + right * width, y + bottom * height]);
  await device.mouse.up();
}
await shot(device, 'console-masks.jpg');

const auditor = await person('auditor');
await auditor.locator('.register tbody tr').first().waitFor();
await auditor.getByRole('button', { name: '校验', exact: true }).click();
await auditor.getByText('登记簿完整，没有被改过').waitFor();
await shot(auditor, 'console-audit.png');

const admin = await person('sysadmin');
await go(admin, '#/settings?section=accounts');
await admin.getByRole('button', { name: '新建账号' }).click();
const form = admin.locator('.el-dialog:visible', { hasText: '新建账号' });
await form.getByRole('textbox', { name: /^账号/ }).fill('li');
await form.getByRole('textbox', { name: '姓名' }).fill('李敏');
await form.locator('[value=auditor]').check();
await form.locator('[value=dispatcher]').check();
await form.getByText('自己做的事不能自己审').waitFor();
await shot(admin, 'console-settings.png');
process.exit(0);
