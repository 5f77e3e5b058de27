// devices.mjs - hands on the pages of cameras and of health: the tree of 20,000, searching, favourites, what is known of one, a new
// table, what is written for a spreadsheet; streams that fall out and come back, online rates, platforms; and how both look
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { check, door, equal, note, open, run, shots, step, until } from './steps.mjs';

const axeSource = createRequire(join(process.env.CONSOLE, 'package.json'))('axe-core').source;
const MANY = 20000;
const GOAL_MS = 200;
let page;

// A page of somebody who is signed in already.
async function openAs(cookie, path, width, height, settings = {}) {
  const cookies = [{ name: '__Host-wallctl', value: cookie, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Strict', expires: -1 }];
  const opened = await open(width, height, settings, { like: { context: () => ({ cookies: async () => cookies }) } });
  await opened.getByRole('link', { name: path === 'cameras' ? '摄像机' : '运行健康', exact: true }).click();
  return opened;
}

async function axe(where, what) {
  await where.evaluate(axeSource);
  const { violations } = await where.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  equal(violations.map((item) => `${item.id}: ${item.nodes[0].html.slice(0, 200)} ${item.nodes[0].any[0]?.message ?? ''}`), [], `violations: ${what}`);
}

const names = (of = page) => of.locator('.panel .camera .name').evaluateAll((list) => list.map((element) => element.firstChild.textContent.trim()));
const choose = (text, of = page) => of.locator('.el-segmented__item', { hasText: text }).first().click();
const branch = (text) => page.locator('.line.region', { hasText: text }).first();
let cookie;

step('20,000 cameras hang in a tree that begins where it branches; few of them exist as elements', async () => {
  cookie = await door('session', 'device', 'device_admin');
  page = await openAs(cookie, 'cameras', 1920, 1080);
  await until(async () => (await page.locator('.el-segmented__item').allInnerTexts()).some((text) => text.includes(`全部 ${MANY}`)), 'all are read');
  const tops = await page.locator('.line.region').allInnerTexts();
  check(tops.length >= 3 && tops.some((text) => text.includes('红塔区')), `branches: ${tops}`);
  await branch('红塔区').click();
  await branch('研和街道').locator('.head').click();
  await until(async () => (await names()).includes('=研和路口'), 'the township is open');
  check((await page.locator('.line').count()) < 80, 'lines that exist');
  await page.screenshot({ path: join(shots, 'cameras-1920.png') });
});

step('by the keyboard: down to a camera, a branch closed and opened', async () => {
  await page.locator('.lines').focus();
  await page.keyboard.press('Home');
  await until(async () => (await page.locator('.line.current').getAttribute('aria-expanded')) !== null, 'a branch is current');
  const before = await page.locator('.line.current').getAttribute('aria-expanded');
  await page.keyboard.press(before === 'true' ? 'ArrowLeft' : 'ArrowRight');
  await until(async () => (await page.locator('.line.current').getAttribute('aria-expanded')) !== before, 'it is the other way');
  await page.keyboard.press('End');
  await until(async () => page.locator('.line.current').count(), 'the last line is seen');
});

step('typing finds by name, pinyin, initials, number and region, each time within a fifth of a second', async () => {
  const times = [];
  for (const [text, wanted] of [['绿', null], ['研和路口', '=研和路口'], ['yhlk', '=研和路口'], ['yanhelukou', '=研和路口'], ['19999', null], ['530402008 csj3', '测试机3'], ['csj', '测试机2']]) {
    const took = await page.evaluate(async (value) => {
      const field = document.querySelector('.find input');
      const start = performance.now();
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - start;
    }, text);
    times.push(took);
    if (wanted) await until(async () => (await names())[0] === wanted, async () => `'${text}' finds ${wanted}: ${(await names()).slice(0, 3)}`);
  }
  note(`found in ${times.map((ms) => ms.toFixed(0)).join(', ')} ms; the goal is ${GOAL_MS}`);
  await page.locator('.find input').fill('没有这样的地方');
  await page.getByText('没有找到').waitFor();
  await page.locator('.find input').fill('');
});

step('by place, by group, and what is online only', async () => {
  await choose('按场所');
  await branch('水库').waitFor();
  await choose('按分组');
  await branch('防汛').waitFor();
  await choose('在线');
  await until(async () => (await page.locator('.el-segmented__item').allInnerTexts()).some((text) => text.includes('在线 9')), 'nine are online');
  await until(async () => (await names()).length === 9, 'nine are listed');
  await choose('按区划');
});

step('what is known of a camera lies beside the list, and moves; what is wrong with it is said with what to do', async () => {
  await page.locator('.panel .camera', { hasText: '测试机3' }).click();
  const details = page.locator('.details');
  await details.getByText('档案').waitFor();
  for (const text of ['测试机3', '正常', '研和街道', '530402008', 'fps', '最近一帧']) await until(async () => (await details.innerText()).includes(text), `details say ${text}`);
  await page.screenshot({ path: join(shots, 'cameras-details.png') });
  await door('fault', 'cam-3', 'drop,refuse');
  await details.locator('.note.bad').first().waitFor();
  await until(async () => /次/.test(await details.innerText()), 'the next try is told');
  await page.screenshot({ path: join(shots, 'cameras-fault.png') });
  await door('fault', 'cam-3', 'none');
  await details.getByText('马上重连').click();
  await until(async () => (await details.locator('.state').innerText()).includes('正常'), 'it is back');
});

step('favourites are the person\'s own, and stay', async () => {
  await page.locator('.panel .camera', { hasText: '测试机3' }).locator('.star').click();
  await choose('收藏');
  await choose('全部');
  await until(async () => JSON.stringify(await names()) === '["测试机3"]', 'one favourite');
  await page.reload();
  await choose('收藏');
  await until(async () => JSON.stringify(await names()) === '["测试机3"]', 'it stays');
  await choose('按区划');
});

step('the list is saved as a table in which nothing is a formula', async () => {
  await page.locator('.find input').fill('研和路口');
  await until(async () => (await names())[0] === '=研和路口', 'found');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('导出所列').click()]);
  const text = readFileSync(await download.path(), 'utf8');
  check(text.startsWith('\uFEFF"序号","名称"') && text.includes(`"'=研和路口"`), text.slice(0, 200));
  await page.locator('.find input').fill('');
});

