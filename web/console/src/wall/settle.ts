// settle.ts - a hand that turns a wheel or holds a key is one command, once it rests: the wall is not flooded, and what was
// done is undone in one step. Until it is on glass, what is wanted is outlined.

import { shallowRef, watch } from 'vue';
import type { Rect } from '../api/types';
import { useWall, type Outcome } from '../stores/wall';

const REST = 300; // ms
const LATE = 1500; // what is not on glass by then is outlined no longer: the tile says what is wrong

export interface Wanted {
  tile: number;
  rect: Rect;
  seen: number; // the wall's revision when the hand began
}

const all = new Set<() => void>();

// Before any other command: what was begun before it comes before it.
export const settleAll = (): void => all.forEach((settle) => settle());

// send: the command; wanted is what the hand has come to so far, or null.
export function useSettling(send: (wanted: Wanted) => Promise<Outcome>) {
  const wall = useWall();
  const wanted = shallowRef<Wanted | null>(null);
  let timer = 0;
  let isTurning = false;

  // isHeld: it rests when settle() is called.
  function turn(tile: number, next: (now: Rect | null) => Rect, isHeld = false): void {
    const now = wanted.value?.tile === tile ? wanted.value : null;
    if (!now) settle();
    wanted.value = { tile, rect: next(now?.rect ?? null), seen: now && isTurning ? now.seen : wall.revision() };
    isTurning = true;
    clearTimeout(timer);
    if (!isHeld) timer = window.setTimeout(settle, REST);
  }

  function settle(): void {
    clearTimeout(timer);
    const asked = wanted.value;
    if (!isTurning || !asked) return;
    isTurning = false;
    const done = () => {
      if (wanted.value === asked) wanted.value = null;
    };
    void send(asked).then((outcome) => {
      // The hand has gone on meanwhile: nobody is in conflict with himself.
      const { value: now } = wanted;
      if (outcome && now && now !== asked && now.seen < outcome.revision) wanted.value = { ...now, seen: outcome.revision };
      if (!outcome?.isChanged || !wall.isRising) return done();
      const stop = watch(() => wall.isRising, (isRising) => !isRising && end());
      const late = window.setTimeout(() => end(), LATE);
      const end = () => {
        stop();
        clearTimeout(late);
        done();
      };
    });
  }

  function drop(): void {
    clearTimeout(timer);
    if (isTurning) wanted.value = null;
    isTurning = false;
  }

  all.add(settle);
  return { wanted, turn, settle, drop };
}
