// What a part of a camera's picture in its tile is, and where a hand points to in it; where a free window comes to lie.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Fit, Rect } from '../src/api/types';
import { freeCorner } from '../src/wall/geometry';
import { around, linesOf, moved, sized, type Grip } from '../src/wall/snap';
import { isZoomed, panned, placeOf, pointOf, WHOLE, zoomed, zoomOf, type Point, type Shown } from '../src/wall/zoom';

const tile = (width: number, height: number, more: Partial<Shown> = {}): Shown => ({ rect: [0, 0, width, height], fit: 'contain', rotation: 0, crop: WHOLE, ...more });
const near = (got: number[], wanted: number[], what: string) => got.forEach((value, n) => assert.ok(Math.abs(value - wanted[n]!) < 1e-5, `${what}: ${got.join()} is not ${wanted.join()}`));

test('what is pointed at stays where it is, the part stays inside the picture, and all of it comes back', () => {
  const rows: [Rect, number, Point, Rect][] = [
    [WHOLE, 2, [0.5, 0.5], [0.25, 0.25, 0.5, 0.5]],
    [WHOLE, 2, [0, 0], [0, 0, 0.5, 0.5]],
    [WHOLE, 2, [1, 1], [0.5, 0.5, 0.5, 0.5]],
    [[0.5, 0.5, 0.5, 0.5], 2, [0, 1], [0.5, 0.75, 0.25, 0.25]],
    [[0, 0, 0.5, 0.5], 0.5, [0.5, 0.5], WHOLE],
    [[0.25, 0.25, 0.5, 0.5], 0.8, [1, 1], [0.125, 0.125, 0.625, 0.625]],
    [WHOLE, 1000, [0.5, 0.5], [0.46875, 0.46875, 0.0625, 0.0625]],
    [[0.2, 0.4, 0.4, 0.2], 0.5, [0.5, 0.5], [0, 0.3, 0.8, 0.4]],
  ];
  for (const [crop, factor, at, wanted] of rows) near(zoomed(crop, factor, at), wanted, `${crop.join()} by ${factor} at ${at.join()}`);
  assert.equal(zoomOf([0.25, 0.25, 0.5, 0.5]), 2);
  assert.equal(isZoomed(WHOLE), false);
});

test('a number stands in a corner that nothing above lies over, and nowhere where none is left', () => {
  const rect: Rect = [0, 0, 960, 540];
  const rows: [Rect[], string | null][] = [
    [[], 'right bottom'],
    [[[1000, 0, 900, 540]], 'right bottom'],
    [[[600, 300, 900, 500]], 'left bottom'],
    [[[0, 400, 1920, 300]], 'right top'],
    [[[0, 400, 1920, 300], [700, 0, 600, 400]], 'left top'],
    [[[0, 0, 1920, 1080]], null],
    [[[100, 100, 700, 300]], 'right bottom'],
  ];
  for (const [above, wanted] of rows) assert.equal(freeCorner(rect, above, [64, 32]), wanted, above.join(' '));
});

test('a turn of the wheel and one back is where one was', () => {
  let crop = WHOLE;
  for (const factor of [1.22, 1.22, 1.22, 1 / 1.22, 1 / 1.22, 1 / 1.22]) crop = zoomed(crop, factor, [0.3, 0.6]);
  assert.deepEqual(crop, WHOLE);
});

test('bars, cuts and turns: the point that is meant', () => {
  const rows: [string, Shown, number, Point, Point][] = [
    ['filled', tile(160, 90), 16 / 9, [0.25, 0.75], [0.25, 0.75]],
    ['bars at the sides', tile(320, 90), 16 / 9, [0.5, 0.3], [0.5, 0.3]],
    ['beside the picture', tile(320, 90), 16 / 9, [0.1, 0.5], [0, 0.5]],
    ['at the side of the picture', tile(320, 90), 16 / 9, [0.25, 0.5], [0, 0.5]],
    ['bars above and below', tile(160, 180), 16 / 9, [0.5, 0.25], [0.5, 0]],
    ['cut above and below', tile(320, 90, { fit: 'cover' }), 16 / 9, [0, 0], [0, 0.25]],
    ['cut at the sides', tile(80, 90, { fit: 'cover' }), 16 / 9, [0, 0], [0.25, 0]],
    ['distorted', tile(320, 90, { fit: 'stretch' }), 16 / 9, [0.1, 0.9], [0.1, 0.9]],
    ['turned by 90', tile(90, 160, { rotation: 90 }), 16 / 9, [1, 0], [0, 0]],
    ['turned by 180', tile(160, 90, { rotation: 180 }), 16 / 9, [1, 1], [0, 0]],
    ['turned by 270', tile(90, 160, { rotation: 270 }), 16 / 9, [0, 1], [0, 0]],
  ];
  for (const [what, shown, aspect, at, wanted] of rows) near(pointOf(shown, aspect, at), wanted, what);
});

