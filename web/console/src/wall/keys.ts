// keys.ts - the one table of keys, and what a press means. Pure: the help and the handler both read it.
//
// A letter, a number, Enter: "c 12 Enter". What has been typed so far is shown, Escape and Backspace take it back.

import type { Key } from '../i18n';

export type Target = 'tile' | 'camera' | 'layout' | 'preset' | 'view';

export type Action =
  | 'next-alarm' | 'acknowledge' | 'open-case' | 'back' | 'undo' | 'redo' | 'prepare' | 'take' | 'full' | 'clear' | 'lock' | 'visitor'
  | 'snapshot' | 'zoom-in' | 'zoom-out' | 'zoom-none' | 'pan-left' | 'pan-right' | 'pan-up' | 'pan-down' | 'shift-left' | 'shift-right' | 'shift-up' | 'shift-down' | 'size-left' | 'size-right' | 'size-up' | 'size-down' | 'window' | 'screen' | 'search' | 'help' | 'mute' | 'whistle' | 'order' | 'left' | 'right' | 'up' | 'down';

export interface Row {
  keys: string[]; // as KeyboardEvent.key says them
  says: Key;
  number?: Target; // a number and Enter follow
  action?: Action;
  shown?: Key; // what the help shows for the key, where it is not the key itself
  right: string;
}

export const table: Row[] = [
  { keys: [], number: 'tile', says: 'keys.tile', right: 'wall.view' },
  { keys: ['c', '*'], number: 'camera', says: 'keys.camera', right: 'wall.operate' },
  { keys: ['l'], number: 'layout', says: 'keys.layout', right: 'wall.operate' },
  { keys: ['p'], number: 'preset', says: 'keys.preset', right: 'wall.operate' },
  { keys: ['ArrowLeft'], action: 'left', says: 'keys.move', shown: 'key.arrows', right: 'wall.view' },
  { keys: ['ArrowRight'], action: 'right', says: 'keys.move', shown: 'key.arrows', right: 'wall.view' },
  { keys: ['ArrowUp'], action: 'up', says: 'keys.move', shown: 'key.arrows', right: 'wall.view' },
  { keys: ['ArrowDown'], action: 'down', says: 'keys.move', shown: 'key.arrows', right: 'wall.view' },
  { keys: ['f'], action: 'full', says: 'keys.full', right: 'wall.operate' },
  { keys: ['Delete'], action: 'clear', says: 'keys.clear', shown: 'key.Delete', right: 'wall.operate' },
  { keys: ['+', '='], action: 'zoom-in', says: 'keys.zoomin', right: 'wall.operate' },
  { keys: ['-'], action: 'zoom-out', says: 'keys.zoomout', right: 'wall.operate' },
  { keys: ['r'], action: 'zoom-none', says: 'keys.zoomnone', right: 'wall.operate' },
  { keys: ['Shift+ArrowLeft'], action: 'shift-left', says: 'keys.shift', shown: 'key.shiftarrows', right: 'wall.operate' },
  { keys: ['Shift+ArrowRight'], action: 'shift-right', says: 'keys.shift', shown: 'key.shiftarrows', right: 'wall.operate' },
  { keys: ['Shift+ArrowUp'], action: 'shift-up', says: 'keys.shift', shown: 'key.shiftarrows', right: 'wall.operate' },
  { keys: ['Shift+ArrowDown'], action: 'shift-down', says: 'keys.shift', shown: 'key.shiftarrows', right: 'wall.operate' },
  { keys: ['Ctrl+ArrowLeft'], action: 'size-left', says: 'keys.size', shown: 'key.ctrlarrows', right: 'wall.operate' },
  { keys: ['Ctrl+ArrowRight'], action: 'size-right', says: 'keys.size', shown: 'key.ctrlarrows', right: 'wall.operate' },
  { keys: ['Ctrl+ArrowUp'], action: 'size-up', says: 'keys.size', shown: 'key.ctrlarrows', right: 'wall.operate' },
  { keys: ['Ctrl+ArrowDown'], action: 'size-down', says: 'keys.size', shown: 'key.ctrlarrows', right: 'wall.operate' },
  { keys: ['Ctrl+Shift+ArrowLeft'], action: 'pan-left', says: 'keys.pan', shown: 'key.ctrlshiftarrows', right: 'wall.operate' },
  { keys: ['Ctrl+Shift+ArrowRight'], action: 'pan-right', says: 'keys.pan', shown: 'key.ctrlshiftarrows', right: 'wall.operate' },
  { keys: ['Ctrl+Shift+ArrowUp'], action: 'pan-up', says: 'keys.pan', shown: 'key.ctrlshiftarrows', right: 'wall.operate' },
  { keys: ['Ctrl+Shift+ArrowDown'], action: 'pan-down', says: 'keys.pan', shown: 'key.ctrlshiftarrows', right: 'wall.operate' },
  { keys: ['w'], action: 'window', says: 'keys.window', right: 'wall.operate' },
  { keys: ['n'], action: 'screen', says: 'keys.screen', right: 'wall.view' },
  { keys: ['s'], action: 'snapshot', says: 'keys.snapshot', right: 'wall.view' },
  { keys: ['z'], action: 'undo', says: 'keys.undo', right: 'wall.operate' },
  { keys: ['y'], action: 'redo', says: 'keys.redo', right: 'wall.operate' },
  { keys: ['o'], action: 'prepare', says: 'keys.prepare', right: 'wall.operate' },
  { keys: ['t'], action: 'take', says: 'keys.take', right: 'wall.operate' },
  { keys: ['k'], action: 'lock', says: 'keys.lock', right: 'wall.operate' },
  { keys: ['v'], action: 'visitor', says: 'keys.visitor', right: 'visitor.switch' },
  { keys: ['Tab'], action: 'next-alarm', says: 'keys.nextalarm', shown: 'key.Tab', right: 'alarm.answer' },
  { keys: [' '], action: 'acknowledge', says: 'keys.acknowledge', shown: 'key.Space', right: 'alarm.answer' },
  { keys: ['Enter'], action: 'open-case', says: 'keys.opencase', shown: 'key.Enter', right: 'alarm.answer' },
  { keys: ['Escape'], action: 'back', says: 'keys.back', shown: 'key.Escape', right: 'wall.view' },
  { keys: ['/'], action: 'search', says: 'keys.search', right: 'camera.list' },
  { keys: ['m'], action: 'mute', says: 'keys.mute', right: 'case.read' },
  { keys: ['?'], action: 'help', says: 'keys.help', right: 'wall.view' },
];

