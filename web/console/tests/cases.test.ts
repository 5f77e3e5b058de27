import assert from 'node:assert/strict';
import test from 'node:test';
import { language } from '../src/i18n';
import type { CaseRow, Words } from '../src/api/types';
import { everything, firstPage, isSame, query, readViews, takePage, type Cursor, type Filter } from '../src/cases/filter';
import { aside, history, isOver, minute, offices, path, shortly, stepDetail, urgency } from '../src/cases/told';

const words: Words = {
  name: 'five',
  stages: [
    { name: 'A', states: ['reported', 'registered', 'declined'] },
    { name: 'B', states: ['mediating', 'assessed'] },
    { name: 'C', states: ['dispatched', 'accepted', 'handling', 'suspended'] },
    { name: 'D', states: ['resolved', 'verifying', 'closed', 'merged', 'withdrawn', 'litigation'] },
  ],
  states: { reported: 'A', registered: 'A', declined: 'no', mediating: 'B', assessed: 'B', handling: 'C', suspended: 'halted', closed: 'D' },
  papers: {},
  categories: [],
  regions: [],
};
const row = (code: string, due_ms?: number): CaseRow => ({ code, state: 'registered', supervise: 0, opened_ms: 1, rev: 1, ...(due_ms ? { due_ms } : {}) });

test('what the daemon is asked for', () => {
  const table: [Partial<Filter>, Cursor, string][] = [
    [{}, { part: 'due' }, 'open=1&order=due&limit=9'],
    [{}, { part: 'rest' }, 'open=1&limit=9'],
    [{}, { part: 'due', after: 5, afterSeq: 7 }, 'open=1&order=due&after=5&after_seq=7&limit=9'],
    [{ stage: 'all' }, { part: 'whole' }, 'limit=9'],
    [{ stage: 'B', risk: 'high' }, { part: 'due' }, 'state=mediating%2Cassessed&risk=high&order=due&limit=9'],
    [{ stage: 'gone' }, { part: 'due' }, 'order=due&limit=9'],
    [{ category: 'land', region: '5304', overdue: true }, { part: 'due' }, 'open=1&category=land&region=5304&overdue=1&order=due&limit=9'],
    [{ supervised: true, code: ' HT ' }, { part: 'whole' }, 'open=1&code=HT&supervised=1&limit=9'],
  ];
  for (const [filter, cursor, wanted] of table) assert.equal(query({ ...everything, ...filter }, cursor, words, 9), wanted);
});

test('those with a clock come first, then the others, each once', () => {
  const asked: string[] = [];
  const pages: Record<string, { cases: CaseRow[]; after?: number; after_seq?: number }> = {
    'open=1&order=due&limit=2': { cases: [row('a', 10), row('b', 20)], after: 20, after_seq: 2 },
    'open=1&order=due&after=20&after_seq=2&limit=2': { cases: [row('c', 30)] },
    'open=1&limit=2': { cases: [row('x'), row('b', 20)], after: 1, after_seq: 1 },
    'open=1&after=1&after_seq=1&limit=2': { cases: [row('y')] },
  };
  const list: string[] = [];
  for (let cursor: Cursor | null = firstPage(everything); cursor; ) {
    const text = query(everything, cursor, words, 2);
    asked.push(text);
    const taken = takePage(everything, cursor, pages[text]!);
    list.push(...taken.rows.map((item) => item.code));
    cursor = taken.next;
  }
  assert.deepEqual(list, ['a', 'b', 'c', 'x', 'y']);
  assert.deepEqual(asked, Object.keys(pages));
  assert.equal(takePage({ ...everything, overdue: true }, { part: 'due' }, { cases: [] }).next, null, 'what is overdue has a clock');
  assert.equal(firstPage({ ...everything, supervised: true }).part, 'whole');
});

test('views that were kept are read back, whatever the browser has of them', () => {
  const view = { name: 'mine', filter: { ...everything, risk: 'high' } };
  assert.deepEqual(readViews(JSON.stringify([view])), [view]);
  const odd = [{ name: 'old', filter: { risk: 'low', overdue: 'yes', unknown: 1 } }, { name: '', filter: {} }, { name: 'x' }, null, 7];
  assert.deepEqual(readViews(JSON.stringify(odd)), [{ name: 'old', filter: { ...everything, risk: 'low' } }]);
  for (const text of [null, '', '{', '{}', '"x"']) assert.deepEqual(readViews(text), [], String(text));
  assert.ok(isSame(everything, { ...everything }) && !isSame(everything, { ...everything, code: 'H' }));
});

test('the way of a case in the words of the site', () => {
  const at = (state: string, atMs: Record<string, number>) => path(words, state, atMs).map((stage) => stage.at).join(' ');
  assert.equal(at('reported', { reported: 1 }), 'now ahead ahead ahead');
  assert.equal(at('handling', { reported: 1, handling: 2 }), 'done passed now ahead');
  assert.equal(at('closed', { registered: 1, assessed: 2, dispatched: 3, closed: 4 }), 'done done done now');
  assert.deepEqual([aside(words, 'suspended'), aside(words, 'declined'), aside(words, 'handling'), aside(words, 'unheard')], ['halted', 'no', null, null]);
});

test('what happened, also where the text of an event is no longer kept', () => {
  const found = history({ history: [{ type: 'dispatched', at_ms: 30, to_org: 'X' }], at_ms: { registered: 10, dispatched: 30, resolved: 40 } });
  assert.deepEqual(found.map((step) => step.type), ['resolved', 'dispatched', 'registered']);
  assert.equal(stepDetail({ type: 'whistled', at_ms: 1, orgs: 'P|Q', to_org: 'no' }), 'P\u3001Q');
  assert.equal(stepDetail({ type: 'dispatched', at_ms: 1, to_org: 'X', doc_no: '7' }), '→ X · 7');
  assert.equal(stepDetail({ type: 'registered', at_ms: 1 }), '');
});

test('a case that has left the way has no deadline any more', () => {
  assert.deepEqual(['resolved', 'verifying', 'suspended', 'handling', 'closed', 'withdrawn', 'declined'].map(isOver), [false, false, false, false, true, true, true]);
});

test('how urgent, and offices as people write them', () => {
  const hour = 3600000;
  assert.deepEqual([urgency(0, 1), urgency(hour, 0), urgency(25 * hour, 0)], ['bad', 'warn', 'good']);
  assert.deepEqual(offices(' A，B、 C;D,A\n'), ['A', 'B', 'C', 'D']);
  assert.deepEqual(offices(' ,， '), []);
});

test('times to the minute, as each language writes them', () => {
  const at = Date.UTC(2026, 10, 25, 15, 59, 59);
  assert.deepEqual([minute(at), shortly(at)], ['2026-11-25 23:59', '11-25 23:59']);
  language.value = 'en';
  assert.deepEqual([minute(at), shortly(at)], ['25/11/2026, 23:59', '25/11 23:59']);
  language.value = 'zh';
});
