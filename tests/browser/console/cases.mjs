// cases.mjs - hands on the cases page: the list by urgency, filters and views, a case and its way, on the wall and back,
// whistle, papers, the sound of alarms; what one may not do is not there; and how it looks
import { join } from 'node:path';
import { axe, check, door, enter, equal, note, open, run, shots, step, until } from './steps.mjs';

let page;

const codes = (of = page) => of.locator('.caserow .code').allTextContents().then((list) => list.map((text) => text.trim().split(/\s/)[0]));
const listIs = (wanted, of = page) => until(async () => JSON.stringify(await codes(of)) === JSON.stringify(wanted), async () => `${wanted}: ${await codes(of)}`);
const type = async (...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const rest = (of = page) => of.evaluate(() => document.activeElement?.blur());
const label = async () => (await door('wall')).label ?? '';
const search = async (text) => page.getByPlaceholder('案件编号').fill(text);

// Every oscillator that starts, and how loud what reaches the loudspeaker has been.
function listen() {
  window.tones = [];
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) {
    window.audio = this.context;
    window.tones.push({ hz: this.frequency.value, state: this.context.state });
    return start.apply(this, when);
  };
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (target, ...more) {
    if (target instanceof AudioDestinationNode) {
      const meter = new AnalyserNode(this.context);
      const heard = new Float32Array(meter.fftSize);
      connect.call(this, meter);
      window.peak = 0;
      setInterval(() => {
        meter.getFloatTimeDomainData(heard);
        window.peak = Math.max(window.peak, ...heard.map(Math.abs));
      }, 10);
    }
    return connect.call(this, target, ...more);
  };
}
const tones = (of) => of.evaluate(() => window.tones.map((tone) => tone.hz));
const forget = (of) => of.evaluate(() => {
  window.tones = [];
  window.peak = 0;
});

step('the menu has the cases; what is over its time stands first, what has no deadline last', async () => {
  page = await open(1920, 1080, {}, { script: listen });
  await enter(page, 'zhang', await door('account', 'zhang', ['dispatcher'], {}));
  await page.getByRole('link', { name: '案件', exact: true }).click();
  await page.locator('.caserow').first().waitFor();
  await search('HT-A');
  await listIs(['HT-A1', 'HT-A2', 'HT-A5', 'HT-A3', 'HT-A4']);
  const rows = page.locator('.caserow');
  for (const [n, words] of [[0, ['▲ 高风险', '邻里 · 研和街道', '多元化解', '超时']], [1, ['山林土地', '分流交办', '剩']], [4, ['受理登记', '没有期限']]]) {
    const text = await rows.nth(n).innerText();
    for (const word of words) check(text.includes(word), `row ${n} says '${word}': ${text}`);
  }
  check((await rows.nth(2).innerText()).includes('婚姻家庭 · 研和街道'), 'a family case is told of its township, not of its village');
});

step('filters narrow it, and say when nothing is left', async () => {
  await page.getByLabel('区划').selectOption({ label: '春和街道' });
  await listIs(['HT-A3', 'HT-A4']);
  await page.getByLabel('环节').selectOption({ label: '受理登记' });
  await page.getByLabel('类别').selectOption({ label: '物业' });
  await listIs(['HT-A3']);
  await page.locator('.wants').getByLabel('风险').selectOption({ label: '高风险' });
  await page.getByText('没有符合条件的案件').waitFor();
  await page.getByText('清除条件').first().click();
  await page.getByLabel('只看超期').check();
  await search('HT-A');
  await listIs(['HT-A1']);
});

step('what is looked for every day is kept as a view of the account, and a number chooses it', async () => {
  await page.getByText('存为视图…').click();
  await page.getByLabel('视图名称').fill('我的超期');
  await type('Enter');
  await page.getByRole('button', { name: '我的超期', exact: true }).waitFor();
  await page.reload();
  await page.locator('.caserow').first().waitFor();
  check((await codes()).length > 50, 'after a reload everything is there again');
  await type('6', 'Enter');
  await listIs(['HT-A1']);
  await type('1', 'Enter');
  await until(async () => (await codes()).length > 50, 'all that is in hand');
  await page.getByRole('button', { name: '删除视图“我的超期”' }).click();
  equal(await page.getByRole('button', { name: '我的超期', exact: true }).count(), 0, 'views of our own');
});

