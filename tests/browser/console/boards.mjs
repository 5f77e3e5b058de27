// boards.mjs - an analyst's and a leader's eyes on the boards: figures, regions, a briefing, and both on the wall
import { join } from 'node:path';
import { person, small } from './people.mjs';
import { axe, check, door, equal, shots, step, until } from './steps.mjs';

let page;
const board = (name) => page.locator(`[data-board="${name}"]`);
const shot = (name) => page.screenshot({ path: join(shots, `console-${name}.png`) });

step('boards show the figures of the cases as charts, the same as the API has', async () => {
  page = await person('zhao', ['leader']);
  await page.evaluate(() => (location.hash = '#/boards'));
  const wanted = await door('get', '/api/v1/boards/funnel');
  await board('funnel').locator('.bars dt').first().waitFor();
  const told = await board('funnel').locator('.bars > div').evaluateAll((rows) => rows.map((row) => [row.querySelector('dt').textContent, Number(row.querySelector('.value').textContent)]));
  equal(told, wanted.items.map((item) => [item.name, item.value]), 'stages');
  check(wanted.items.reduce((sum, item) => sum + item.value, 0) === 36, `all cases: ${JSON.stringify(wanted.items)}`);
  const opened = await door('get', '/api/v1/boards/opened');
  await until(async () => (await board('opened').locator('.big').textContent()).trim().startsWith(`${opened.items[0].value} `), 'the counter');
  await until(async () => (await page.getByText('正在取数').count()) === 0, 'every board has its figures');
  equal(await page.locator('.panel > .warn').allTextContents(), [], 'boards without figures');
  equal(await board('opened').locator('.days span').count(), 14, 'days');
  await shot('boards');
  await axe(page, 'boards');
});

step('a township has its own figures, what is only of the site steps aside; a week has its own, too', async () => {
  await page.getByLabel('区划').selectOption('530402005');
  await board('funnel:530402005').getByText('春和街道').waitFor();
  const part = await door('get', '/api/v1/boards/funnel:530402005');
  check(part.items.reduce((sum, item) => sum + item.value, 0) === 9, `a quarter of all: ${JSON.stringify(part.items)}`);
  equal(await board('sources').count(), 0, 'boards without regions');
  await page.getByLabel('区划').selectOption('');
  await page.getByLabel('时段').selectOption('week');
  await board('opened-week').getByText('本周').waitFor();
  await page.getByLabel('时段').selectOption('');
});

step('a board goes onto the wall, into a tile whose present content is told', async () => {
  await board('funnel').getByRole('button').click();
  const choice = page.locator('.el-dropdown__popper:visible');
  await choice.getByText('窗格 2 · 春和水库大坝').waitFor();
  await shot('boards-towall');
  await choice.getByText('窗格 4 · 空窗格').click();
  await until(async () => (await door('wall')).tiles.find((tile) => tile.tile === 4).camera === 'board:funnel', 'it is on the wall');
});

step('a briefing is made, read, printed, taken as a table, and shown', async () => {
  await page.locator('.side a', { hasText: '研判' }).click();
  await page.getByText('还没有研判').waitFor();
  await page.getByRole('button', { name: '现在做一份' }).click();
  const form = page.locator('.el-dialog:visible', { hasText: '现在做一份' });
  await axe(page, 'make a briefing');
  await form.getByRole('button', { name: '做', exact: true }).click();
  await page.locator('.paper h3', { hasText: '日小结' }).first().waitFor();
  const { briefings } = await door('get', '/api/v1/briefings');
  equal(briefings.length, 1, 'briefings');
  const paper = await door('get', `/api/v1/briefings/${briefings[0].id}`);
  const told = await page.locator('.figures dt').allTextContents();
  equal(told, paper.figures.map((item) => item.name), 'figures');
  check((await door('wall')).label === undefined, 'the wall is left alone');
  for (const [name, wanted] of [['打印页', '<html'], ['表格 CSV', paper.figures[0].name]]) {
    const text = await page.evaluate((to) => fetch(to).then((answer) => answer.text()), await page.locator('.paper header').getByText(name).getAttribute('href'));
    check(text.includes(wanted), `${name}: ${text.slice(0, 200)}`);
  }
  await shot('boards-briefing');
  await axe(page, 'briefing');
  await page.locator('.paper header').getByRole('button').click();
  await page.locator('.el-dropdown__popper:visible').getByText('窗格 4').click();
  await until(async () => (await door('wall')).tiles.find((tile) => tile.tile === 4).camera === `board:briefing:${paper.id}`, 'it is on the wall');
});

step('on the smallest screen nothing is cut off; who makes no briefings is offered none', async () => {
  for (const [hash, ready] of [['#/boards', '.bars'], ['#/boards?section=briefings', '.paper']]) {
    const other = await small(page, hash, ready, hash);
    await other.screenshot({ path: join(shots, `console-${hash.includes('briefings') ? 'briefings' : 'boards'}-1366.png`) });
    await axe(other, `${hash}, light`);
    equal(other.trouble, [], 'trouble');
    await other.context().close();
  }
  equal(page.trouble, [], 'trouble');
  await page.context().close();
  const clerk = await person('qian', ['registrar'], 1366, 768);
  await clerk.locator('.topbar nav a[aria-current]').waitFor();
  await clerk.evaluate(() => (location.hash = '#/boards?section=briefings'));
  await clerk.locator('.paper').waitFor();
  equal(await clerk.getByRole('button', { name: '现在做一份' }).count(), 0, 'ways to make one');
  equal(await clerk.locator('.paper header button').count(), 0, 'ways to the wall');
  await clerk.context().close();
});
