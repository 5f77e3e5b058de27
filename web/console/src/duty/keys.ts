// keys.ts - the keys of the duty leader's page: those of the cases page that mean something here

import { caseKeys } from '../cases/keys';
import type { Action } from '../wall/keys';

const meant = new Set<Action>(['up', 'down', 'open-case', 'back', 'next-alarm', 'acknowledge', 'mute', 'help']);

export const dutyKeys = caseKeys.filter((row) => row.action && meant.has(row.action));