step('a hundred at a time; the list follows what happens, by itself', async () => {
  await page.getByRole('button', { name: '全部', exact: false }).first().click();
  await until(async () => (await codes()).length === 100, 'a hundred');
  await page.getByText('再列一百件').click();
  await until(async () => (await codes()).length === 200, 'two hundred');
  await type('1', 'Enter');
  await search('HT-N');
  await page.getByText('没有符合条件的案件').waitFor();
  await door('send', 'case.registered', 'HT-N1', 0, { category: 'labour', region: '530402009', level: 'general', risk: 'mid' });
  await listIs(['HT-N1']);
  await door('send', 'case.mediating', 'HT-N1', 0, {});
  await until(async () => (await page.locator('.caserow').innerText()).includes('多元化解'), 'its stage follows');
  await search('HT-A');
  await listIs(['HT-A1', 'HT-A2', 'HT-A5', 'HT-A3', 'HT-A4']);
});

step('arrows choose a case: its way in the words of the site, its clocks, cameras and what happened', async () => {
  await rest();
  await type('ArrowDown', 'ArrowDown');
  const drawer = page.locator('.casedrawer');
  await drawer.getByRole('heading', { name: 'HT-A2' }).waitFor();
  await drawer.locator('.path').waitFor();
  equal(await drawer.locator('.path li span').allTextContents(), ['受理登记', '分流交办', '多元化解', '结果反馈'], 'the way');
  equal((await drawer.locator('.path li[aria-current=step]').innerText()).includes('分流交办'), true, 'the present stage');
  const text = await drawer.innerText();
  for (const word of ['办结', '接单', '研和街道综治中心值班室', '研和路口', '派单', '→ 区司法局', '登记受理']) check(text.includes(word), `'${word}': ${text}`);
  await door('send', 'case.accepted', 'HT-A2', 0, {});
  await until(async () => (await drawer.locator('.steps li').first().innerText()).includes('接单'), 'what happens meanwhile is there');
  await page.screenshot({ path: join(shots, 'cases-drawer.png') });
  await axe(page, 'the page with a case');
});

step('Enter chooses the line that has the focus, then opens it on the wall; Esc brings the wall back', async () => {
  await page.locator('.caserow').nth(2).focus();
  await type('Enter');
  await page.locator('.casedrawer').getByRole('heading', { name: 'HT-A5' }).waitFor();
  await type('ArrowUp');
  await page.locator('.casedrawer .path').waitFor();
  await page.locator('.casedrawer').getByRole('heading', { name: 'HT-A2' }).waitFor();
  await page.locator('.casedrawer').getByText('→ 区司法局').waitFor();
  await type('Enter');
  await until(async () => (await label()) === 'case:HT-A2', 'on the wall');
  await page.getByText('案件在墙上').waitFor();
  await rest();
  await type('Escape');
  await until(async () => (await label()) === '', 'the wall is back');
  await page.getByRole('button', { name: '案件上墙 ↵' }).waitFor();
});

step('a whistle: offices are called, answer and come, here and from elsewhere; then it ends', async () => {
  await rest();
  await type('w');
  await page.getByLabel('几分钟内响应').fill('5');
  await page.getByLabel('叫哪些单位').fill('研和派出所，区交警大队');
  await page.getByRole('button', { name: '吹哨', exact: true }).click();
  const roster = page.locator('.roster li');
  await until(async () => (await roster.count()) === 2, 'the roster');
  await roster.first().getByText('响应了').click();
  await roster.first().getByText('已响应').waitFor();
  await roster.first().getByText('到了').click();
  await roster.first().getByText('已到达').waitFor();
  await door('send', 'whistle.acknowledged', 'HT-A2', 0, { to_org: '区交警大队' });
  await roster.nth(1).getByText('已响应').waitFor();
  await page.screenshot({ path: join(shots, 'cases-whistle.png') });
  await page.getByText('结束吹哨').click();
  await page.getByText('吹哨已结束').first().waitFor();
  await until(async () => !(await door('get', '/api/v1/whistles')).whistles.some((item) => item.case === 'HT-A2' && item.open), 'it has ended');
  if (await label()) {
    await rest();
    await type('Escape');
  }
  await until(async () => (await label()) === '', 'the wall is back');
});

step('the help lists the keys of this page', async () => {
  await rest();
  await type('?');
  const keys = page.locator('.el-dialog', { hasText: '上一件、下一件' });
  await keys.waitFor();
  check(!(await keys.innerText()).includes('换布局'), 'no keys of the wall');
  await type('Escape');
  await keys.waitFor({ state: 'hidden' });
});

