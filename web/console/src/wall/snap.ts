// snap.ts - where a free window comes to lie: edges that are near one of a screen or a neighbour lie on it. Pure.

import type { Rect } from '../api/types';

export const LEAST = 64; // px, as the daemon has it
export type Grip = 'n' | 's' | 'w' | 'e' | 'nw' | 'ne' | 'sw' | 'se';
export const GRIPS: Grip[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

export interface Lines {
  x: number[];
  y: number[];
}

export interface Snapped {
  rect: Rect;
  x?: number; // the line that an edge lies on, for the eye
  y?: number;
}

// Edges and middles of screens, edges of all else.
export function linesOf(screens: Rect[], others: Rect[]): Lines {
  const x = [...screens.flatMap(([left, , width]) => [left, left + width / 2, left + width]), ...others.flatMap(([left, , width]) => [left, left + width])];
  const y = [...screens.flatMap(([, top, , height]) => [top, top + height / 2, top + height]), ...others.flatMap(([, top, , height]) => [top, top + height])];
  return { x: [...new Set(x)], y: [...new Set(y)] };
}

// All screens of a wall as one.
export function around(rects: Rect[]): Rect {
  const left = Math.min(...rects.map(([x]) => x));
  const top = Math.min(...rects.map(([, y]) => y));
  return [left, top, Math.max(...rects.map(([x, , width]) => x + width)) - left, Math.max(...rects.map(([, y, , height]) => y + height)) - top];
}

const even = (value: number): number => Math.round(value / 2) * 2;
const within = (value: number, least: number, most: number): number => Math.min(Math.max(least, value), most);

// The nearest line to one of these edges: how far, and which.
function nearest(edges: number[], lines: number[], reach: number): { by: number; line: number } | undefined {
  let best: { by: number; line: number } | undefined;
  for (const edge of edges)
    for (const line of lines) {
      const by = line - edge;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  return best;
}

export function moved([x, y, width, height]: Rect, [dx, dy]: [number, number], lines: Lines, reach: number, [left, top, wide, high]: Rect): Snapped {
  let nx = within(x + dx, left, left + wide - width);
  let ny = within(y + dy, top, top + high - height);
  const atX = nearest([nx, nx + width, nx + width / 2], lines.x, reach);
  const atY = nearest([ny, ny + height, ny + height / 2], lines.y, reach);
  if (atX) nx = within(nx + atX.by, left, left + wide - width);
  if (atY) ny = within(ny + atY.by, top, top + high - height);
  return { rect: [even(nx), even(ny), width, height], ...(atX ? { x: atX.line } : {}), ...(atY ? { y: atY.line } : {}) };
}

// One edge that is pulled: on its line, inside the wall, and not over the other one.
function pulled(edge: number, by: number, lines: number[], reach: number, least: number, most: number): { at: number; line?: number } {
  const snap = nearest([edge + by], lines, reach);
  const at = even(within(edge + by + (snap?.by ?? 0), least, most));
  return snap && at === even(snap.line) ? { at, line: snap.line } : { at };
}

export function sized([x, y, width, height]: Rect, grip: Grip, [dx, dy]: [number, number], lines: Lines, reach: number, [left, top, wide, high]: Rect): Snapped {
  const [right, bottom] = [x + width, y + height];
  const w = grip.includes('w') ? pulled(x, dx, lines.x, reach, left, right - LEAST) : { at: x };
  const e = grip.includes('e') ? pulled(right, dx, lines.x, reach, x + LEAST, left + wide) : { at: right };
  const n = grip.includes('n') ? pulled(y, dy, lines.y, reach, top, bottom - LEAST) : { at: y };
  const s = grip.includes('s') ? pulled(bottom, dy, lines.y, reach, y + LEAST, top + high) : { at: bottom };
  const [lineX, lineY] = [w.line ?? e.line, n.line ?? s.line];
  return { rect: [w.at, n.at, e.at - w.at, s.at - n.at], ...(lineX === undefined ? {} : { x: lineX }), ...(lineY === undefined ? {} : { y: lineY }) };
}
