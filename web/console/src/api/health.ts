// health.ts - the API of how everything fares: streams, regions, pictures, machine, links to other platforms

import type { Stream } from './cameras';
import { ask } from './client';
import type { Quality } from './types';

export interface Feed {
  camera: string;
  number: number;
  name: string;
  region_name: string;
  stream: 'main' | 'sub';
  tiles: { wall: string; tile: number }[];
  info: Stream;
  quality?: Quality;
}

export interface OnlineRegion {
  region: string;
  name: string;
  cameras: number;
  online: number;
  offline: number;
  day?: number;
  faults: Record<string, number>;
}

export interface Machine {
  looked: number;
  disk_free?: number;
  disk?: number;
  database: number;
  clock_is_set?: boolean;
  clock_offset_s?: number;
}

export interface Health {
  regions: OnlineRegion[];
  cameras: { id: string; name: string; quality: Quality }[];
  machine?: Machine;
}

export const healthApi = {
  feeds: () => ask<{ feeds: Feed[] }>('GET', 'feeds').then((answer) => answer.feeds),
  health: () => ask<Health>('GET', 'health'),
};

export const onlineTablePath = '/api/v1/health/online.csv';
