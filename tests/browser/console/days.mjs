// days.mjs - one day of a centre, post by post: what each of the nine does daily, from signing in to what the next one finds.
// Details of every page are worked by its own program; here is what people do together.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { drag, middle, tile } from './hands.mjs';
import { person, small } from './people.mjs';
import { axe, check, door, enter, equal, open, run, shots, step, until } from './steps.mjs';

const CODE = 'HT-D1';
const at = {}; // the page of each post
let clip;

const menu = (page) => page.locator('.topbar nav a').allTextContents();
const go = (page, name) => page.locator('.topbar nav').getByRole('link', { name, exact: true }).click();
const dialog = (page, title) => page.locator('.el-dialog:visible', { hasText: title });
const shot = (page, name) => page.screenshot({ path: join(shots, `day-${name}.png`) });
const label = async () => (await door('wall')).label ?? '';
const rest = (page) => page.evaluate(() => document.activeElement?.blur());
const type = async (page, ...keys) => {
  await rest(page);
  for (const key of keys) await page.keyboard.press(key);
};
const lookAt = async (page, code = CODE) => {
  await page.evaluate((to) => (location.hash = `#/cases?case=${to}`), code);
  await page.locator('.casedrawer .path').waitFor();
};
const cameras = async () => Object.fromEntries((await door('wall')).tiles.map((item) => [item.tile, item.camera ?? null]));

step('设备管理员: a camera comes by table and is found in the tree; over a window a mask is drawn', async () => {
  const page = (at.device = await person('d-device', ['device_admin']));
  await page.locator('.panel .camera').first().waitFor();
  equal(await menu(page), ['摄像机', '存证', '运行健康', '设置'], 'the menu');
  await page.getByText('导入摄像机…').click();
  const file = { name: '新增.csv', mimeType: 'text/csv' };
  const table = await door('table');
  await page.locator('.dropfile input').setInputFiles({ ...file, buffer: Buffer.from(table.replace('530402008', '红塔区')) });
  await page.getByText('有 1 处错误').waitFor();
  await page.locator('.dropfile input').setInputFiles({ ...file, buffer: Buffer.from(table) });
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('已导入: 新增 1').or(page.getByText('已导入：新增 1')).first().waitFor();
  await page.locator('.panel input').first().fill('lzjdk');
  await page.locator('.panel .camera', { hasText: '绿汁江渡口' }).waitFor();
  await page.locator('.panel input').first().fill('yhlk');
  await page.locator('.panel .camera', { hasText: '研和路口' }).click();
  await page.getByRole('button', { name: '画遮挡…' }).click();
  await until(() => page.locator('.maskpicture img').evaluateAll((list) => list[0]?.naturalWidth > 0), 'the still is there');
  await page.locator('.masktools').getByRole('button', { name: '矩形', exact: true }).click();
  const box = await page.locator('.maskpicture svg').boundingBox();
  await drag(page, [box.x + box.width * 0.02, box.y + box.height * 0.05], [box.x + box.width * 0.3, box.y + box.height * 0.4]);
  await page.mouse.up();
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('遮挡已生效，共 1 块').waitFor();
  await shot(page, '1-device');
});

step('系统管理员: an account for the new dispatcher; cases and pictures are not on his pages', async () => {
  const page = (at.admin = await person('d-admin', ['sysadmin']));
  await page.locator('.topbar nav a').first().waitFor();
  equal(await menu(page), ['运行健康', '设置'], 'the menu');
  await go(page, '设置');
  await page.locator('.side a', { hasText: '账号与角色' }).click();
  await page.getByRole('button', { name: '新建账号' }).click();
  const form = dialog(page, '新建账号');
  await form.getByRole('textbox', { name: /^账号/ }).fill('d-zhang');
  await form.getByRole('textbox', { name: '姓名' }).fill('张敏');
  await form.locator('[value=dispatcher]').check();
  await form.getByRole('button', { name: '建立' }).click();
  at.first = await page.locator('.secret').textContent();
  await page.getByRole('button', { name: '我已交给本人' }).click();
  await page.locator('.secret').waitFor({ state: 'hidden' });
  await shot(page, '2-sysadmin');
});

