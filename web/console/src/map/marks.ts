// marks.ts - what stands on the map at a zoom: cameras and cases alone, or gathered where they would lie over each other. Pure.

import Supercluster from 'supercluster';
import type { Region } from '../api/cameras';
import type { Camera, CaseRow, Severity } from '../api/types';
import { severityOf } from '../cases/told';

export const MOST_ZOOM = 18;
const TILE = 256; // px, as the map counts its zooms
const APART = 64; // px between marks

export type Place = [lon: number, lat: number];
export type Box = [west: number, south: number, east: number, north: number];

// What is told of many: amounts are added up, the severest wins.
interface Sum {
  live: number;
  trouble: number;
  rank: number; // of severities
}

export interface Mark<Item> {
  key: string;
  at: Place;
  count: number;
  live: number;
  trouble: number;
  severity: Severity;
  item: Item | null; // null: several
  cluster: number; // 0: one
}

const RANKS: Severity[] = ['none', 'blue', 'yellow', 'orange', 'red'];
const isTrouble = (camera: Camera): boolean => ['retrying', 'refused', 'stalled'].includes(camera.state);

// Things of one kind that have a place.
export class Marks<Item> {
  private readonly index: Supercluster<Sum & { n: number }, Sum>;

  constructor(
    private readonly items: Item[],
    placeOf: (item: Item) => Place,
    sumOf: (item: Item) => Sum,
    private readonly keyOf: (item: Item) => string,
  ) {
    this.index = new Supercluster<Sum & { n: number }, Sum>({
      extent: TILE,
      radius: APART,
      maxZoom: MOST_ZOOM,
      map: ({ live, trouble, rank }) => ({ live, trouble, rank }),
      reduce: (sum, one) => {
        sum.live += one.live;
        sum.trouble += one.trouble;
        sum.rank = Math.max(sum.rank, one.rank);
      },
    });
    this.index.load(items.map((item, n) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: placeOf(item) }, properties: { n, ...sumOf(item) } })));
  }

  within(box: Box, zoom: number): Mark<Item>[] {
    return this.index.getClusters(box, zoom).map(({ geometry, properties: told }) => {
      const at = geometry.coordinates as Place;
      const common = { at, live: told.live, trouble: told.trouble, severity: RANKS[told.rank] ?? 'none' };
      if ('cluster' in told) return { ...common, key: `${told.cluster_id}`, count: told.point_count, item: null, cluster: told.cluster_id };
      const item = this.items[told.n]!;
      return { ...common, key: this.keyOf(item), count: 1, item, cluster: 0 };
    });
  }

  // The zoom at which they part; more than MOST_ZOOM: they never do.
  partsAt = (mark: Mark<Item>): number => this.index.getClusterExpansionZoom(mark.cluster);
  all = (mark: Mark<Item>): Item[] => this.index.getLeaves(mark.cluster, Infinity).map((leaf) => this.items[leaf.properties.n]!);
}

export type Placed<Item> = Item & { position: Place };
export const hasPlace = <Item extends { position?: Place }>(item: Item): item is Placed<Item> => item.position !== undefined;

export const cameraMarks = (cameras: Camera[]): Marks<Placed<Camera>> =>
  new Marks(
    cameras.filter(hasPlace),
    (camera) => camera.position,
    (camera) => ({ live: camera.state === 'live' ? 1 : 0, trouble: isTrouble(camera) ? 1 : 0, rank: 0 }),
    (camera) => camera.id,
  );

export const caseMarks = (cases: CaseRow[]): Marks<Placed<CaseRow>> =>
  new Marks(
    cases.filter(hasPlace),
    (row) => row.position,
    (row) => ({ live: 0, trouble: 0, rank: RANKS.indexOf(row.level ? severityOf[row.level] : 'none') }),
    (row) => row.code,
  );

export function boxOf(places: Place[]): Box | null {
  if (!places.length) return null;
  const box: Box = [180, 90, -180, -90];
  for (const [lon, lat] of places) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

export interface Name {
  code: string;
  name: string;
  at: Place;
}

// Names of regions where the table of regions says, else in the middle of their cameras.
export function regionNames(regions: Region[], cameras: Camera[]): Name[] {
  const sums = new Map<string, [lon: number, lat: number, n: number]>();
  for (const camera of cameras) {
    if (!camera.position) continue;
    for (const { code } of regions) {
      if (!code || !camera.region.startsWith(code)) continue;
      const [lon, lat, n] = sums.get(code) ?? [0, 0, 0];
      sums.set(code, [lon + camera.position[0], lat + camera.position[1], n + 1]);
    }
  }
  return regions.flatMap(({ code, name, position }) => {
    const sum = sums.get(code);
    const at: Place | undefined = position ?? (sum && [sum[0] / sum[2], sum[1] / sum[2]]);
    return at && name ? [{ code, name, at }] : [];
  });
}

// Which size of region is named at a zoom, by the length of its code: province, city, county, township, village.
export const namedAt = (zoom: number): number => (zoom < 7 ? 2 : zoom < 9 ? 4 : zoom < 11 ? 6 : zoom < 15 ? 9 : 12);

// A grid of degrees whose lines are about so far apart as the eye likes.
const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
export function gridLines(from: number, to: number, most: number): number[] {
  const step = [...STEPS].reverse().find((size) => (to - from) / size <= most) ?? 10;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, n) => Number(((first + n) * step).toFixed(3)));
}
