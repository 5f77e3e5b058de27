// stage.mjs - hands on the stage: whose keys are whose after a dialog
import { join } from 'node:path';
import { check, door, enter, equal, open, run, shots, step, until } from './steps.mjs';

let page;
const tile = (n) => `.stage[data-takes] .tile[data-tile="${n}"]`;
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
  });
}

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

await run();
