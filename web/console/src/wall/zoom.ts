// zoom.ts - a part of a camera's picture in its tile: what is shown of it, and what lies where. Pure.
//
// A crop is a part of the camera's picture as the camera sends it; the tile shows it fitted and turned, as
// pipelines/scale.c does. Points of a tile are shares of its width and height, from its top left corner.

import type { Fit, Rect } from '../api/types';

export type Point = [x: number, y: number];

export interface Shown {
  rect: Rect;
  fit: Fit;
  rotation: number;
  crop: Rect;
}

export const WHOLE: Rect = [0, 0, 1, 1];
const MOST = 16; // times; beyond it there is nothing but pixels
const NONE = 1.02; // less is the whole picture

export const zoomOf = ([, , width, height]: Rect): number => 1 / Math.max(width, height);
export const isZoomed = (crop: Rect): boolean => zoomOf(crop) >= NONE;

const within = (value: number, most: number): number => Math.min(Math.max(0, value), most);
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

// The part at (x, y), pushed inside the picture.
const partAt = (x: number, y: number, width: number, height: number): Rect =>
  [tidy(within(x, 1 - width)), tidy(within(y, 1 - height)), tidy(width), tidy(height)];

// By this factor, while what lies at the point of the part (0 to 1 each way) stays where it is.
export function zoomed([x, y, width, height]: Rect, factor: number, [u, v]: Point = [0.5, 0.5]): Rect {
  const by = Math.min(factor, MOST / zoomOf([x, y, width, height]));
  const [wide, high] = [Math.min(1, width / by), Math.min(1, height / by)];
  const crop = partAt(x + u * (width - wide), y + v * (height - high), wide, high);
  return isZoomed(crop) ? crop : WHOLE;
}

// Another part of the same size: by shares of what is shown, in the direction of the tile.
export function panned(tile: Shown, [dx, dy]: Point): Rect {
  const [x, y, width, height] = tile.crop;
  const [u, v] = turned([dx + 0.5, dy + 0.5], tile.rotation);
  return partAt(x + (u - 0.5) * width, y + (v - 0.5) * height, width, height);
}

// A point of the tile in the picture before it was turned.
function turned([x, y]: Point, rotation: number): Point {
  return rotation === 90 ? [y, 1 - x] : rotation === 180 ? [1 - x, 1 - y] : rotation === 270 ? [1 - y, x] : [x, y];
}
const turnedBack = (point: Point, rotation: number): Point => turned(point, (360 - rotation) % 360);

// How much of the tile the part fills each way, before it is turned; more than 1: cut off.
function fill({ rect: [, , width, height], fit, rotation, crop }: Shown, aspect: number): Point {
  if (fit === 'stretch') return [1, 1];
  const [wide, high] = rotation % 180 ? [height, width] : [width, height];
  const ratio = (crop[2] * aspect) / crop[3] / (wide / high); // of the part to the tile
  const isWide = ratio > 1;
  return (fit === 'contain') === isWide ? [1, 1 / ratio] : [ratio, 1];
}

// What lies at this point of the tile, as a point of the part; beside the picture: the nearest of it.
export function pointOf(tile: Shown, aspect: number, at: Point): Point {
  const [x, y] = turned(at, tile.rotation);
  const [wide, high] = fill(tile, aspect);
  return [within((x - 0.5) / wide + 0.5, 1), within((y - 0.5) / high + 0.5, 1)];
}

// Where another part of the picture is seen in the tile, in shares of it: outlined before it is on glass.
export function placeOf(tile: Shown, aspect: number, part: Rect): Rect {
  const [wide, high] = fill(tile, aspect);
  const [x, y, width, height] = tile.crop;
  const place = (px: number, py: number): Point =>
    turnedBack([((px - x) / width - 0.5) * wide + 0.5, ((py - y) / height - 0.5) * high + 0.5], tile.rotation);
  const [a, b] = [place(part[0], part[1]), place(part[0] + part[2], part[1] + part[3])];
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
}