step('a table with faults is told line by line, and not taken', async () => {
  await page.getByText('导入摄像机…').click();
  await page.locator('.dropfile input').setInputFiles({ name: '新表.csv', mimeType: 'text/csv', buffer: Buffer.from(await door('table', 'broken')) });
  await page.getByRole('alert').first().waitFor();
  const lines = await page.locator('.faults tbody tr').allInnerTexts();
  for (const words of [['3', '主码流', 'http://192.0.2.1/', 'rtsp://'], ['4', '行政区划', '红塔区', '数字'], ['6', '编号', '与第 5 行重复']])
    check(lines.some((line) => words.every((word) => line.includes(word))), `${words}: ${lines}`);
  check(await page.getByRole('button', { name: '导入', exact: true }).isDisabled(), 'it cannot be taken');
  await page.screenshot({ path: join(shots, 'cameras-faults.png') });
  await axe(page, 'faults of a table');
});

step('a good one is looked at, then taken as it was looked at; the new camera is found, the old one is gone', async () => {
  await page.locator('.dropfile input').setInputFiles({ name: '新表.csv', mimeType: 'text/csv', buffer: Buffer.from(await door('table', 'fresh')) });
  await page.getByText('新增 1').waitFor();
  const told = await page.locator('.changes3').innerText();
  for (const text of ['变更 1', '移除 1', '绿汁江渡口', '春和水库改名']) check(told.includes(text), `${text}: ${told}`);
  const take = page.getByRole('button', { name: '导入', exact: true });
  check(await take.isDisabled(), 'what is taken away has to be agreed to');
  await page.locator('.import .check input').check();
  await page.screenshot({ path: join(shots, 'cameras-import.png') });
  await take.click();
  await page.getByText('已导入').waitFor();
  check(await door('written'), 'the table that lies there');
  await page.locator('.find input').fill('lvzhijiang');
  await until(async () => (await names())[0] === '绿汁江渡口', 'the new one is found');
  await page.locator('.find input').fill('#20000');
  await page.getByText('没有找到').waitFor();
  await page.locator('.find input').fill('');
});

