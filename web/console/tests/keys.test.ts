import assert from 'node:assert/strict';
import test from 'node:test';
import { caseKeys } from '../src/cases/keys';
import { helpRows, press, table, type Pressed, type Typed } from '../src/wall/keys';

function type(...keys: string[]): Pressed {
  let typed: Typed | null = null;
  let pressed: Pressed = null;
  for (const key of keys) {
    pressed = press(typed, key);
    typed = pressed?.typed ?? null;
  }
  return pressed;
}

test('what is typed and what it means', () => {
  const rows: [string[], Pressed][] = [
    [['1', '2', 'Enter'], { typed: null, target: 'tile', text: '12' }],
    [['c', '1', '2', 'Enter'], { typed: null, target: 'camera', text: '12' }],
    [['*', '7', 'Enter'], { typed: null, target: 'camera', text: '7' }],
    [['C', '7', 'Enter'], { typed: null, target: 'camera', text: '7' }],
    [['l', '1', '6', '+', '6', 'Enter'], { typed: null, target: 'layout', text: '16+6' }],
    [['p', '2', 'Enter'], { typed: null, target: 'preset', text: '2' }],
    [['p', '2', 'Backspace', '3', 'Enter'], { typed: null, target: 'preset', text: '3' }],
    [['c', '1', 'Escape'], { typed: null }],
    [['c', 'l'], { typed: { target: 'layout', text: '' } }],
    [['1', 'z'], { typed: null, action: 'undo' }],
    [['+'], { typed: null, action: 'zoom-in' }],
    [['Shift+ArrowUp'], { typed: null, action: 'shift-up' }],
    [['c', 'Enter'], { typed: null }],
    [['Enter'], { typed: null, action: 'open-case' }],
    [['Escape'], { typed: null, action: 'back' }],
    [[' '], { typed: null, action: 'acknowledge' }],
    [['s'], { typed: null, action: 'snapshot' }],
    [['q'], null],
    [['F5'], null],
    [['v'], { typed: null, action: 'visitor' }],
  ];
  for (const [keys, wanted] of rows) assert.deepEqual(type(...keys), wanted, keys.join(' '));
});

test('a camera that waits for its tile keeps waiting while digits come', () => {
  const typed: Typed = { target: 'tile', text: '', camera: 'dam' };
  assert.deepEqual(press(typed, '3'), { typed: { target: 'tile', text: '3', camera: 'dam' } });
  assert.deepEqual(press({ ...typed, text: '3' }, 'Enter'), { typed: null, target: 'tile', text: '3', camera: 'dam' });
});

test('nobody types for ever', () => {
  const pressed = type(...'1234567890123'.split(''));
  assert.equal(pressed && pressed.typed?.text, '12345678');
});

test('no key means two things, and the help names every meaning once', () => {
  for (const rows of [table, caseKeys]) {
    const keys = rows.flatMap((row) => row.keys);
    assert.equal(new Set(keys).size, keys.length);
    const says = helpRows(rows).map((row) => row.says);
    assert.equal(new Set(says).size, says.length);
    for (const row of rows) assert.ok(says.includes(row.says));
  }
});

test('what means the same on both pages has the same key', () => {
  const ofWall = new Map(table.flatMap((row) => (row.action ? [[row.action, row.keys]] : [])));
  for (const row of caseKeys) {
    if (row.action && ofWall.has(row.action)) assert.deepEqual(row.keys, ofWall.get(row.action), row.action);
  }
});

test('on the cases page a number chooses a view', () => {
  assert.deepEqual(press(null, '3', caseKeys), { typed: { target: 'view', text: '3' } });
  assert.deepEqual(press({ target: 'view', text: '3' }, 'Enter', caseKeys), { typed: null, target: 'view', text: '3' });
  assert.equal(press(null, 'c', caseKeys), null);
});
