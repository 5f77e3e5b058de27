import assert from 'node:assert/strict';
import test from 'node:test';
import type { Camera } from '../src/api/types';
import { csvText } from '../src/cameras/csv';
import { lines } from '../src/cameras/tree';
import { feedLines } from '../src/health/feeds';
import { search, searchable } from '../src/wall/search';

const camera = (number: number, name: string, pinyin: string, region = '530402008', region_name = '研和街道'): Camera => ({
  id: `cam-${number}`, number, name, pinyin: pinyin.split('|'), region, region_name, masks: 0, has_sub: true, state: number % 2 ? 'live' : 'retrying',
});
const all = [
  { ...camera(1, '研和路口', 'yan he lu kou'), place_kind: '路口', groups: ['防汛', '重点'] },
  { ...camera(12, '春和水库大坝', 'chun he shui ku da ba', '530402005', '春和街道'), place_kind: '水库', groups: ['防汛'] },
  camera(2, '12 号闸', '1 2 hao zha'), camera(120, '绿长桥', 'lv zhang qiao|lv chang qiao'),
];
const regionPinyin = new Map([['530402008', ['yan he jie dao']], ['530402005', ['chun he jie dao']]]);

test('found by name, initials, number, region; a number puts its own camera first', () => {
  const table: [string, number[]][] = [
    ['', [1, 12, 2, 120]], ['研和', [1, 2, 120]], ['研和 路口', [1]], ['YHLK', [1]], ['sk', [12]], ['shuikudaba', [12]], ['lvchang', [120]], ['lüz', [120]], ['yhjd', [1, 2, 120]], ['防汛', [1, 12]], ['12', [12, 2, 120]],
    ['#12', [12, 120]], ['530402005', [12]], ['cam-120', [120]], ['没有', []], ['春和街道', [12]], ['  大坝  ', [12]],
  ];
  const known = all.map((item) => ({ camera: item, text: searchable(item, regionPinyin.get(item.region)) }));
  for (const [text, wanted] of table) assert.deepEqual(search(known, text).map((item) => item.number), wanted, `'${text}'`);
});

const regions = [
  { code: '53', name: '云南省' }, { code: '530402', name: '红塔区', parent: '53' },
  { code: '530402005', name: '春和街道', parent: '530402' }, { code: '530402008', name: '研和街道', parent: '530402' },
].map((region) => ({ pinyin: [], cameras: 1, live: 0, ...region }));

test('a tree begins where it branches; closed branches stand without their cameras', () => {
  const told = (by: Parameters<typeof lines>[2], changed: string[], open: boolean) =>
    lines(all, regions, by, new Set(changed), open, '?').map((line) => `${line.level} ${line.branch ? `${line.branch.name} ${line.branch.live}/${line.branch.count}` : line.camera?.id}`);
  assert.deepEqual(told('region', ['r:530402008'], true), ['1 春和街道 0/1', '2 cam-12', '1 研和街道 1/3']);
  assert.deepEqual(told('region', [], false), ['1 春和街道 0/1', '1 研和街道 1/3']);
  assert.deepEqual(told('kind', ['kind:'], false), ['1 路口 1/1', '1 水库 0/1', '1 ? 0/2', '2 cam-2', '2 cam-120']);
  assert.deepEqual(told('group', [], false), ['1 防汛 1/2', '1 重点 1/1', '1 ? 0/2']);
  assert.deepEqual(lines(all, [], 'region', new Set(), false, '?').map((line) => line.branch?.name), ['春和街道', '研和街道'], 'without a table of regions');
});

test('nothing in a table is a formula', () => {
  const text = csvText([['=1+1', ' @x', '+86', '-3', -3, 'a"b'], ['研和', '', '\tx']]);
  assert.equal(text, '\uFEFF"\'=1+1","\' @x","\'+86","\'-3","-3","a""b"\r\n"研和","","\'\tx"\r\n');
});

test('streams in trouble come first, and stay where they are while their figures move', () => {
  const feed = (number: number, state: string, more = {}) => ({
    camera: `cam-${number}`, number, name: `机位${number}`, region_name: '', stream: 'sub' as const, tiles: [],
    info: { state, since: 0, tries: 0, sessions: 1, fps: 25, kbps: 900, decode_ms: 1, damaged: 0, dropped: 0 }, ...more,
  }) as Parameters<typeof feedLines>[0][number];
  const feeds = [feed(1, 'live'), feed(2, 'retrying'), feed(3, 'refused'), feed(4, 'live', { quality: { faults: ['blur'], since: 0, looked: 0 } }), feed(5, 'stalled')];
  assert.deepEqual(feedLines(feeds, 'any', '').map((line) => line.feed.number), [3, 2, 5, 4, 1]);
  assert.deepEqual(feedLines(feeds, 'trouble', '').map((line) => line.feed.number), [3, 2, 5, 4]);
  assert.deepEqual(feedLines(feeds, 'any', '机位4').map((line) => line.key), ['cam-4/sub']);
});

test('20,000 cameras are searched within a fifth of a second', () => {
  const many = Array.from({ length: 20000 }, (_, n) => camera(n + 1, `摄像机${n}号路口`, `she xiang ji ${n} hao lu kou`)).map((item) => ({ camera: item, text: searchable(item) }));
  const began = performance.now();
  const found = search(many, 'sxj 1999');
  assert.ok(found.length > 10);
  assert.ok(performance.now() - began < 1000, 'a watchdog, not a measure'); // 200 ms on a quiet machine: about 10
});