const found = (text) => page.locator('.found tbody tr', { hasText: text });

step('cameras are searched for; of each that is of no use it is said why', async () => {
  await page.getByText('导入摄像机…').click();
  await choose('搜索 ONVIF 摄像机');
  await page.getByLabel('搜索哪里').fill(await door('street'));
  await page.getByRole('button', { name: '搜索', exact: true }).click();
  await until(async () => (await page.locator('.onvif .state').innerText()).includes('找到 4 台设备，1 路码流可用'), async () => `four are told of: ${await page.locator('.onvif').innerText()}`);
  for (const text of ['需要账号和密码', 'MPEG4', 'DOCTYPE', '1920×1080 H.264', '子 640×360']) await until(() => found(text).count(), `it says ${text}`);
  await axe(page, 'what was found');
  await page.screenshot({ path: join(shots, 'cameras-found.png') });
});

step('a login opens one that wants it, though its clock is an hour off; the password does not stay in the form', async () => {
  await found('需要账号和密码').getByRole('checkbox').check();
  await page.getByLabel('账号', { exact: true }).fill('admin');
  await page.getByLabel('密码', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: '登录 1 台' }).click();
  await found('账号或密码被摄像机拒绝').waitFor();
  equal(await page.getByLabel('密码', { exact: true }).inputValue(), '', 'the field');
  await page.getByLabel('密码', { exact: true }).fill('canary-Chee7ahr');
  await page.getByRole('button', { name: '登录 1 台' }).click();
  await until(async () => (await found('1920×1080').count()) === 2, 'both have streams');
  await found('时钟慢 60 分').waitFor();
});

step('those that are chosen are named, looked at with their faults, mended, and imported', async () => {
  for (const [n, name] of ['东门岗亭', '后院'].entries()) {
    const line = found('1920×1080').nth(n);
    await line.getByRole('checkbox').check();
    await line.locator('input.plain').first().fill(name);
    await line.locator('input.plain').last().fill(`found-${n}`);
  }
  await page.getByLabel('行政区划', { exact: true }).fill('研和');
  await page.getByLabel('场所类型', { exact: true }).fill('路口');
  await page.screenshot({ path: join(shots, 'cameras-chosen.png') });
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(shots, 'cameras-chosen-1366.png') });
  check(await page.locator('.found').evaluate((list) => list.scrollWidth <= list.clientWidth), 'nothing is cut off at 1366×768');
  await axe(page, 'what was chosen, at 1366×768');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.getByRole('button', { name: '预览导入' }).click();
  await page.getByText('有 2 处错误').waitFor();
  equal((await page.locator('.faults:not(.found) tbody tr td:first-child').allInnerTexts()), ['东门岗亭', '后院'], 'whose faults');
  await page.screenshot({ path: join(shots, 'cameras-found-faults.png') });
  await page.getByRole('button', { name: '返回修改' }).click();
  await page.getByLabel('行政区划', { exact: true }).fill('530402008');
  await page.getByRole('button', { name: '预览导入' }).click();
  await page.getByText('新增 2').waitFor();
  const told = await page.locator('.changes3').innerText();
  for (const text of ['变更 0', '移除 0', '东门岗亭', '后院']) check(told.includes(text), `${text}: ${told}`);
  await page.screenshot({ path: join(shots, 'cameras-found-import.png') });
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('已导入').last().waitFor();
  await page.locator('.find input').fill('dongmengangting');
  await until(async () => (await names())[0] === '东门岗亭', 'the new one is found');
  await until(async () => (await door('get', '/api/v1/cameras/found-0/credential')).source === 'own', 'the account that was typed is its own');
  const camera = await door('get', '/api/v1/cameras/found-0');
  check(camera.main.includes('/gate/main') || camera.main.includes('/yard/main'), `${camera.main}`);
  await page.locator('.find input').fill('');
});

