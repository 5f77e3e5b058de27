// settings.mjs - an administrator's and a dispatcher's hands on the settings: people, tokens, second factor, rules
import { join } from 'node:path';
import { person, signIn, small } from './people.mjs';
import { PASSWORD, address, axe, check, door, enter, equal, open, shots, step, until } from './steps.mjs';

let admin;
let li;
const section = async (page, name) => {
  await page.locator('.side a', { hasText: name }).click();
  await page.locator('.sheet h2', { hasText: name }).waitFor();
};
const row = (text) => admin.locator('.grid tbody tr', { hasText: text });
const act = async (who, what) => {
  await row(who).getByRole('button').click();
  await admin.locator('.el-dropdown__popper:visible').getByText(what).click();
};
const dialog = (page, title) => page.locator('.el-dialog:visible', { hasText: title });
const shot = (page, name) => page.screenshot({ path: join(shots, `console-${name}.png`) });

step('who administers sees of the settings only what is his', async () => {
  admin = await person('admin2', ['sysadmin', 'device_admin']);
  await admin.evaluate(() => (location.hash = '#/settings'));
  await admin.locator('.sheet', { hasText: 'admin2' }).waitFor();
  equal(await admin.locator('.side a').allTextContents(), ['我的账号', '账号与角色', '接口令牌', '来源与对接'], 'sections');
});

step('an account: roles that must not meet are told before saving, the one-time password is shown once', async () => {
  await section(admin, '账号与角色');
  await admin.getByRole('button', { name: '新建账号' }).click();
  const form = dialog(admin, '新建账号');
  await form.getByRole('textbox', { name: /^账号/ }).fill('li');
  await form.getByRole('textbox', { name: '姓名' }).fill('李四');
  await form.getByRole('textbox', { name: /^区划/ }).fill('530402005');
  await form.locator('[value=auditor]').check();
  await form.locator('[value=dispatcher]').check();
  await form.getByText('自己做的事不能自己审').waitFor();
  check(await form.getByRole('button', { name: '建立' }).isDisabled(), 'it cannot be saved');
  await shot(admin, 'settings-roles');
  await form.locator('[value=auditor]').uncheck();
  await form.getByRole('button', { name: '加一面大屏' }).click();
  await form.getByLabel('大屏编号').fill('main');
  await form.getByLabel('从几点').fill('08:00');
  await form.getByLabel('到几点').fill('18:00');
  await axe(admin, 'account');
  await form.getByRole('button', { name: '建立' }).click();
  await dialog(admin, '李四 的一次性密码').waitFor();
  const first = await admin.locator('.secret').textContent();
  await shot(admin, 'settings-password');
  await axe(admin, 'one-time password');
  await admin.getByRole('button', { name: '我已交给本人' }).click();
  await admin.locator('.secret').waitFor({ state: 'hidden' });
  await row('李四').getByText('等本人改一次性密码').waitFor();
  const told = await row('李四').textContent();
  check(told.includes('530402005') && told.includes('main: 操作（08:00–18:00）') && !told.includes(first), told);
  li = await open(1366, 768);
  await enter(li, 'li', first);
  await li.locator('.frame:not([inert])').waitFor();
});

step('who is disabled is out at once, and comes in again when enabled', async () => {
  await act('李四', '停用');
  await dialog(admin, '停用').getByRole('button', { name: '停用' }).click();
  await row('李四').getByText('已停用').waitFor();
  await li.getByText('会话已结束').waitFor();
  await signIn(li, 'li', PASSWORD);
  await li.getByText('账号或密码不对').waitFor();
  await act('李四', '启用');
  await row('李四').getByText('正常').waitFor();
  const kept = (await door('get', '/api/v1/accounts')).accounts.find((item) => item.id === 'li');
  equal([kept.roles, kept.region, kept.walls.length], [['dispatcher'], '530402005', 1], 'what was kept');
});

