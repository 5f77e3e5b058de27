// evidence.mjs - hands on evidence: saved from a case and from the page, watched as a masked copy, verified, exported by two people,
// held, deleted with a certificate; what is refused says why; and how it looks
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { person, small } from './people.mjs';
import { axe as judge, check, door, equal, run, shots, step, until } from './steps.mjs';

let page, leader;
const shot = (name, of = page) => of.screenshot({ path: join(shots, `evidence-${name}.png`) });
const dialog = (of = page) => of.locator('.el-dialog:visible');
const details = (of = page) => of.locator('.evidencedetails');
const stateIs = (text, of = page) => until(async () => (await details(of).locator('.state').innerText()).includes(text), async () => `${text}: ${await details(of).innerText()}`);
const rows = (of = page) => of.locator('.evidencelist tbody tr');
const list = async (query = '') => (await door('get', `/api/v1/evidence${query}`)).evidence;
const register = async (ident) => (await door('get', `/api/v1/audit?limit=200&object=${ident}`)).rows.map((row) => `${row.kind} ${row.content} ${row.outcome}`);
let clip, picture; // ids

// What was said at the foot of the picture fades by itself, and has other colours while it does.
async function axe(where, what) {
  await where.locator('.el-message').first().waitFor({ state: 'detached' });
  await judge(where, what);
}

step('a page without anything teaches; who sees no camera has no such page', async () => {
  page = await person('zhang', ['dispatcher']);
  await page.getByRole('link', { name: '存证', exact: true }).click();
  await page.getByText('还没有存证').waitFor();
  await shot('empty');
  await axe(page, 'nothing saved');
  const clerk = await person('sun', ['registrar']);
  await clerk.locator('.topbar nav a[aria-current]').waitFor();
  equal(await clerk.getByRole('link', { name: '存证', exact: true }).count(), 0, 'entries of the menu');
  await clerk.context().close();
});

step('from a case: its cameras are offered; a reason with a citizen in it is refused in Chinese, and nothing is saved', async () => {
  await page.evaluate(() => (location.hash = '#/cases?case=HT-E1'));
  await page.locator('.casedrawer').getByRole('button', { name: '保存证据' }).click();
  const cameras = await dialog().locator('fieldset').first().locator('label').allInnerTexts();
  check(cameras.some((name) => name.includes('研和路口')), `cameras: ${cameras}`);
  for (const box of await dialog().locator('fieldset').first().locator('label').all())
    if (!(await box.innerText()).includes('研和路口')) await box.locator('input').uncheck();
  await dialog().getByLabel('之前').fill('3');
  await dialog().getByLabel('之后').fill('2');
  await dialog().getByLabel('事由').fill('找张三，电话13987654321');
  await dialog().getByRole('button', { name: '保存', exact: true }).click();
  await dialog().getByText('个人信息').waitFor();
  await shot('save');
  await axe(page, 'save');
  equal(await list(), [], 'what was saved');
});

step('with a good reason it is recorded, written and kept, which the case tells without being read again', async () => {
  await dialog().getByLabel('事由').fill('路口秩序核查');
  await dialog().getByRole('button', { name: '保存', exact: true }).click();
  await dialog().waitFor({ state: 'hidden' });
  const item = page.locator('.casedrawer li', { hasText: '片段' });
  await until(async () => (await item.innerText()).includes('已保存'), async () => `kept: ${await item.innerText()}`);
  await item.scrollIntoViewIfNeeded();
  await shot('case');
  await axe(page, 'case');
  await item.getByRole('link', { name: '打开' }).click();
  await stateIs('已保存');
  clip = new URL(page.url().replace('#/', '')).searchParams.get('id');
  equal((await list('?case=HT-E1')).map((one) => one.id), [clip], 'of the case');
});

step('one click plays the masked copy, which the register has once', async () => {
  await details().getByRole('button', { name: '调看' }).click();
  const video = details().locator('video');
  await until(() => video.evaluate((element) => element.readyState >= 2 && element.videoWidth > 0 && element.currentTime > 0.2), 'it plays');
  const [upper, lower] = await video.evaluate((element) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
    const context = canvas.getContext('2d');
    context.drawImage(element, 0, 0, 32, 32);
    const mean = (y) => context.getImageData(0, y, 32, 12).data.reduce((sum, value, n) => sum + (n % 4 < 3 ? value : 0), 0) / (32 * 12 * 3);
    return [mean(2), mean(18)];
  });
  check(upper < 10 && lower > 25, `upper half ${upper}, lower half ${lower}`);
  await until(async () => (await register(clip)).filter((row) => row === 'evidence 调看 view.mp4 ok').length === 1, async () => `one row: ${await register(clip)}`);
  await shot('details');
  await axe(page, 'details');
});

