// keys.ts - the keys of the cases page, a table like that of the wall (wall/keys.ts)

import type { Row } from '../wall/keys';

export const caseKeys: Row[] = [
  { keys: [], number: 'view', says: 'case.keys.view', right: 'case.read' },
  { keys: ['ArrowUp'], action: 'up', says: 'case.keys.move', shown: 'case.key.updown', right: 'case.read' },
  { keys: ['ArrowDown'], action: 'down', says: 'case.keys.move', shown: 'case.key.updown', right: 'case.read' },
  { keys: ['Enter'], action: 'open-case', says: 'case.keys.open', shown: 'key.Enter', right: 'wall.operate' },
  { keys: ['Escape'], action: 'back', says: 'case.keys.back', shown: 'key.Escape', right: 'case.read' },
  { keys: ['Tab'], action: 'next-alarm', says: 'keys.nextalarm', shown: 'key.Tab', right: 'alarm.answer' },
  { keys: [' '], action: 'acknowledge', says: 'keys.acknowledge', shown: 'key.Space', right: 'alarm.answer' },
  { keys: ['w'], action: 'whistle', says: 'case.keys.whistle', right: 'case.work' },
  { keys: ['o'], action: 'order', says: 'case.keys.order', right: 'case.work' },
  { keys: ['/'], action: 'search', says: 'case.keys.search', right: 'case.read' },
  { keys: ['m'], action: 'mute', says: 'keys.mute', right: 'case.read' },
  { keys: ['?'], action: 'help', says: 'keys.help', right: 'case.read' },
];
