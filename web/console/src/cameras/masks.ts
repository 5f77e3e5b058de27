// masks.ts - privacy masks while they are drawn: pure geometry and a list that can be undone
//
// Points are parts of the camera's picture, as the API has them.

import type { Mask } from '../api/cameras';

export type Point = [number, number];

export const MOST_MASKS = 32;
export const MOST_POINTS = 64;
export const LEAST_POINTS = 3;
export const STEP = 0.005; // of an arrow key; with Shift five times as far
const LEAST_AREA = 0.0002; // of a rectangle that was meant: less is a slip of the hand
const DIGITS = 10000;

const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * DIGITS) / DIGITS));
export const clamped = ([x, y]: Point): Point => [within(x), within(y)];

export const rectangle = ([ax, ay]: Point, [bx, by]: Point): Point[] =>
  ([[Math.min(ax, bx), Math.min(ay, by)], [Math.max(ax, bx), Math.min(ay, by)], [Math.max(ax, bx), Math.max(ay, by)], [Math.min(ax, bx), Math.max(ay, by)]] as Point[]).map(
    clamped,
  );

// Twice the signed area would do for telling a line from a mask; this is the area itself.
export function area(points: Point[]): number {
  let sum = 0;
  points.forEach(([x, y], n) => {
    const [nextX, nextY] = points[(n + 1) % points.length]!;
    sum += x * nextY - nextX * y;
  });
  return Math.abs(sum) / 2;
}

export const isMeant = (points: Point[]): boolean => points.length >= LEAST_POINTS && area(points) >= LEAST_AREA;

// As far as it can go without a point leaving the picture.
export function moved(points: Point[], dx: number, dy: number): Point[] {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx));
  const y = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
  return points.map((point) => clamped([point[0] + x, point[1] + y]));
}

export const movedPoint = (points: Point[], index: number, to: Point): Point[] => points.map((point, n) => (n === index ? clamped(to) : point));

// A new point in the middle of the side that begins at index.
export function withPoint(points: Point[], index: number): Point[] {
  const [ax, ay] = points[index]!;
  const [bx, by] = points[(index + 1) % points.length]!;
  return [...points.slice(0, index + 1), clamped([(ax + bx) / 2, (ay + by) / 2]), ...points.slice(index + 1)];
}

export const withoutPoint = (points: Point[], index: number): Point[] => (points.length > LEAST_POINTS ? points.filter((_, n) => n !== index) : points);

export const same = (a: Mask[], b: Mask[]): boolean => JSON.stringify(a) === JSON.stringify(b);

export const middle = (points: Point[]): Point => [
  points.reduce((sum, [x]) => sum + x, 0) / points.length,
  points.reduce((sum, [, y]) => sum + y, 0) / points.length,
];
