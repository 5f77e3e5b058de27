// zooming.ts - digital zoom into a tile by wheel, two fingers or keys: the wall itself shows the part

import { computed } from 'vue';
import { useWall } from '../stores/wall';
import { useActions } from './actions';
import { putDown } from './drag';
import type { Seen } from './geometry';
import { useSettling } from './settle';
import { isZoomed, panned, placeOf, pointOf, WHOLE, zoomed, zoomOf, type Point } from './zoom';

const LINE = 33; // px that a line of a wheel is
const NOTCH = 0.002; // of a factor's logarithm a px: a notch of 100 px is 1.22
const PINCH = 0.01; // the same of a touch pad, which says two fingers as a wheel with Ctrl
export const STEP = 1.25; // of a key
const PAN = 0.15; // of what is shown

// Once for all of the page, as the pointer and the keys are.
export type Zooming = ReturnType<typeof useZooming>;

export function useZooming() {
  const wall = useWall();
  const actions = useActions();
  const { wanted, turn } = useSettling(({ tile, rect, seen }) => actions.adjust(tile, { crop: rect }, seen));

  const canZoom = (tile: Seen | undefined): tile is Seen => tile?.asked !== undefined && !tile.asked.startsWith('board:');
  const aspectOf = (tile: Seen): number => (tile.glass?.width && tile.glass.height ? tile.glass.width / tile.glass.height : 16 / 9);
  // With what is on its way already.
  const asWanted = (tile: Seen): Seen => (wanted.value?.tile === tile.tile ? { ...tile, crop: wanted.value.rect } : tile);

  function by(factor: number, tile = wall.chosen, at?: Point): void {
    if (!canZoom(tile)) return;
    turn(tile.tile, (now) => {
      const shown = { ...tile, crop: now ?? tile.crop };
      return zoomed(shown.crop, factor, at && pointOf(shown, aspectOf(tile), at));
    });
  }

  function pan(by: Point, tile = wall.chosen): void {
    if (canZoom(tile)) turn(tile.tile, (now) => panned({ ...tile, crop: now ?? tile.crop }, by));
  }

  function reset(tile = wall.chosen): void {
    if (canZoom(tile)) turn(tile.tile, () => WHOLE);
  }

  const pointIn = (element: HTMLElement, x: number, y: number): Point => {
    const box = element.getBoundingClientRect();
    return [(x - box.left) / box.width, (y - box.top) / box.height];
  };
  const tileOf = (element: HTMLElement | null | undefined) => wall.atHand.find((tile) => tile.tile === Number(element?.dataset.tile));

  function wheel(event: WheelEvent): void {
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-tile]');
    const tile = tileOf(element);
    event.preventDefault(); // the page does not scroll, nor grow with Ctrl
    if (!element || !canZoom(tile)) return;
    const px = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE;
    wall.selected = tile.tile;
    by(Math.exp(-px * (event.ctrlKey ? PINCH : NOTCH)), tile, pointIn(element, event.clientX, event.clientY));
  }

  // ---- two fingers

  const fingers = new Map<number, [x: number, y: number]>();

  function finger(event: PointerEvent): void {
    if (event.pointerType !== 'touch') return;
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-tile]');
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.size === 1) {
      const end = (now: PointerEvent) => {
        fingers.delete(now.pointerId);
        if (fingers.size) return;
        for (const kind of ['pointerup', 'pointercancel'] as const) removeEventListener(kind, end);
      };
      for (const kind of ['pointerup', 'pointercancel'] as const) addEventListener(kind, end);
      return;
    }
    const tile = tileOf(element);
    if (fingers.size > 2 || !element || !canZoom(tile)) return;
    putDown();
    wall.selected = tile.tile;
    const spread = (): [far: number, x: number, y: number] => {
      const [a, b] = [...fingers.values()] as [Point, Point];
      return [Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    };
    let before = spread();
    const move = (now: PointerEvent) => {
      if (!fingers.has(now.pointerId)) return;
      fingers.set(now.pointerId, [now.clientX, now.clientY]);
      const after = spread();
      const here = tileOf(element);
      const box = element.getBoundingClientRect();
      pan([(before[1] - after[1]) / box.width, (before[2] - after[2]) / box.height], here);
      by(after[0] / before[0], here, pointIn(element, after[1], after[2]));
      before = after;
    };
    const lift = (now: PointerEvent) => {
      if (!fingers.has(now.pointerId)) return;
      removeEventListener('pointermove', move);
      for (const kind of ['pointerup', 'pointercancel'] as const) removeEventListener(kind, lift, true);
    };
    addEventListener('pointermove', move);
    for (const kind of ['pointerup', 'pointercancel'] as const) addEventListener(kind, lift, true);
  }

  // For the eye: how many times, and what of the picture will be seen.
  const told = (tile: Seen): string => (isZoomed(asWanted(tile).crop) ? `${zoomOf(asWanted(tile).crop).toFixed(1)}×` : '');
  function outline(tile: Seen): Record<string, string> | null {
    if (wanted.value?.tile !== tile.tile) return null;
    const [x, y, width, height] = placeOf(tile, aspectOf(tile), wanted.value.rect);
    return { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` };
  }

  const chosen = computed(() => (canZoom(wall.chosen) ? told(wall.chosen) : ''));
  return { by, pan: (direction: Point) => pan([direction[0] * PAN, direction[1] * PAN]), reset, wheel, finger, told, outline, chosen, canZoom };
}