step('health: every stream with its figures, and rows stay while figures move', async () => {
  const dispatcher = await door('session', 'dispatch', 'dispatcher');
  page = await openAs(dispatcher, 'health', 1920, 1080);
  await until(async () => (await page.locator('.camera.feeds').count()) === 9, 'nine streams');
  await until(async () => /\d+ GB/.test(await page.locator('.facts8').innerText()), 'the disk is told');
  const row = page.locator('.camera.feeds').first();
  await row.evaluate((element) => (element.dataset.mine = 'yes'));
  const seen = new Set();
  await until(async () => seen.add(await row.innerText()).size > 2, 'figures move');
  equal(await row.getAttribute('data-mine'), 'yes', 'the same element');
  await page.screenshot({ path: join(shots, 'health-1920.png') });
});

step('a stream that falls out comes first, and one click says which link of the chain is broken', async () => {
  await door('fault', 'cam-5', 'drop,refuse');
  await until(async () => (await names())[0] === '测试机5' && (await page.locator('.camera.feeds .bad').count()) > 0, 'it stands first');
  await page.locator('.camera.feeds').first().click();
  const chain = page.locator('.details .chain li');
  await until(async () => (await chain.count()) > 1 && (await page.locator('.details .chain .bad').count()) === 1, 'the chain');
  await page.screenshot({ path: join(shots, 'health-why.png') });
  await choose('有问题');
  await until(async () => JSON.stringify([...new Set(await names())]) === '["测试机5"]', 'only its streams');
  await door('fault', 'cam-5', 'none');
  await page.getByText('没有问题').waitFor();
  await choose('全部');
});

step('the online rate by region, and the same as a table; outputs, sources and links', async () => {
  await choose('在线率');
  await page.locator('.camera.online', { hasText: '研和街道' }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('下载表格').click()]);
  const text = readFileSync(await download.path(), 'utf8');
  check(text.includes('在线率') && text.includes('530402008'), text.slice(0, 200));
  await page.screenshot({ path: join(shots, 'health-online.png') });
  await choose('输出与平台');
  await page.locator('.parts', { hasText: 'hall' }).waitFor();
  await page.locator('.parts', { hasText: '网格上报' }).waitFor();
  await page.screenshot({ path: join(shots, 'health-platforms.png') });
});

step('axe finds nothing wrong on both pages, dark and light, and they fit 1366×768', async () => {
  for (const path of ['cameras', 'health']) {
    for (const [width, height, settings] of [[1920, 1080, {}], [1366, 768, { theme: 'light' }], [1366, 768, {}]]) {
      const other = await openAs(cookie, path, width, height, settings);
      await other.locator('.line').first().waitFor();
      if (path === 'cameras') {
        await other.locator('.find input').fill('csj3');
        await until(async () => (await names(other))[0] === '测试机3', 'found');
      }
      await other.locator('.panel .camera').first().click();
      await other.locator('.details h4').first().waitFor();
      await other.screenshot({ path: join(shots, `${path}-${width}-${settings.theme ?? 'dark'}.png`) });
      await axe(other, `${path} ${width} ${JSON.stringify(settings)}`);
      const wide = await other.evaluate(() => document.documentElement.scrollWidth);
      check(wide <= width, `${path} is ${wide} px wide`);
      equal(other.trouble, [], 'trouble');
      await other.context().close();
    }
  }
});

step('no script error, and nothing that the content security policy refuses', async () => {
  equal(page.trouble, [], 'trouble');
});

await run();
