// onvif.ts - the API of the search for cameras

import { ask, http } from './client';

export interface Trouble {
  code: string;
  text: string;
  text_zh: string;
}

export interface FoundStream {
  address: string;
  codec?: string;
  width?: number;
  height?: number;
}

export interface FoundChannel {
  channel: number;
  name?: string;
  ptz: boolean;
  main?: FoundStream;
  sub?: FoundStream;
  fps?: number;
  trouble?: Trouble;
  camera?: string; // of the configuration, already
  id?: string; // proposed
}

export interface FoundDevice {
  id: string;
  address: string;
  service?: string;
  name?: string;
  location?: string;
  credential?: string;
  state: 'asking' | 'ready' | 'trouble';
  trouble?: Trouble;
  maker?: string;
  model?: string;
  clock_off_s?: number;
  channels?: FoundChannel[];
}

export interface Search {
  state: 'none' | 'looking' | 'asking' | 'done' | 'stopped';
  took_ms?: number;
  asked: number;
  to_ask: number;
  devices: FoundDevice[];
  credentials: string[];
  tables: string[];
  networks: string;
  networks_zh: string;
}

export interface ChosenCamera {
  device: string;
  channel: number;
  id: string;
  name: string;
  region: string;
  place_kind: string;
  groups: string;
  credential: string;
}

export interface FoundAccount {
  user: string;
  password: string;
}

/** A table to look at, and what is to be done when it is taken over. */
export interface MadeTable {
  table: string;
  file: string;
  names: Map<number, string>; // of its new rows
  accounts: Map<string, FoundAccount>; // that were typed, by the id of the camera
}

export const onvifApi = {
  told: () => ask<Search>('GET', 'onvif'),
  search: (addresses: string[]) => ask<Search>('POST', 'onvif/search', { addresses }),
  stop: () => ask<Search>('DELETE', 'onvif/search'),
  login: (devices: string[], login: { credential: string } | { user: string; password: string }) => http<Search>('POST', 'onvif/login', { devices, ...login }),
  table: (cameras: ChosenCamera[], file: string) => ask<{ file: string; table: string; first_row: number }>('POST', 'onvif/table', { cameras, file }),
};