step('what was withdrawn stands among all, without a deadline', async () => {
  await door('send', 'case.registered', 'HT-W1', 200, { category: 'land', region: '530402008', level: 'general' });
  await door('send', 'case.withdrawn', 'HT-W1', 0, {});
  await page.locator('.wants').getByLabel('环节').selectOption('all');
  await search('HT-W');
  await listIs(['HT-W1']);
  check(!/超时|剩/.test(await page.locator('.caserow').innerText()), 'no deadline');
  await page.locator('.wants').getByLabel('环节').selectOption('open');
  await search('HT-A');
  await until(async () => (await codes()).length === 5, 'those in hand');
});

step('a paper is issued, accepted, done and printed; one that names a person is refused in Chinese', async () => {
  await rest();
  await type('o');
  await page.getByLabel('承办单位').fill('电话13800138000');
  await page.getByRole('button', { name: '开出' }).click();
  await page.getByText('不能写人名、电话').waitFor();
  await page.getByLabel('承办单位').fill('区住建局');
  await page.getByRole('button', { name: '开出' }).click();
  const paper = page.locator('.orders li').first();
  await paper.getByText('派单〔').waitFor();
  await paper.getByRole('button', { name: '接单' }).click();
  await paper.getByText('已接单').waitFor();
  const [print] = await Promise.all([page.context().waitForEvent('page'), paper.getByText('打印').click()]);
  await print.waitForLoadState();
  check((await print.locator('body').innerText()).includes('区住建局'), 'the form names the office');
  await print.close();
  await paper.getByText('办结…').click();
  const dialog = page.locator('.el-dialog', { hasText: '评分' });
  await dialog.getByLabel('结果').selectOption({ label: '化解' });
  await dialog.getByLabel('评分').selectOption('5');
  await dialog.getByRole('button', { name: '办结', exact: true }).click();
  await paper.getByText('化解').waitFor();
});

step('an alarm is heard by its level, again until somebody answers; muted it is not', async () => {
  await door('quiet');
  await page.locator('.alarm').first().waitFor({ state: 'detached' });
  await forget(page);
  await door('send', 'case.reported', 'HT-M1', 0, { category: 'labour', region: '530402008', level: 'extra', risk: 'high', lon: 102.512, lat: 24.27 });
  await page.locator('.alarm.red').waitFor();
  const urgent = [988, 1319, 1760];
  await until(async () => (await tones(page)).length >= 9, 'the urgent sound');
  equal([...new Set(await tones(page))].sort((a, b) => a - b), urgent, 'its notes');
  await until(() => page.evaluate(() => window.peak > 0.05), 'it reaches the loudspeaker');
  equal(await page.evaluate(() => [...new Set(window.tones.map((tone) => tone.state))]), ['running'], 'the audio context');
  await until(async () => (await tones(page)).length >= 18, 'it comes again');
  await page.screenshot({ path: join(shots, 'cases-alarm.png') });
  const card = page.locator('.alarm.red');
  await card.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '备注…' }).click();
  const words = page.getByRole('dialog', { name: '备注…' });
  await words.getByLabel('备注（一行').fill('找张建国，电话13800138000');
  await words.getByRole('button', { name: '确定' }).click();
  await words.getByRole('alert').getByText('像是有').waitFor();
  check(!(await words.getByRole('alert').innerText()).includes('138'), 'it is not repeated');
  await page.screenshot({ path: join(shots, 'cases-comment.png') });
  await axe(page, 'a comment');
  await words.getByLabel('备注（一行').fill('已到现场，人已散开');
  await words.getByRole('button', { name: '确定' }).click();
  await words.waitFor({ state: 'hidden' });
  await card.locator('.comments', { hasText: '已到现场，人已散开' }).waitFor();
  await page.screenshot({ path: join(shots, 'cases-commented.png') });
  await rest();
  await type('Tab', 'Enter');
  await until(async () => (await label()) === 'case:HT-M1', 'Enter opens the case of the alarm');
  await type(' ');
  await page.locator('.alarm.red').waitFor({ state: 'detached' });
  await forget(page);
  await type('Escape');
  await until(async () => (await label()) === '', 'back');
  await door('send', 'case.reported', 'HT-T1', 0, { category: 'tourism', region: '530402008' });
  await until(async () => (await tones(page)).includes(659), 'a notice');
  equal(await tones(page), [659], 'no urgent sound any more, and the notice once');
  await forget(page);
  await type('m');
  await page.getByText('已静音').waitFor();
  await door('send', 'case.reported', 'HT-T2', 0, { category: 'tourism', region: '530402009' });
  await until(async () => (await page.locator('.alarm.blue').count()) === 2, 'the second notice');
  equal(await tones(page), [], 'muted');
  await type('m');
  await until(async () => (await tones(page)).length === 1, 'what came meanwhile is heard');
  await forget(page);
  await page.getByRole('button', { name: '显示' }).click();
  await page.getByRole('button', { name: '紧急', exact: true }).click();
  equal((await tones(page)).length, 9, 'notes of the trial');
  await page.screenshot({ path: join(shots, 'cases-sound.png') });
  await type('Escape');
  await until(() => page.evaluate(() => window.audio.state === 'suspended'), 'between sounds the audio rests');
});

