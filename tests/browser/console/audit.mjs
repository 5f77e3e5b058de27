// audit.mjs - an auditor's hands on the register: who, when, why; what was refused; is it whole; the papers
import { join } from 'node:path';
import { person, signIn, small } from './people.mjs';
import { PASSWORD, axe, check, door, equal, open, shots, step, until } from './steps.mjs';

let page;
const rows = () => page.locator('.register tbody tr');
const shot = (name) => page.screenshot({ path: join(shots, `console-${name}.png`) });
const shown = async (test, what) => until(async () => test(await rows().allTextContents()), what);

step('an auditor begins at the register, and sees no picture and no wall', async () => {
  await door('do', 'show', { tile: 1, camera: 'cam-4' });
  await until(async () => (await door('glass'))[1] === 'cam-4', 'the camera is seen');
  await door('do', 'show', { tile: 1, camera: 'cam-1' });
  await door('refused', 'show', { tile: 1, camera: 'cam-99' });
  page = await person('sun', ['auditor']);
  await page.locator('.register').waitFor();
  equal(await page.locator('.topbar nav a').allTextContents(), ['审计', '设置'], 'pages');
  equal(await page.locator('img:not(.topbar img), video, canvas, .stage').count(), 0, 'pictures');
  await shot('audit');
  await axe(page, 'register');
});

step('who looked at a camera, when and for how long, is found with two choices', async () => {
  await page.getByLabel('摄像机').fill('cam-4');
  await page.getByLabel('类别').selectOption('view_end');
  await shown((texts) => texts.length === 1 && /结束查看.*cam-4.*看了 /s.test(texts[0]), 'one view that has ended');
  await page.getByLabel('类别').selectOption('view');
  await shown((texts) => texts.length === 1 && texts[0].includes('窗格 1') && texts[0].includes('高仓安置房工地'), 'what was shown, and where');
  await page.getByRole('button', { name: '清除筛选' }).click();
  await page.getByLabel('谁').fill('sun');
  await shown((texts) => texts.length > 0 && texts.every((text) => text.includes('sun')), 'one person');
  await page.getByRole('button', { name: '清除筛选' }).click();
});

step('what was refused stands out', async () => {
  await page.getByLabel('只看被拒的').check();
  await shown((texts) => texts.length > 0 && texts.every((text) => text.includes('被拒')), 'refused ones only');
  equal(await page.locator('.register tr.refused').count(), await rows().count(), 'marked rows');
  await shot('audit-refused');
  await axe(page, 'refused');
  await page.getByLabel('只看被拒的').uncheck();
});

step('days are those of China, and pages follow each other without a gap', async () => {
  await page.getByLabel('时间').selectOption('own');
  await page.getByLabel('从', { exact: true }).fill('2020-01-01');
  await page.getByLabel('到', { exact: true }).fill('2020-01-02');
  await page.getByText('这段时间没有符合的记录').waitFor();
  await page.getByLabel('时间').selectOption('all');
  await shown((texts) => texts.length > 20, 'all of it');
  for (let n = 0; n < 60; n++) await door('do', 'adjust', { tile: 1, fit: n % 2 ? 'cover' : 'contain' });
  await page.getByRole('button', { name: '刷新' }).click();
  await shown((texts) => texts.length === 100, 'a page');
  await page.getByRole('button', { name: '再看 100 条' }).click();
  await shown((texts) => texts.length > 100, 'two pages');
  const numbers = (await page.locator('.register tbody td:first-child small').allTextContents()).map((text) => Number(/\d+/.exec(text)[0]));
  check(numbers.every((number, n) => n === 0 || number === numbers[n - 1] - 1), `rows ${numbers.join(' ')}`);
});

step('the chain is verified with one click, and the verdict says over what', async () => {
  const { key } = await door('get', '/api/v1/audit/key');
  equal((await page.locator('.hex').textContent()).replace(/\s/g, ''), key, 'the key');
  await page.getByRole('button', { name: '校验', exact: true }).click();
  await page.getByText('登记簿完整，没有被改过').waitFor();
  check(/校验 \d+ 条（第 1 至 \d+ 条）/.test(await page.locator('.chain').textContent()), await page.locator('.chain').textContent());
  await shot('audit-whole');
  await axe(page, 'verified');
});