test('the outline of a part is where that part is seen', () => {
  for (const fit of ['contain', 'cover', 'stretch'] as Fit[])
    for (const rotation of [0, 90, 180, 270])
      for (const size of [[320, 90], [90, 320]] as const) {
        const shown = tile(size[0], size[1], { fit, rotation, crop: [0.2, 0.2, 0.6, 0.6] });
        const [x, y, width, height] = placeOf(shown, 16 / 9, [0.4, 0.4, 0.2, 0.2]);
        near([x + width / 2, y + height / 2], [0.5, 0.5], `${fit} ${rotation} its middle`);
        const corner = pointOf(shown, 16 / 9, [x, y]); // in the part that is shown: a third from one corner, whichever it is
        near(corner.map((value) => Math.min(value, 1 - value)), [1 / 3, 1 / 3], `${fit} ${rotation} its corner`);
      }
});

test('one looks around as the tile is seen, not as the camera hangs', () => {
  const crop: Rect = [0.25, 0.25, 0.5, 0.5];
  near(panned(tile(160, 90, { crop }), [0.2, 0]), [0.35, 0.25, 0.5, 0.5], 'upright');
  near(panned(tile(160, 90, { crop, rotation: 180 }), [0.2, 0]), [0.15, 0.25, 0.5, 0.5], 'upside down');
  near(panned(tile(90, 160, { crop, rotation: 90 }), [0.2, 0]), [0.25, 0.15, 0.5, 0.5], 'on its side');
  near(panned(tile(160, 90, { crop }), [9, 9]), [0.5, 0.5, 0.5, 0.5], 'to the edge');
});

const screens: Rect[] = [[0, 0, 1280, 720], [1280, 0, 1280, 720]];
const bounds = around(screens);

test('a window that is moved lies on the edges of screens and neighbours that are near, and inside the wall', () => {
  assert.deepEqual(bounds, [0, 0, 2560, 720]);
  assert.deepEqual(around([[100, 50, 10, 10], [20, 80, 10, 40]]), [20, 50, 90, 70]);
  const lines = linesOf(screens, [[600, 100, 200, 100]]);
  const rows: [string, Rect, [number, number], number, ReturnType<typeof moved>][] = [
    ['nothing near', [100, 300, 200, 100], [13, 31], 10, { rect: [114, 332, 200, 100] }],
    ['to the corner', [100, 300, 200, 100], [-95, -293], 10, { rect: [0, 0, 200, 100], x: 0, y: 0 }],
    ['its right edge to a neighbour', [100, 300, 200, 100], [293, -20], 10, { rect: [400, 280, 200, 100], x: 600 }],
    ['its lower edge to a neighbour', [100, 300, 200, 100], [0, -206], 10, { rect: [100, 100, 200, 100], y: 100 }],
    ['its middle to the middle of the screen', [100, 300, 200, 100], [436, 5], 10, { rect: [540, 310, 200, 100], x: 640, y: 360 }],
    ['to the seam', [100, 300, 200, 100], [983, 20], 10, { rect: [1080, 310, 200, 100], x: 1280, y: 360 }],
    ['not out of the wall', [2000, 500, 200, 100], [9999, 9999], 10, { rect: [2360, 620, 200, 100], x: 2560, y: 720 }],
    ['free', [100, 300, 200, 100], [-95, -293], -1, { rect: [6, 8, 200, 100] }],
  ];
  for (const [what, rect, by, reach, wanted] of rows) assert.deepEqual(moved(rect, by, lines, reach, bounds), wanted, what);
});

test('an edge that is pulled lies on what is near, stays inside the wall, and does not pass the other one', () => {
  const lines = linesOf(screens, [[600, 100, 200, 100]]);
  const rows: [string, Grip, [number, number], ReturnType<typeof sized>][] = [
    ['to the right', 'e', [50, 70], { rect: [100, 300, 250, 100] }],
    ['to a neighbour', 'e', [294, 0], { rect: [100, 300, 500, 100], x: 600 }],
    ['a corner', 'se', [50, 53], { rect: [100, 300, 250, 154] }],
    ['the upper left corner to a line', 'nw', [-96, -104], { rect: [0, 200, 300, 200], x: 0, y: 200 }],
    ['not over the other edge', 'w', [500, 0], { rect: [236, 300, 64, 100] }],
    ['not over the other edge, either', 's', [0, -500], { rect: [100, 300, 200, 64] }],
    ['not out of the wall', 'e', [9999, 0], { rect: [100, 300, 2460, 100] }],
  ];
  for (const [what, grip, by, wanted] of rows) assert.deepEqual(sized([100, 300, 200, 100], grip, by, lines, 10, bounds), wanted, what);
});