step('协调调度: signs in with it; a camera by its initials onto the wall, the next scene off air, an alarm answered, its case opened and the wall put back', async () => {
  const page = (at.dispatcher = await open(1920, 1080));
  await enter(page, 'd-zhang', at.first);
  await page.waitForSelector('.stage[data-preview=playing]');
  await type(page, '/');
  await page.locator('.searchfield input').fill('chsk');
  await until(async () => (await page.locator('.line .name').first().textContent()) === '春和水库大坝', 'found');
  await drag(page, await middle(page, '.line .name'), await middle(page, tile(4)));
  await page.mouse.up();
  await until(async () => (await cameras())[4] === 'chunhe-dam', 'it is on the wall');
  await page.locator('.searchfield input').fill('');
  await type(page, 'o');
  await page.waitForSelector('.stage.prepared');
  await type(page, 'l', '9', 'Enter');
  await until(async () => (await page.locator('.stage.prepared .tile').count()) === 9, 'nine tiles are prepared');
  equal((await door('wall')).tiles.length, 4, 'tiles on air');
  await shot(page, '3-prepared');
  await type(page, 't');
  await until(async () => (await door('wall')).tiles.length === 9, 'taken');
  await type(page, 'z');
  await until(async () => (await door('wall')).tiles.length === 4, 'one key undoes it');
  const before = await cameras();
  equal(await door('send', 'case.reported', CODE, { category: 'labour', region: '530402008', level: 'extra', risk: 'high', party_count: 40, ...(await door('here')) }), 'applied', 'the report');
  await page.locator('.alarm.red').first().waitFor();
  await type(page, 'Tab', 'Enter');
  await until(async () => (await label()) === `case:${CODE}`, 'the case is on the wall');
  await type(page, ' ');
  await page.locator('.alarm.red').waitFor({ state: 'detached' });
  await shot(page, '3-case');
  await type(page, 'Escape');
  await until(async () => (await label()) === '' && JSON.stringify(await cameras()) === JSON.stringify(before), 'the wall is exactly as it was');
});