step('a register that was altered is told as such', async () => {
  await page.route('**/api/v1/audit/verify', async (route) => {
    const answer = await route.fetch();
    const json = { ...(await answer.json()), is_whole: false, fault: 'altered', message: 'a row was altered', message_zh: '有记录被改动', seq: 7 };
    await route.fulfill({ response: answer, json });
  });
  await page.getByRole('button', { name: '再校验' }).click();
  await page.getByText('登记簿被改动过').waitFor();
  await page.getByText('有记录被改动（第 7 条）').waitFor();
  await shot('audit-broken');
  await axe(page, 'broken');
  await page.unroute('**/api/v1/audit/verify');
  await page.getByRole('button', { name: '再校验' }).click();
  await page.getByText('登记簿完整，没有被改过').waitFor();
  await page.getByLabel('类别').selectOption('view');
  await shown((texts) => texts.every((text) => text.includes('查看')), 'views');
  await shot('audit-views');
  await page.getByLabel('类别').selectOption('');
});

step('a paper takes two people: asked for with a reason, granted by a leader, fetched; all of it is in the register', async () => {
  await page.getByLabel('时间').selectOption('today');
  const leader = await person('gao', ['leader'], 1366, 768);
  await leader.evaluate(() => (location.hash = '#/settings?section=approvals'));
  await leader.getByText('没有等您审批的').waitFor();
  const ask = async (paper, form) => {
    await page.locator('.papers li', { hasText: paper }).getByText(form).click();
    const dialog = page.locator('.el-dialog:visible', { hasText: paper });
    await dialog.getByLabel('查看事由').fill('季度检查');
    if (form === '打印页') await axe(page, 'ask');
    await dialog.getByRole('button', { name: '提交申请' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const row = leader.locator('.approvals li', { hasText: '季度检查' });
    await row.waitFor();
    if (form === '打印页') {
      await leader.screenshot({ path: join(shots, 'console-settings-approvals.png') });
      await axe(leader, 'approvals');
    }
    await row.getByRole('button', { name: '同意', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    const mine = page.locator('.approvals li.granted', { hasText: form === '打印页' ? '打印页' : '表格' });
    const text = await page.evaluate((to) => fetch(to).then((answer) => answer.text()), await mine.locator('a').getAttribute('href'));
    await shot('audit-approved');
    await mine.getByRole('button', { name: '撤回' }).click();
    await mine.waitFor({ state: 'detached' });
    return text;
  };
  const register = await ask('调用登记簿', '打印页');
  check(register.includes('<html') && register.includes('高仓安置房工地'), register.slice(0, 200));
  const list = await ask('备案清单', '表格 CSV');
  check(list.includes('春和水库大坝'), list.slice(0, 200));
  await page.locator('.papers', { hasText: '还没有到期删除' }).waitFor();
  await page.getByLabel('类别').selectOption('approval');
  await page.getByRole('button', { name: '刷新' }).click();
  await shown((texts) => texts.length >= 4 && texts.every((text) => text.includes('审批')), 'asked and granted, twice');
  equal(leader.trouble, [], 'trouble');
  await leader.context().close();
});

step('the register in daylight on the smallest screen', async () => {
  const other = await small(page, '#/audit', '.register', 'audit');
  await other.screenshot({ path: join(shots, 'console-audit-1366.png') });
  await axe(other, 'audit, light');
  equal([page.trouble, other.trouble], [[], []], 'trouble');
  await other.context().close();
  await page.context().close();
});

step('who may not read the register has no such page', async () => {
  const other = await open(1366, 768);
  await signIn(other, 'wang', PASSWORD);
  await other.locator('.topbar nav a[aria-current]').waitFor();
  await other.evaluate(() => (location.hash = '#/audit'));
  await other.getByText('您的账号没有这里的权限').waitFor();
  equal(await other.locator('.topbar nav a', { hasText: '审计' }).count(), 0, 'entries of the menu');
  await other.context().close();
});
