import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../src/api/types';
import { due, type Heard } from '../src/sound/ring';
import { again, tones, type Level } from '../src/sound/tones';

const alarm = (id: string, sound: number, state = 'raised', escalated = 0): Alarm => ({
  id, sound, state, escalated, rule: 'r', severity: 'red', events: 1, raised_ms: 0, cameras: [], comments: [],
});

// Alarms at times; what sounds at each of them.
function run(steps: [number, Alarm[]][], repeats = true): number[] {
  let heard: Heard = new Map();
  return steps.map(([now, alarms]) => {
    const told = due(alarms, heard, now, repeats);
    heard = told.heard;
    return told.level;
  });
}

test('a new alarm sounds once by its level; what is urgent comes again until it is answered', () => {
  assert.deepEqual(run([[0, [alarm('a', 1)]], [1000, [alarm('a', 1)]], [99999, [alarm('a', 1)]]]), [1, 0, 0]);
  const urgent = alarm('u', 3);
  assert.deepEqual(run([[0, [urgent]], [4999, [urgent]], [5000, [urgent]], [9999, [urgent]], [10000, [alarm('u', 3, 'acknowledged')]], [20000, []]]), [3, 0, 3, 0, 0, 0]);
  assert.deepEqual(run([[0, [alarm('b', 2)]], [19999, [alarm('b', 2)]], [20000, [alarm('b', 2)]]]), [2, 0, 2]);
  assert.equal(again[1], Infinity);
});

test('who may not answer is told once', () => {
  const urgent = alarm('u', 3);
  assert.deepEqual(run([[0, [urgent]], [5000, [urgent]], [60000, [urgent]]], false), [3, 0, 0]);
});

test('many at once are one sound, the highest; a lower one that comes is heard', () => {
  const [a, b, c] = [alarm('a', 1), alarm('b', 2), alarm('c', 3)];
  assert.deepEqual(run([[0, [a, b, c]], [100, [a, b, c]], [200, [a, b, c, alarm('d', 1)]]]), [3, 0, 1]);
});

test('silent ones are silent; snoozed and answered ones too; back from the snooze or up a level it sounds again', () => {
  assert.deepEqual(run([[0, [alarm('a', 0)]]]), [0]);
  for (const state of ['snoozed', 'acknowledged', 'forwarded', 'cleared']) assert.deepEqual(run([[0, [alarm('a', 3, state)]]]), [0], state);
  assert.deepEqual(run([[0, [alarm('a', 1)]], [1, [alarm('a', 1, 'snoozed')]], [2, [alarm('a', 1)]]]), [1, 0, 1]);
  assert.deepEqual(run([[0, [alarm('a', 1)]], [1, [alarm('a', 1, 'expired', 1)]], [2, [alarm('a', 1, 'expired', 1)]]]), [1, 1, 0]);
  assert.deepEqual(run([[0, [alarm('a', 9)]], [1, [alarm('b', -1)]]]), [3, 0], 'a newer daemon');
});

test('the three levels are told apart by number of notes and pitch, and none is longer than what repeats it', () => {
  const counts = ([1, 2, 3] as Level[]).map((level) => tones[level].length);
  assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
  assert.equal(new Set(counts).size, 3);
  for (const level of [1, 2, 3] as Level[]) {
    for (const { at, lasts, hz, loud } of tones[level]) {
      assert.ok(hz >= 300 && hz <= 4000 && loud > 0 && loud <= 1, `${level}: ${hz} Hz at ${loud}`);
      assert.ok((at + lasts) * 1000 < again[level]);
    }
  }
});