// What has been typed; camera is set while "c 12 Enter" waits for its tile.
export interface Typed {
  target: Target;
  text: string;
  camera?: string;
}

export type Pressed =
  | { typed: Typed | null }
  | { typed: null; action: Action }
  | { typed: null; target: Target; text: string; camera?: string }
  | null; // not ours

// Where an arrow points to, of an action that ends with it.
export function towards(action: Action): [x: number, y: number] {
  const way = action.slice(action.indexOf('-') + 1);
  return [way === 'left' ? -1 : way === 'right' ? 1 : 0, way === 'up' ? -1 : way === 'down' ? 1 : 0];
}

const LONGEST = 8;

// rows: the keys of another page.
export function press(typed: Typed | null, key: string, rows = table): Pressed {
  if (/^[0-9]$/.test(key) || (key === '+' && typed?.target === 'layout' && typed.text !== '')) {
    const bare = rows.find((item) => item.keys.length === 0)?.number;
    const now = typed ?? (bare ? { target: bare, text: '' } : null);
    if (!now) return null;
    return { typed: now.text.length < LONGEST ? { ...now, text: now.text + key } : now };
  }
  if (typed) {
    if (key === 'Enter' && !typed.text) return { typed: null };
    if (key === 'Enter') {
      const { target, text, camera } = typed;
      return { typed: null, target, text, ...(camera === undefined ? {} : { camera }) };
    }
    if (key === 'Backspace') return { typed: typed.text ? { ...typed, text: typed.text.slice(0, -1) } : null };
    if (key === 'Escape') return { typed: null };
  }
  const row = rows.find((item) => item.keys.includes(key.length === 1 ? key.toLowerCase() : key));
  if (row?.number) return { typed: { target: row.number, text: '' } };
  return row?.action ? { typed: null, action: row.action } : null;
}

export const rightOf = (action: Action, rows = table): string => rows.find((row) => row.action === action)?.right ?? 'wall.view';

// For the help: one line a meaning.
export function helpRows(rows = table): { keys: string[]; shown?: Key; number: boolean; says: Key; right: string }[] {
  const seen = new Set<Key>();
  return rows
    .filter((row) => !seen.has(row.says) && seen.add(row.says))
    .map((row) => ({ keys: row.keys, number: row.number !== undefined, says: row.says, right: row.right, ...(row.shown ? { shown: row.shown } : {}) }));
}
