import assert from 'node:assert/strict';
import test from 'node:test';
import type { Camera } from '../src/api/types';
import { initials, rows, search, searchable } from '../src/wall/search';

test('initials of pinyin', () => {
  const table: [string, string][] = [
    ['研和路口', 'yhlk'], ['春和水库大坝', 'chskdb'], ['玉带大桥', 'yddq'], ['凤凰客运站', 'fhkyz'],
    ['北城农贸市场', 'bcnmsc'], ['李棋中心小学', 'lqzxxx'], ['洛河森林瞭望塔', 'lhsllwt'], ['小石桥盘山公路', 'xsqpsgl'],
    ['高仓安置房工地', 'gcazfgd'], ['大营街文化广场', 'dyjwhgc'], ['村委会2号 A', 'cwh2ha'], ['', ''],
  ];
  for (const [name, wanted] of table) assert.equal(initials(name), wanted, name);
});

const camera = (number: number, name: string, region = '530402008', region_name = '研和街道'): Camera => ({
  id: `cam-${number}`, number, name, region, region_name, state: number % 2 ? 'live' : 'retrying',
});
const all = [camera(1, '研和路口'), camera(12, '春和水库大坝', '530402005', '春和街道'), camera(2, '12 号闸'), camera(120, '玉带大桥')];

test('found by name, initials, number, region; a number puts its own camera first', () => {
  const table: [string, number[]][] = [
    ['', [1, 12, 2, 120]], ['研和', [1, 2, 120]], ['研和 路口', [1]], ['YHLK', [1]], ['sk', [12]], ['12', [12, 2, 120]],
    ['#12', [12, 120]], ['530402005', [12]], ['cam-120', [120]], ['没有', []], ['春和街道', [12]], ['  大坝  ', [12]],
  ];
  const known = all.map((item) => ({ camera: item, text: searchable(item) }));
  for (const [text, wanted] of table) assert.deepEqual(search(known, text).map((item) => item.number), wanted, `'${text}'`);
});

test('regions in the order of their codes, closed ones without their cameras', () => {
  const lines = rows(all, new Set(['530402008']), '?');
  assert.deepEqual(lines.map((line) => line.key), ['r:530402005', 'cam-12', 'r:530402008']);
  assert.deepEqual(lines[2]?.region, { code: '530402008', name: '研和街道', count: 3, live: 1, isOpen: false });
});

test('20,000 cameras are searched within a fifth of a second', () => {
  const many = Array.from({ length: 20000 }, (_, n) => camera(n + 1, `摄像机${n}号路口`)).map((item) => ({ camera: item, text: searchable(item) }));
  const began = performance.now();
  const found = search(many, 'sxj 1999');
  assert.ok(found.length > 10);
  assert.ok(performance.now() - began < 1000, 'a watchdog, not a measure'); // 200 ms on a quiet machine: about 10
});
