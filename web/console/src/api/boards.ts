// boards.ts - figures of boards, and briefings: what the API says of them

import { ask } from './client';

export interface BoardName {
  name: string;
  title: string;
  kind: string;
  regions: boolean;
  periods: boolean;
}

export interface Figure {
  name: string;
  value: number;
  whole?: number;
  unit?: string;
  before?: number;
  before_whole?: number;
}

export interface Board {
  name: string;
  title: string;
  kind: string;
  as_of_ms: number;
  items: Figure[];
  n_done?: number;
  comparisons?: Figure[];
  history?: number[];
  compared?: string;
  whole_name?: string;
  today?: number;
  usual?: number;
  sky?: string;
  deadlines?: { code: string; subject: string; left_ms: number; used: number }[];
  n_all?: number;
  sources?: { name: string; state: 'waiting' | 'heard' | 'silent'; last_ms?: number }[];
}

export interface BriefingRow {
  id: string;
  config: string;
  name: string;
  kind: 'day' | 'week' | 'month';
  period: string;
  made_ms: number;
  scheduled: boolean;
}

export interface Briefing extends BriefingRow {
  compared?: string;
  figures: Figure[];
  stages: Figure[];
  five: Figure[];
  places: Figure[];
}

const word = encodeURIComponent;

export const boards = {
  list: () => ask<{ boards: BoardName[] }>('GET', 'boards').then((answer) => answer.boards),
  get: (name: string) => ask<Board>('GET', `boards/${word(name)}`),
  regions: () => ask<{ regions: { code: string; name: string }[] }>('GET', 'words').then((answer) => answer.regions),
  briefings: () => ask<{ briefings: BriefingRow[]; next: { config: string; name: string; at_ms?: number }[] }>('GET', 'briefings'),
  briefing: (id: string) => ask<Briefing>('GET', `briefings/${word(id)}`),
  make: (config: string, day: string, shown: boolean) => ask<Briefing>('POST', 'briefings', { config, ...(day ? { day } : {}), shown }),
};

export const briefingFile = (id: string, kind: 'csv' | 'html') => `/api/v1/briefings/${word(id)}.${kind}`;