step('协调调度: saves what the camera nearby has seen, on the case', async () => {
  const page = at.dispatcher;
  await lookAt(page);
  await page.locator('.casedrawer').getByRole('button', { name: '保存证据' }).click();
  const form = page.locator('.el-dialog:visible', { hasText: '事由' });
  await form.getByLabel('之前').fill('3');
  await form.getByLabel('之后').fill('1');
  await form.getByLabel('事由').fill('群体性事件现场');
  for (const box of await form.locator('fieldset').first().locator('label').all())
    if (!(await box.innerText()).includes('研和路口')) await box.locator('input').uncheck();
  await form.getByRole('button', { name: '保存', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
  const item = page.locator('.casedrawer li', { hasText: '片段' });
  await until(async () => (await item.innerText()).includes('已保存'), 'it is kept');
  [{ id: clip }] = (await door('get', `/api/v1/evidence?case=${CODE}`)).evidence;
});

step('登记受理: begins with the cases; the new one is registered, a paper goes to the office', async () => {
  const page = (at.registrar = await person('d-registrar', ['registrar'], 1366, 768));
  await page.locator('.caserow').first().waitFor();
  equal(await menu(page), ['案件', '看板', '设置'], 'the menu');
  await door('send', 'case.registered', CODE, {});
  await page.getByPlaceholder('案件编号').fill(CODE);
  await until(async () => (await page.locator('.caserow').count()) === 1, 'found');
  await lookAt(page);
  await type(page, 'o');
  await page.getByLabel('承办单位').fill('区人社局');
  await page.getByRole('button', { name: '开出' }).click();
  const paper = page.locator('.orders li').first();
  await paper.getByText('等待接单').waitFor();
  const [print] = await Promise.all([page.context().waitForEvent('page'), paper.getByText('打印').click()]);
  await print.waitForLoadState();
  check((await print.locator('body').innerText()).includes('区人社局'), 'the form names the office');
  await print.close();
  await shot(page, '4-registrar');
});

step('矛盾调解: takes the paper, settles it and says so', async () => {
  const page = (at.mediator = await person('d-mediator', ['mediator']));
  await page.locator('.caserow').first().waitFor();
  await lookAt(page);
  const paper = page.locator('.orders li').first();
  await paper.getByRole('button', { name: '接单' }).click();
  await paper.getByText('已接单').waitFor();
  await paper.getByText('办结…').click();
  const form = dialog(page, '评分');
  await form.getByLabel('结果').selectOption({ label: '化解' });
  await form.getByRole('button', { name: '办结', exact: true }).click();
  await paper.getByText('化解').waitFor();
  await shot(page, '5-mediator');
});

step('研判分析: makes the briefing of the day; the wall is seen and not touched', async () => {
  const page = (at.analyst = await person('d-analyst', ['analyst']));
  await page.waitForSelector('.stage[data-preview=playing]');
  const { revision } = await door('wall');
  await type(page, 'l', '9', 'Enter', 't', 'z');
  equal(await page.getByRole('button', { name: '撤销' }).count(), 0, 'ways to work the wall');
  await go(page, '看板');
  await page.locator('.side a', { hasText: '研判' }).click();
  await page.getByRole('button', { name: '现在做一份' }).click();
  await dialog(page, '现在做一份').getByRole('button', { name: '做', exact: true }).click();
  await page.locator('.figures dt').first().waitFor();
  equal((await door('get', '/api/v1/briefings')).briefings.length, 1, 'briefings');
  equal((await door('wall')).revision, revision, 'revision of the wall');
  await shot(page, '6-analyst');
});

step('跟踪督办: whistles for two offices, hears one, and asks for the original of the evidence', async () => {
  const page = (at.supervisor = await person('d-supervisor', ['supervisor']));
  await page.waitForSelector('.stage[data-preview=playing]');
  await lookAt(page);
  await type(page, 'w');
  await page.getByLabel('叫哪些单位').fill('研和派出所 区人社局');
  await page.getByRole('button', { name: '吹哨', exact: true }).click();
  const roster = page.locator('.roster li');
  await until(async () => (await roster.count()) === 2, 'the roster');
  equal(await door('send', 'whistle.acknowledged', CODE, { to_org: '研和派出所' }), 'noted', 'the office answers');
  await roster.first().getByText('已响应').waitFor();
  await shot(page, '7-supervisor');
  await page.evaluate((id) => (location.hash = `#/evidence?id=${id}`), clip);
  const details = page.locator('.evidencedetails');
  await details.getByRole('button', { name: '申请导出原件' }).click();
  await dialog(page, '查看事由').getByLabel('查看事由').fill('移送案卷');
  await dialog(page, '查看事由').getByRole('button', { name: '提交申请' }).click();
  await details.locator('.approvals li', { hasText: '等另一人同意' }).waitFor();
});

step('领导: sees at once what waits for him; grants it; one large button puts the case on the wall, and back', async () => {
  const page = (at.leader = await person('d-leader', ['leader']));
  const figures = page.locator('.dutyfigures button');
  await figures.first().waitFor();
  check(page.url().endsWith('#/duty'), page.url());
  const { cases } = await door('get', '/api/v1/cases?open=1&limit=500');
  equal(await figures.first().innerText(), `${cases.length}\n在办`, 'cases in hand');
  const waiting = page.locator('.dutypart', { hasText: '等您审批 1 件' });
  await waiting.getByRole('button', { name: '同意', exact: true }).click();
  await waiting.waitFor({ state: 'detached' });
  const wanted = page.locator('.dutyrow').nth(2);
  const code = /HTX?[-\w]+/.exec(await wanted.locator('small').innerText())[0];
  await wanted.click();
  await page.locator('.dutycase b', { hasText: code }).waitFor();
  await shot(page, '8-leader');
  await axe(page, 'duty');
  const other = await small(page, '#/duty', '.dutycase .path', 'duty');
  await shot(other, '8-leader-1366');
  await axe(other, 'duty, light');
  equal(other.trouble, [], 'trouble');
  await other.context().close();
  const before = await cameras();
  const under = await label();
  await page.locator('.dutydo').getByRole('button', { name: '案件上墙' }).click();
  await until(async () => (await label()) === `case:${code}`, 'the case is on the wall');
  await page.locator('.dutydo').getByText('案件在墙上').waitFor();
  await shot(page, '8-onwall');
  await type(page, 'Escape');
  await until(async () => (await label()) === under && JSON.stringify(await cameras()) === JSON.stringify(before), 'the wall is as it was');
  await page.locator('.dutydo').getByRole('button', { name: '案件上墙' }).waitFor();
  await type(page, 'ArrowUp', 'Enter');
  await until(async () => /^case:/.test(await label()) && (await label()) !== `case:${code}`, 'by the keys, the one above it');
  await type(page, 'Escape');
  await until(async () => (await label()) === under, 'and back');
  await figures.nth(1).click();
  await page.locator('.casefilters').waitFor();
  check(await page.getByLabel('只看超期').isChecked(), 'the list of those that are late');
});

step('跟踪督办: fetches it byte by byte', async () => {
  const page = at.supervisor;
  const link = page.locator('.evidencedetails .approvals li.granted a');
  await link.waitFor();
  const bytes = await page.evaluate((to) => fetch(to).then(async (answer) => [...new Uint8Array(await answer.arrayBuffer())]), await link.getAttribute('href'));
  equal(createHash('sha256').update(Buffer.from(bytes)).digest('hex'), await door('sha256', clip), 'its hash');
});

step('审计: reads who did what that day, without a picture; the register is whole', async () => {
  const page = (at.auditor = await person('d-auditor', ['auditor']));
  const rows = page.locator('.register tbody tr');
  await rows.first().waitFor();
  equal(await menu(page), ['审计', '设置'], 'the menu');
  equal(await page.locator('img:not(.topbar img), video, canvas').count(), 0, 'pictures');
  for (const [who, kind, says] of [
    ['d-device', 'settings', '遮挡'], ['d-admin', 'account', 'd-zhang'], ['d-zhang', 'view', '春和水库大坝'], ['d-zhang', 'alarm', ''], ['d-zhang', 'evidence', clip],
    ['d-registrar', 'case', CODE], ['d-mediator', 'case', '派单'], ['d-supervisor', 'case', CODE], ['d-supervisor', 'approval', '移送案卷'], ['d-leader', 'approval', clip], ['d-leader', 'command', '打开'],
  ]) {
    await page.getByLabel('谁').fill(who);
    await page.getByLabel('类别').selectOption(kind);
    await page.getByRole('button', { name: '刷新' }).click();
    await until(async () => {
      const texts = await rows.allTextContents();
      return texts.length > 0 && texts.every((text) => text.includes(who)) && texts.some((text) => text.includes(says));
    }, async () => `${who} ${kind} ${says}: ${await rows.allTextContents()}`);
  }
  await page.getByRole('button', { name: '清除筛选' }).click();
  await page.getByRole('button', { name: '校验', exact: true }).click();
  await page.getByText('登记簿完整，没有被改过').waitFor();
  await shot(page, '9-auditor');
});

step('no script error on any of the pages, and nothing that the content security policy refuses', async () => {
  for (const [post, page] of Object.entries(at)) if (post !== 'first') equal(page.trouble, [], `trouble: ${post}`);
});

await run();