step('a browser that wants a hand first says so; one click, and it is heard', async () => {
  const other = await open(1366, 768, {}, { script: listen, like: page, isStrict: true, path: '#/cases' });
  const hint = other.getByRole('button', { name: '点一下打开声音' });
  await hint.waitFor();
  await other.locator('.caserow').first().waitFor();
  equal(await tones(other), [], 'before');
  await hint.click();
  await until(async () => (await tones(other)).length > 0, 'what rings is heard');
  await hint.waitFor({ state: 'detached' });
  await other.context().close();
});

step('on a small screen, in light and English and large, it is whole and says the same', async () => {
  for (const [name, width, height, settings, code] of [['1366', 1366, 768, {}, 'HT-A2'], ['list', 1920, 1080, {}, ''], ['page', 1920, 1080, {}, 'HT-A1'], ['light', 1920, 1080, { theme: 'light' }, 'HT-A1'], ['en', 1366, 768, { language: 'en', size: 'large' }, 'HT-A5']]) {
    const other = await open(width, height, settings, { like: page, path: `#/cases${code ? `?case=${code}` : ''}` });
    await other.locator('.caserow').first().waitFor();
    if (code) await other.locator('.casedrawer .path').waitFor();
    await other.screenshot({ path: join(shots, `cases-${name}.png`) });
    const wide = await other.evaluate(() => document.documentElement.scrollWidth);
    check(wide <= width, `${name}: the page is ${wide} px wide`);
    await axe(other, name);
    equal(other.trouble, [], `trouble: ${name}`);
    await other.context().close();
  }
});

step('who has no wall begins with the cases, and is offered nothing of the wall; alarms are for reading', async () => {
  const other = await open(1366, 768);
  await enter(other, 'chen', await door('account', 'chen', ['registrar'], {}));
  await other.locator('.caserow').first().waitFor();
  await other.goto(`${other.url().split('#')[0]}#/cases?case=HT-A2`);
  await other.locator('.casedrawer .path').waitFor();
  equal(await other.getByRole('button', { name: '案件上墙' }).count(), 0, 'ways to the wall');
  equal(await other.getByRole('button', { name: '确认' }).count(), 0, 'answers to alarms');
  check(await other.getByRole('button', { name: '开单' }).isVisible(), 'papers are this post\'s work');
  equal(other.trouble, [], 'trouble');
  await other.context().close();
});

step('who is of one street sees its cases and works on them, and on no others', async () => {
  const other = await open(1366, 768);
  await enter(other, 'li', await door('account', 'li', ['dispatcher'], { region: '530402008' }));
  await other.goto(`${other.url().split('#')[0]}#/cases?case=HT-A2`);
  await other.locator('.orders li', { hasText: '化解' }).waitFor();
  await other.getByRole('button', { name: /吹哨…/ }).waitFor();
  await other.getByPlaceholder('案件编号').fill('HT-A');
  await until(async () => (await codes(other)).sort().join() === 'HT-A1,HT-A2,HT-A5', 'cases of that street alone');
  await other.goto(`${other.url().split('#')[0]}#/cases?case=HT-A3`);
  await other.getByText('没有案件 HT-A3').waitFor();
  equal(other.trouble, [], 'trouble');
  await other.context().close();
});

step('no script error, and nothing that the content security policy refuses', async () => {
  equal(page.trouble, [], 'trouble');
});

note('pictures: cases-*.png');
await run();
