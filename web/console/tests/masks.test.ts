// Geometry of privacy masks while they are drawn.
import assert from 'node:assert/strict';
import test from 'node:test';
import { area, clamped, isMeant, LEAST_POINTS, moved, movedPoint, rectangle, withPoint, withoutPoint, type Point } from '../src/cameras/masks';

const square: Point[] = [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3], [0.1, 0.3]];

test('a rectangle is the same from whichever corner it was dragged, and stays within the picture', () => {
  for (const [a, b] of [[[0.1, 0.1], [0.3, 0.3]], [[0.3, 0.3], [0.1, 0.1]], [[0.3, 0.1], [0.1, 0.3]]] as [Point, Point][]) assert.deepEqual(rectangle(a, b), square);
  assert.deepEqual(rectangle([-0.5, 0.5], [2, 0.75]), [[0, 0.5], [1, 0.5], [1, 0.75], [0, 0.75]]);
  assert.deepEqual(clamped([0.123456, 1.2]), [0.1235, 1]);
});

test('a mask is moved as far as it can go, and keeps its shape', () => {
  assert.deepEqual(moved(square, 0.1, -0.05), [[0.2, 0.05], [0.4, 0.05], [0.4, 0.25], [0.2, 0.25]]);
  assert.deepEqual(moved(square, -9, 9), [[0, 0.8], [0.2, 0.8], [0.2, 1], [0, 1]]);
  assert.deepEqual(movedPoint(square, 2, [1.5, 0.4])[2], [1, 0.4]);
});

test('points come in between and go, down to a triangle', () => {
  const five = withPoint(square, 3);
  assert.deepEqual(five[4], [0.1, 0.2]);
  assert.deepEqual(withoutPoint(five, 4), square);
  const three = withoutPoint(square, 0);
  assert.equal(three.length, LEAST_POINTS);
  assert.equal(withoutPoint(three, 0), three);
});

test('what covers nothing was not meant', () => {
  assert.ok(Math.abs(area(square) - 0.04) < 1e-9);
  assert.equal(isMeant(square), true);
  assert.equal(isMeant([[0, 0], [0.5, 0.5], [1, 1]]), false);
  assert.equal(isMeant(rectangle([0.5, 0.5], [0.51, 0.505])), false);
  assert.equal(isMeant([[0, 0], [1, 1]]), false);
});