step('a second factor is set up by the picture or the key; it is asked for, and taken off when the phone is lost', async () => {
  await signIn(li, 'li', PASSWORD);
  await li.getByText('会话已结束').waitFor({ state: 'detached' });
  await li.evaluate(() => (location.hash = '#/settings'));
  await li.getByRole('button', { name: '现在启用' }).click();
  const modules = await li.locator('.qr path').getAttribute('d');
  check(modules.length > 5000, 'a code is drawn');
  const key = (await li.locator('.key').textContent()).replace(/\s/g, '');
  check(/^[A-Z2-7]{32}$/.test(key), 'the key is there to be typed');
  await shot(li, 'settings-code');
  await axe(li, 'second factor');
  await li.getByLabel('输入手机上现在的 6 位数').fill('000000');
  await li.keyboard.press('Enter');
  await li.locator('.enrol .bad').waitFor();
  await li.getByLabel('输入手机上现在的 6 位数').fill(await door('otp', key, -1));
  await li.keyboard.press('Enter');
  await li.locator('.codestate', { hasText: '已启用' }).waitFor();
  equal(await li.locator('.qr, .key').count(), 0, 'parts that show the secret');
  await until(async () => (await li.locator('.statusline').textContent()).includes('已连接'), 'it goes on with the new session');
  equal(await li.locator('.door').count(), 0, 'doors');
  await li.getByRole('button', { name: '张三' }).or(li.getByRole('button', { name: '李四' })).click();
  await li.getByRole('button', { name: '退出登录' }).click();
  await signIn(li, 'li', PASSWORD);
  await li.getByLabel('动态口令').fill(await door('otp', key, 0));
  await li.keyboard.press('Enter');
  await li.locator('.door').waitFor({ state: 'detached' });
  await admin.reload();
  await section(admin, '账号与角色');
  await shot(admin, 'settings-accounts');
  await act('李四', '取消动态口令');
  await dialog(admin, '取消动态口令').getByRole('button', { name: '取消动态口令' }).click();
  await until(async () => !(await door('get', '/api/v1/accounts')).accounts.find((item) => item.id === 'li').code, 'it is off');
});

step('nobody changes his own account; a new one-time password ends the sessions', async () => {
  equal(await row('admin2').getByRole('button').count(), 0, 'buttons at the own account');
  await act('李四', '发新的一次性密码');
  await dialog(admin, '发新的').getByRole('button', { name: '发新的一次性密码' }).click();
  const fresh = await admin.locator('.secret').textContent();
  await admin.getByRole('button', { name: '我已交给本人' }).click();
  await li.getByText('会话已结束').waitFor();
  await signIn(li, 'li', fresh);
  await li.getByLabel('现在的密码').waitFor();
  await li.context().close();
});

