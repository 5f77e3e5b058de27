// cameras.ts - the API of cameras beyond the wall: regions, one camera whole, a new table of them

import { ApiError, ask, http, httpBlob } from './client';
import type { Camera, FeedState, Quality } from './types';

export interface Region {
  code: string;
  name: string;
  parent?: string;
  pinyin: string[];
  position?: [lon: number, lat: number];
  cameras: number;
  live: number;
}

export interface Stream {
  state: FeedState;
  fault?: string;
  detail?: string;
  since: number;
  next_try_ms?: number;
  tries: number;
  sessions: number;
  codec?: string;
  width?: number;
  height?: number;
  fps: number;
  kbps: number;
  gop_frames?: number;
  last_unit_ms?: number;
  last_picture_ms?: number;
  decode_ms: number;
  damaged: number;
  dropped: number;
  decoding?: string;
  audio?: string;
}

export interface WholeCamera extends Camera {
  main?: string;
  sub?: string;
  streams: { main?: Stream; sub?: Stream };
  quality?: Quality;
}

export interface Mask {
  mode: 'black' | 'mosaic';
  points: [number, number][]; // parts of the picture's width and height
}

export interface Masks {
  camera: string;
  revision: string;
  writable: boolean;
  masks: Mask[];
}

export interface CameraAccount {
  camera: string;
  source: 'own' | 'reference' | 'none' | 'broken';
  reference?: string;
  kept: 'sealed' | 'plain' | 'systemd' | 'none' | 'broken';
  writable: boolean;
}

interface Told {
  total: number;
  cameras: { id: string; number: number; name: string }[];
}

export interface ImportFault {
  row?: number;
  column?: string;
  column_zh?: string;
  place?: string;
  value?: string;
  text: string;
  text_zh: string;
  accepted?: string;
  accepted_zh?: string;
}

export interface Import {
  file: string;
  base: string;
  writable: boolean;
  applied: boolean;
  cameras: number;
  added: Told;
  changed: Told;
  removed: Told;
  faulty: number;
  faults: ImportFault[];
}

export const camerasApi = {
  // May be megabytes: not over the link that tells events.
  borders: () => http<{ borders: { name: string; lines: [number, number][][] }[] }>('GET', 'borders').then((answer) => answer.borders),
  regions: () => ask<{ regions: Region[] }>('GET', 'regions').then((answer) => answer.regions),
  camera: (id: string) => ask<WholeCamera>('GET', `cameras/${encodeURIComponent(id)}`),
  retry: (id: string) => ask('POST', `cameras/${encodeURIComponent(id)}/retry`, {}),
  masks: (id: string) => ask<Masks>('GET', `cameras/${encodeURIComponent(id)}/masks`),
  drawMasks: (id: string, revision: string, masks: Mask[]) => ask<Masks>('PUT', `cameras/${encodeURIComponent(id)}/masks`, { revision, masks }),
  account: (id: string) => ask<CameraAccount>('GET', `cameras/${encodeURIComponent(id)}/credential`),
  setAccount: (id: string, user: string, password: string) => http<CameraAccount>('PUT', `cameras/${encodeURIComponent(id)}/credential`, { user, password }),
  removeAccount: (id: string) => http<CameraAccount>('DELETE', `cameras/${encodeURIComponent(id)}/credential`),
  still: (id: string) => httpBlob(`cameras/${encodeURIComponent(id)}/still.jpg`),
  tryTable: (table: Blob, file = '') => http<Import>('POST', `cameras/import?file=${encodeURIComponent(file)}`, table),
  takeTable: (table: Blob, base: string, file = '') => http<Import>('POST', `cameras/import?apply=1&base=${base}&file=${encodeURIComponent(file)}`, table),
};

export { ApiError };
