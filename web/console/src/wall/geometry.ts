// geometry.ts - rectangles of a wall's plane and what lies where in them. Pure.

import type { Glass, Rect, Tile } from '../api/types';

// A tile with what is on glass of it, at the place where it is seen.
export interface Seen extends Omit<Tile, 'stream' | 'camera'> {
  asked?: string; // the camera that the wall was told to show
  choice: Tile['stream'];
  glass?: Glass;
}

// In the order in which they are drawn: the last lies on top.
export function seenTiles(tiles: Tile[], glass: Glass[], maximised = 0): Seen[] {
  const known = new Map(glass.map((item) => [item.tile, item]));
  const height = (tile: Tile) => (tile.z ?? 0) * 2 + (tile.tile === maximised ? 1 : 0);
  return tiles
    .map(({ stream, camera, ...tile }) => {
      const seen: Seen = { ...tile, rect: tile.shown ?? tile.rect, choice: stream };
      const item = known.get(tile.tile);
      if (camera) seen.asked = camera;
      if (item) seen.glass = item;
      return { seen, z: height({ ...tile, stream }) };
    })
    .sort((a, b) => a.z - b.z || a.seen.tile - b.seen.tile)
    .map((item) => item.seen);
}

const middle = ([x, y, width, height]: Rect): [number, number] => [x + width / 2, y + height / 2];

// The tile that one comes to from `from` in this direction: the nearest, straight ahead before aside.
export function neighbour(tiles: Seen[], from: number, direction: 'left' | 'right' | 'up' | 'down'): Seen | undefined {
  const here = tiles.find((tile) => tile.tile === from);
  if (!here) return [...tiles].sort((a, b) => a.tile - b.tile)[0];
  const [x, y] = middle(here.rect);
  const isAcross = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best: { tile: Seen; far: number } | undefined;
  for (const tile of tiles) {
    const [cx, cy] = middle(tile.rect);
    const ahead = (isAcross ? cx - x : cy - y) * sign;
    const aside = Math.abs(isAcross ? cy - y : cx - x);
    if (tile.tile === from || ahead < 1) continue;
    const far = ahead + aside * 3;
    if (!best || far < best.far) best = { tile, far };
  }
  return best?.tile;
}

export const overlaps = (a: Rect, b: Rect): boolean =>
  a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];

// Where a tile's number is seen: a corner of it that nothing above lies over; null: none is left. size: of the number.
export type Corner = 'right bottom' | 'left bottom' | 'right top' | 'left top';
export function freeCorner([x, y, width, height]: Rect, above: Rect[], [wide, high]: [number, number]): Corner | null {
  const corners: [Corner, Rect][] = [
    ['right bottom', [x + width - wide, y + height - high, wide, high]],
    ['left bottom', [x, y + height - high, wide, high]],
    ['right top', [x + width - wide, y, wide, high]],
    ['left top', [x, y, wide, high]],
  ];
  return corners.find(([, place]) => !above.some((rect) => overlaps(place, rect)))?.[0] ?? null;
}

// A rectangle as shares of another, for styles.
export function share([x, y, width, height]: Rect, [left, top, wide, high]: Rect): Record<string, string> {
  const percent = (value: number, of: number) => `${((value / of) * 100).toFixed(4)}%`;
  return { left: percent(x - left, wide), top: percent(y - top, high), width: percent(width, wide), height: percent(height, high) };
}
