// windows.ts - free windows on the stage: opened, moved and sized by mouse, pen, finger or keys; edges snap

import { computed, reactive } from 'vue';
import type { Rect } from '../api/types';
import { t } from '../i18n';
import { useWall } from '../stores/wall';
import { useActions } from './actions';
import { follow } from './drag';
import type { Seen } from './geometry';
import { useSettling } from './settle';
import { around, linesOf, moved, sized, type Grip, type Snapped } from './snap';

const REACH = 9; // css px to a line
const STEP = 40; // wall px of a key
const SHARE = 0.4; // of the screen's width that a new window has
const CASCADE = 48; // wall px from one new window to the next
const CASCADES = 6;

export type Windows = ReturnType<typeof useWindows>;

export function useWindows() {
  const wall = useWall();
  const actions = useActions();
  const guide = reactive<{ x: number | null; y: number | null }>({ x: null, y: null });
  const { wanted, turn, settle, drop } = useSettling(({ tile, rect, seen }) => actions.moveWindow(tile, rect, seen));

  const screens = computed(() => (wall.wall?.screens ?? []).map(({ rect }) => rect));
  const canMove = (tile: Seen | undefined): tile is Seen => !!tile?.window && !actions.isFull(tile.tile);
  const linesFor = (tile: Seen) => linesOf(screens.value, wall.atHand.filter((item) => item.tile !== tile.tile).map(({ rect }) => rect));
  const rectOf = (tile: Seen): Rect => (wanted.value?.tile === tile.tile ? wanted.value.rect : tile.rect);

  // scale: wall px a css px. Without a grip the window is moved. Ctrl: no snapping.
  function grab(event: PointerEvent, tile: Seen, scale: number, grip?: Grip): void {
    if (!canMove(tile)) return;
    const { clientX, clientY } = event;
    const [begin, lines, bounds] = [rectOf(tile), linesFor(tile), around(screens.value)];
    const clear = () => ((guide.x = null), (guide.y = null));
    follow(event, {
      move(now) {
        const by: [number, number] = [(now.clientX - clientX) * scale, (now.clientY - clientY) * scale];
        const reach = now.ctrlKey ? -1 : REACH * scale;
        const snapped = grip ? sized(begin, grip, by, lines, reach, bounds) : moved(begin, by, lines, reach, bounds);
        guide.x = snapped.x ?? null;
        guide.y = snapped.y ?? null;
        wall.selected = tile.tile;
        turn(tile.tile, () => snapped.rect, true);
      },
      drop() {
        clear();
        settle();
      },
      cancel() {
        clear();
        drop();
      },
    });
  }

  // By keys: a line on the way is not passed unseen.
  function nudge([dx, dy]: [number, number], place: (rect: Rect, by: [number, number]) => Snapped, tile: Seen): void {
    turn(tile.tile, (now) => place(now ?? tile.rect, [dx * STEP, dy * STEP]).rect);
  }
  function shift(way: [number, number], tile = wall.chosen): boolean {
    if (!canMove(tile)) return false;
    nudge(way, (rect, by) => moved(rect, by, linesFor(tile), STEP / 2 - 1, around(screens.value)), tile);
    return true;
  }
  function grow(way: [number, number], tile = wall.chosen): boolean {
    if (!canMove(tile)) return false;
    nudge(way, (rect, by) => sized(rect, way[0] ? 'e' : 's', by, linesFor(tile), STEP / 2 - 1, around(screens.value)), tile);
    return true;
  }

  // In the middle of the screen that is looked at, with the camera of the tile that is selected; the next ones beside it.
  async function open(): Promise<void> {
    const screen = wall.screen?.rect;
    if (!screen) return;
    const [x, y, width, height] = screen;
    const wide = Math.round((width * SHARE) / 2) * 2;
    const high = Math.min(height, Math.round((wide * 9) / 32) * 2);
    const aside = (wall.atHand.filter((tile) => tile.window).length % CASCADES) * CASCADE;
    const { rect } = moved([x, y, wide, high], [(width - wide) / 2 + aside, (height - high) / 2 + aside], { x: [], y: [] }, -1, screen);
    const camera = wall.chosen?.asked;
    const outcome = await actions.openWindow(rect, camera);
    if (outcome?.tile) wall.selected = outcome.tile;
  }

  const told = ([, , width, height]: Rect): string => t('window.size', { width, height });
  return { wanted, guide, grab, shift, grow, open, canMove, rectOf, told };
}