step('a token: its rights are ticked, it is shown once, works, and ends', async () => {
  await section(admin, '接口令牌');
  await admin.getByRole('button', { name: '新建令牌' }).click();
  const form = dialog(admin, '新建令牌');
  await form.getByRole('textbox', { name: /^名称/ }).fill('dispatch-desk');
  await form.getByRole('button', { name: '建立' }).click();
  await form.getByText('请至少勾一项权限').waitFor();
  await form.locator('[value="wall.view"]').check();
  await form.locator('select').selectOption('90');
  await axe(admin, 'token');
  await shot(admin, 'settings-token');
  await form.getByRole('button', { name: '建立' }).click();
  const token = await admin.locator('.secret').textContent();
  await admin.getByRole('button', { name: '我已交给本人' }).click();
  const call = (path) => fetch(`${address}api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } }).then((answer) => answer.status);
  equal([await call('walls'), await call('alarms')], [200, 403], 'what it may');
  await row('dispatch-desk').getByText('还有 8').waitFor();
  await shot(admin, 'settings-tokens');
  await row('dispatch-desk').getByRole('button').click();
  await dialog(admin, '作废令牌').getByRole('button', { name: '作废' }).click();
  await until(async () => (await call('walls')) === 401, 'it has ended');
  equal(admin.trouble, [], 'trouble');
});

step('sources tell how they are', async () => {
  await section(admin, '来源与对接');
  await row('网格平台').getByText('正常').waitFor();
  await shot(admin, 'settings-sources');
  await axe(admin, 'sources');
  await admin.context().close();
});

let page;
step('a dispatcher reads rules as sentences, and tries an event that never was', async () => {
  page = await person('wang', ['dispatcher']);
  await page.evaluate(() => (location.hash = '#/settings?section=rules'));
  const high = page.locator('.grid tr', { hasText: '高风险上墙' });
  await high.waitFor();
  check((await high.textContent()).includes('案件上报；风险高'), await high.textContent());
  check((await page.locator('.grid tr', { hasText: '夜间欠薪' }).textContent()).includes('类别是劳动争议；22:00-06:00；周一至周五'), 'hours and days');
  await until(async () => (await high.textContent()).includes('上墙: 高仓安置房工地'), 'cameras by name');
  await shot(page, 'settings-rules');
  await axe(page, 'rules');
  const alarms = (await door('get', '/api/v1/alarms')).alarms.length;
  await high.getByRole('button', { name: '试一试' }).click();
  const trial = dialog(page, '试一试');
  await trial.getByRole('button', { name: '试', exact: true }).click();
  await trial.getByText('会触发 1 条规则').waitFor();
  await trial.getByText('主墙 窗格 3: 高仓安置房工地').waitFor();
  await shot(page, 'settings-try');
  await axe(page, 'try');
  await trial.getByLabel('风险').selectOption('low');
  await trial.getByRole('button', { name: '试', exact: true }).click();
  await trial.getByText('没有规则会触发').waitFor();
  await trial.getByText('您要试的这一条没有触发').waitFor();
  await trial.getByRole('button', { name: '关闭' }).first().click();
  equal((await door('get', '/api/v1/alarms')).alarms.length, alarms, 'alarms');
});

step('a plan is looked through before it is run; what was saved is taken away', async () => {
  await page.locator('.grid tr', { hasText: '防汛一键指挥' }).getByRole('button', { name: '预检' }).click();
  const plan = dialog(page, '防汛一键指挥');
  await plan.getByText('春和水库大坝').first().waitFor();
  await plan.getByText('一查水位').waitFor();
  await shot(page, 'settings-plan');
  await page.keyboard.press('Escape');
  await plan.waitFor({ state: 'hidden' });
  await page.locator('.grid tr', { hasText: '广场应急预案' }).getByRole('button', { name: '删除' }).click();
  await dialog(page, '删除').getByRole('button', { name: '删除' }).click();
  await page.locator('.grid tr', { hasText: '广场应急预案' }).waitFor({ state: 'detached' });
});

step('presets and tours at a glance; nothing is cut off on the smallest screen', async () => {
  await section(page, '预案与轮巡');
  const tour = page.locator('.grid tr', { hasText: '河道巡查' });
  const [hours] = (await door('get', '/api/v1/tours')).tours.find((one) => one.id === 'rivers').schedule;
  await tour.getByText(`周一至周五 ${hours.from}–${hours.to}`).waitFor();
  await until(async () => (await tour.textContent()).includes('春和水库大坝、高仓安置房工地'), 'its cameras');
  await shot(page, 'settings-scenes');
  await axe(page, 'scenes');
  await page.locator('.grid tr', { hasText: '夜间' }).getByRole('button', { name: '删除' }).click();
  await dialog(page, '删除').getByRole('button', { name: '删除' }).click();
  await page.locator('.grid tr', { hasText: '夜间' }).waitFor({ state: 'detached' });
  for (const [id, ready] of [['own', '.codestate'], ['rules', '.grid'], ['scenes', '.grid'], ['sources', '.grid']]) {
    const other = await small(page, `#/settings?section=${id}`, ready, id);
    await shot(other, `settings-${id}-1366`);
    await axe(other, `${id}, light`);
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
  equal(page.trouble, [], 'trouble');
  await page.context().close();
});
