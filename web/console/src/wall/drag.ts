// drag.ts - cameras and tiles under a pressed pointer: mouse, pen or finger
//
// What lies under the pointer is found by [data-tile] in the stage that takes edits ([data-takes]). Nothing happens until
// the pointer has moved a little, so that a click stays a click; Escape lets go.

import { reactive } from 'vue';

const FAR = 6; // px

export interface Load {
  name: string;
  camera?: string; // from the list
  tile?: number; // from the stage
  seen: number; // the wall's revision when it was picked up
}

export interface Drop {
  load: Load;
  tile: number | null; // null: outside of the picture
}

export const drag = reactive<{ load: Load | null; x: number; y: number; over: number | null; isOut: boolean }>({
  load: null,
  x: 0,
  y: 0,
  over: null,
  isOut: true,
});

let onDrop: ((drop: Drop) => void) | null = null;
export const takeDrops = (handler: ((drop: Drop) => void) | null): void => {
  onDrop = handler;
};

function look(x: number, y: number): void {
  const under = document.elementFromPoint(x, y);
  const stage = under?.closest('[data-takes]');
  const tile = stage ? under?.closest<HTMLElement>('[data-tile]')?.dataset.tile : undefined;
  drag.over = tile === undefined ? null : Number(tile);
  drag.isOut = !under?.closest('[data-stage]');
}

let letGo: (() => void) | null = null;
// A second finger means something else.
export const putDown = (): void => letGo?.();

export interface Hand {
  move(now: PointerEvent): void; // far enough from where it began
  drop(): void;
  cancel(): void;
}

// The pointer that was just pressed, until it is released; a click stays a click, and no click follows a drop.
export function follow(event: PointerEvent, hand: Hand): void {
  if (event.button !== 0) return;
  const { clientX, clientY, pointerId } = event;
  let isFar = false;
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', drop);
    removeEventListener('pointercancel', cancel);
    removeEventListener('keydown', key, true);
    document.documentElement.classList.remove('dragging');
    letGo = null;
  };
  const move = (now: PointerEvent) => {
    if (now.pointerId !== pointerId) return;
    if (!isFar && Math.hypot(now.clientX - clientX, now.clientY - clientY) < FAR) return;
    isFar = true;
    document.documentElement.classList.add('dragging');
    hand.move(now);
  };
  const drop = (now: PointerEvent) => {
    if (now.pointerId !== pointerId) return;
    end();
    if (!isFar) return;
    // A click that follows at once belongs to the drag.
    const swallow = (click: MouseEvent) => click.stopPropagation();
    addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', swallow, true), 0);
    hand.drop();
  };
  const stop = () => {
    end();
    if (isFar) hand.cancel();
  };
  const cancel = (now: PointerEvent) => {
    if (now.pointerId === pointerId) stop();
  };
  const key = (now: KeyboardEvent) => {
    if (now.key !== 'Escape' || !isFar) return;
    now.stopPropagation();
    stop();
  };
  letGo = stop;
  addEventListener('pointermove', move);
  addEventListener('pointerup', drop);
  addEventListener('pointercancel', cancel);
  addEventListener('keydown', key, true);
}

// Call on pointerdown of what can be dragged.
export function pickUp(event: PointerEvent, load: Load): void {
  const empty = () => {
    drag.load = null;
    drag.over = null;
  };
  follow(event, {
    move(now) {
      drag.load = load;
      drag.x = now.clientX;
      drag.y = now.clientY;
      look(now.clientX, now.clientY);
    },
    drop() {
      const { over: tile, isOut } = drag;
      empty();
      if (tile !== null || isOut) onDrop?.({ load, tile });
    },
    cancel: empty,
  });
}
