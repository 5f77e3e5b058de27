// ring.ts - which sound is due now. Pure: what has sounded is given and given back.
//
// A new alarm sounds, so does one that went up a level or was snoozed and is back; what nobody has answered sounds again.
// Many at once are one sound, that of the highest level.

import type { Alarm } from '../api/types';
import { again, type Level } from './tones';

export type Heard = Map<string, { at: number; level: Level; escalated: number }>;

const RINGS = new Set(['raised', 'expired']);

const levelOf = (alarm: Alarm): Level | 0 => {
  const level = Math.min(3, Math.max(0, Math.round(alarm.sound)));
  return level === 0 ? 0 : (level as Level);
};

// repeats: the person may answer; who can only look is told once.
export function due(alarms: Alarm[], heard: Heard, now: number, repeats: boolean): { level: Level | 0; heard: Heard } {
  const next: Heard = new Map();
  let level: Level | 0 = 0;
  let isDue = false;
  const ringing = alarms.filter((alarm) => RINGS.has(alarm.state) && levelOf(alarm) > 0);
  for (const alarm of ringing) {
    const mine = levelOf(alarm) as Level;
    const before = heard.get(alarm.id);
    const isNew = !before || before.escalated < alarm.escalated || before.level < mine;
    if (isNew || (repeats && now - before.at >= again[mine])) {
      isDue = true;
      if (mine > level) level = mine;
    }
  }
  for (const alarm of ringing) {
    const mine = levelOf(alarm) as Level;
    const before = heard.get(alarm.id);
    // The sound of the highest one stands for those below it.
    next.set(alarm.id, { at: isDue && mine <= level ? now : (before?.at ?? now), level: mine, escalated: alarm.escalated });
  }
  return { level, heard: next };
}