step('its hashes are those of the files; it is verified, and one bit that is another one is found and not given out', async () => {
  const text = await details().innerText();
  for (const name of ['view.mp4', 'original.mp4', 'manifest.json']) check(text.includes(await door('sha256', clip, name)), `${name}: ${text}`);
  await details().getByRole('button', { name: '校验' }).click();
  await details().getByText('全部相符').waitFor();
  await door('flip', clip, 'view.mp4');
  await details().getByRole('button', { name: '校验' }).click();
  await details().getByText('view.mp4: 被改动').waitFor();
  await shot('altered');
  await axe(page, 'altered');
  await page.reload();
  await details().getByRole('button', { name: '调看' }).click();
  await details().getByRole('alert').waitFor();
  await door('flip', clip, 'view.mp4');
});

step('a picture of a camera that is found by its initials; both are listed, and filtered by words, state and case', async () => {
  await page.getByRole('button', { name: '保存证据' }).click();
  check(await dialog().getByRole('button', { name: '保存', exact: true }).isDisabled(), 'without a camera there is nothing to save');
  await dialog().getByLabel('名称、拼音').fill('yhlk');
  await dialog().locator('.offers button').first().click();
  await dialog().getByText('截图').click();
  await dialog().getByLabel('事由').fill('设备核查');
  await dialog().getByRole('button', { name: '保存', exact: true }).click();
  await dialog().waitFor({ state: 'hidden' });
  await stateIs('已保存');
  picture = (await list('?state=kept')).find((one) => one.kind === 'picture').id;
  await details().getByRole('button', { name: '调看' }).click();
  await until(() => details().locator('img.copy').evaluate((image) => image.naturalWidth > 0), 'the picture is seen');
  await until(async () => (await rows().count()) === 2, 'two are listed');
  await page.getByPlaceholder('摄像机、事由').fill('设备');
  await until(async () => (await rows().count()) === 1, 'by words');
  await page.getByRole('button', { name: '清除筛选' }).click();
  await page.getByLabel('状态').selectOption('failed');
  await page.getByText('没有符合的存证').waitFor();
  await page.getByRole('button', { name: '清除筛选' }).click();
  await shot('list');
});

step('the original takes two people: asked for with a reason, granted by a leader who sees what it is, fetched byte by byte', async () => {
  await rows().filter({ hasText: clip }).getByRole('button').click();
  await details().getByRole('button', { name: '申请导出原件' }).click();
  await dialog().getByLabel('查看事由').fill('移送案卷');
  await dialog().getByRole('button', { name: '提交申请' }).click();
  await details().locator('.approvals li', { hasText: '等另一人同意' }).waitFor();
  const refused = await page.evaluate((id) => fetch(`/api/v1/evidence/${id}/original`).then((answer) => answer.status), clip);
  equal(refused, 403, 'before it is granted');
  leader = await person('gao', ['leader']);
  await leader.evaluate(() => (location.hash = '#/settings?section=approvals'));
  await leader.locator('.approvals li', { hasText: clip }).getByRole('link', { name: '看看是什么' }).click();
  await details(leader).getByText('研和路口').first().waitFor();
  await shot('grant', leader);
  await axe(leader, 'grant');
  await details(leader).getByRole('button', { name: '同意', exact: true }).click();
  const link = details().locator('.approvals li.granted a');
  await link.waitFor();
  const bytes = await page.evaluate(async (to) => Array.from(new Uint8Array(await (await fetch(to)).arrayBuffer())), await link.getAttribute('href'));
  equal(createHash('sha256').update(Buffer.from(bytes)).digest('hex'), await door('sha256', clip, 'original.mp4'), 'the original');
});

let copy; // for the public

step('a copy for the public: blurred as a whole, masked, marked; who approves looks at it first', async () => {
  await details().getByRole('button', { name: '做公开副本' }).click();
  await dialog().getByText('整幅降清', { exact: false }).first().waitFor();
  await dialog().getByLabel('事由').fill('警示宣传，电话13987654321');
  await dialog().getByRole('button', { name: '做公开副本', exact: true }).click();
  await dialog().getByText('个人信息').waitFor();
  await dialog().getByLabel('事由').fill('警示宣传');
  await shot('publish');
  await axe(page, 'publish');
  await dialog().getByRole('button', { name: '做公开副本', exact: true }).click();
  await dialog().waitFor({ state: 'hidden' });
  await details().getByText('公开副本：遮挡之外整幅模糊').waitFor();
  await stateIs('已保存');
  copy = new URL(page.url().replace('#/', '')).searchParams.get('id');
  equal((await list()).find((one) => one.id === copy).source, clip, 'what it was made of');
  equal(await details().getByRole('button', { name: '做公开副本' }).count(), 0, 'buttons to publish a copy of the copy');
  await details().getByRole('button', { name: '申请导出公开副本' }).click();
  await dialog().getByLabel('查看事由').fill('警示宣传');
  await dialog().getByRole('button', { name: '提交申请' }).click();
  await details().locator('.approvals li', { hasText: '等另一人同意' }).waitFor();
  await leader.evaluate(() => (location.hash = '#/settings?section=approvals'));
  await leader.locator('.approvals li', { hasText: copy }).getByRole('link', { name: '看看是什么' }).click();
  await details(leader).getByRole('button', { name: '调看' }).click();
  const video = details(leader).locator('video');
  await until(() => video.evaluate((element) => element.readyState >= 2 && element.videoWidth > 0), 'it plays');
  await shot('public', leader);
  await axe(leader, 'public');
  await details(leader).getByRole('button', { name: '同意', exact: true }).click();
  const link = details().locator('.approvals li.granted a');
  await link.waitFor();
  const bytes = await page.evaluate(async (to) => Array.from(new Uint8Array(await (await fetch(to)).arrayBuffer())), await link.getAttribute('href'));
  equal(createHash('sha256').update(Buffer.from(bytes)).digest('hex'), await door('sha256', copy, 'public.mp4'), 'the copy');
  await rows().filter({ hasText: clip }).getByRole('button').click();
  await details().getByRole('link', { name: copy }).waitFor();
  await rows(leader).filter({ hasText: clip }).getByRole('button').click();
});

