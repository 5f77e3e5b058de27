// What charts say of figures.
import assert from 'node:assert/strict';
import test from 'node:test';
import { bars, change, mostFirst, nameOf, percent } from '../src/boards/figures';

test('changes are told by a mark and a number, of shares in points', () => {
  const item = (value: number, before?: number) => ({ name: '', value, ...(before === undefined ? {} : { before }) });
  assert.equal(change(item(5)), undefined);
  assert.deepEqual(change(item(12, 9)), { mark: '▲', text: '3' });
  assert.deepEqual(change(item(9, 12)), { mark: '▼', text: '3' });
  assert.deepEqual(change(item(9, 9)), { mark: '＝', text: '' });
  assert.deepEqual(change({ name: '', value: 9, whole: 10, before: 8, before_whole: 10 }), { mark: '▲', text: '10.00%' });
  assert.equal(change({ name: '', value: 9, whole: 10, before: 0, before_whole: 0 }), undefined);
  assert.deepEqual([percent(1, 3), percent(708, 712), percent(1, 20000), percent(2, 2), percent(1, 0)], ['33.33%', '99.44%', '0.01%', '100.00%', '–']);
});

test('what is done is no measure for what is open; shares are bars of their own', () => {
  const rows = bars([{ name: 'a', value: 2 }, { name: 'b', value: 4 }, { name: 'c', value: 900 }], 1);
  assert.deepEqual(rows.map((row) => [row.share, row.isDone]), [[0.5, false], [1, false], [1, true]]);
  assert.deepEqual(bars([{ name: 'v', value: 3, whole: 12 }, { name: 'w', value: 0, whole: 0 }]).map((row) => [row.share, row.text]), [[0.25, '3/12'], [0, '0/0']]);
  assert.deepEqual(bars([{ name: 'a', value: 0 }]).map((row) => row.share), [0]);
  assert.deepEqual(mostFirst([{ name: 'a', value: 1 }, { name: 'b', value: 3 }]).map((item) => item.name), ['b', 'a']);
});

test('a board is asked for as tiles name it, no further than it goes', () => {
  const board = { name: 'opened', regions: true, periods: true };
  assert.equal(nameOf(board, '', ''), 'opened');
  assert.equal(nameOf(board, 'week', '530402008'), 'opened-week:530402008');
  assert.equal(nameOf({ ...board, periods: false }, 'week', ''), 'opened');
  assert.equal(nameOf({ ...board, regions: false }, 'week', '530402008'), 'opened-week');
});