step('a leader holds it: it cannot be deleted then; released it can, and the files are gone', async () => {
  await details(leader).getByRole('button', { name: '封存' }).click();
  await dialog(leader).getByLabel('事由').fill('电话13987654321');
  await dialog(leader).getByRole('button', { name: '封存', exact: true }).click();
  await dialog(leader).getByText('个人信息').waitFor();
  await until(async () => (await register(clip)).some((row) => row.includes('/hold') && row.endsWith('refused')), 'the refusal is in the register');
  await dialog(leader).getByLabel('事由').fill('诉讼期间保全');
  await dialog(leader).getByRole('button', { name: '封存', exact: true }).click();
  await stateIs('已封存', leader);
  await details(leader).getByText('先解除封存').waitFor();
  equal(await details(leader).getByRole('button', { name: '提前删除' }).count(), 0, 'buttons to delete it');
  await until(async () => (await details().innerText()).includes('诉讼期间保全'), 'the other one sees it');
  await shot('held', leader);
  await axe(leader, 'held');
  await details(leader).getByRole('button', { name: '解除封存' }).click();
  await details(leader).getByRole('button', { name: '提前删除' }).click();
  await dialog(leader).getByLabel('事由').fill('误存');
  await shot('delete', leader);
  await dialog(leader).getByRole('button', { name: '提前删除', exact: true }).click();
  await stateIs('已删除', leader);
  check(!(await door('names')).includes(clip), 'its files are there');
  check((await details(leader).innerText()).includes('误存'), 'the reason is told');
});

step('what a leader saved himself, another person deletes', async () => {
  await leader.getByRole('button', { name: '保存证据' }).click();
  await dialog(leader).getByLabel('名称、拼音').fill('研和路口');
  await dialog(leader).locator('.offers button').first().click();
  await dialog(leader).getByText('截图').click();
  await dialog(leader).getByLabel('事由').fill('设备核查');
  await dialog(leader).getByRole('button', { name: '保存', exact: true }).click();
  await stateIs('已保存', leader);
  await details(leader).getByText('要由另一位有审批权的人做').waitFor();
  equal(await details(leader).getByRole('button', { name: '提前删除' }).count(), 0, 'buttons to delete it');
});

step('an auditor sees no picture, and prints the certificate of the deletion', async () => {
  const auditor = await person('qian', ['auditor']);
  await auditor.getByLabel('类别').selectOption('retention');
  const link = auditor.locator('.register tr', { hasText: clip }).getByRole('link', { name: '删除证明' });
  const paper = await auditor.evaluate((to) => fetch(to).then((answer) => answer.text()), await link.getAttribute('href'));
  check(paper.includes('数据删除证明') && paper.includes(clip) && paper.includes('误存'), paper.slice(0, 300));
  await shot('certificate', auditor);
  await axe(auditor, 'certificate');
  equal(await auditor.getByRole('link', { name: '存证', exact: true }).count(), 0, 'entries of the menu');
});

step('others of whom one may not read cases see their own only', async () => {
  const device = await person('wu', ['device_admin']);
  await device.evaluate((id) => (location.hash = `#/evidence?id=${id}`), picture);
  await device.getByText(`没有 ${picture}`).waitFor();
  equal(await rows(device).count(), 0, 'rows');
});

step('a folder that is away is said before and when somebody saves', async () => {
  await door('away', true);
  await page.getByText('现在存不了').waitFor();
  check((await page.getByText('现在存不了').innerText()).includes('不存在'), 'why');
  await door('away', false);
  await page.getByText('现在存不了').waitFor({ state: 'detached' });
});

step('it fits 1366×768, by day, in large type and in English', async () => {
  for (const [settings, name] of [[{ theme: 'light' }, 'light'], [{ theme: 'dark', size: 'large' }, 'large'], [{ language: 'en' }, 'en']]) {
    const other = await small(page, `#/evidence?id=${picture}`, '.evidencedetails', `evidence ${name}`, settings);
    await shot(`1366-${name}`, other);
    await axe(other, `evidence ${name}`);
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
});

step('no script error, and nothing that the content security policy refuses', async () => {
  // A copy that was altered, and an original before it was granted, were refused on purpose.
  for (const one of [page, leader]) equal(one.trouble.filter((text) => !/400/.test(text)), [], 'trouble');
});

await run();
