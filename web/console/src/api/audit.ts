// audit.ts - the register: who looked at what, when and why

import { ask, http } from './client';
import { queryOf } from './query';

export interface AuditRow {
  seq: number;
  at_ms: number;
  kind: string;
  account?: string;
  name?: string;
  unit?: string;
  address?: string;
  via?: 'web' | 'token' | 'local' | 'system';
  wall?: string;
  tile?: number;
  camera?: string;
  object?: string;
  reason?: string;
  content?: string;
  seconds?: number;
  outcome: 'ok' | 'refused';
}

export interface AuditPage {
  total: number;
  found: number;
  is_exact: boolean;
  rows: AuditRow[];
  next?: string;
}

export interface Verdict {
  is_whole: boolean;
  fault: string;
  message: string;
  message_zh: string;
  seq: number;
  rows: number;
  first_seq: number;
  last_seq: number;
  checkpoints: number;
  other_keys: number;
  key: string;
}

export interface AuditFilter {
  from?: number;
  to?: number;
  kind?: string;
  account?: string;
  camera?: string;
  text?: string;
  refused?: number;
  limit?: number;
  after?: string;
}

export const audit = {
  list: (filter: AuditFilter) => ask<AuditPage>('GET', `audit${queryOf(filter)}`),
  verify: () => http<Verdict>('GET', 'audit/verify'), // takes its time: no answer is no break of the link
  key: () => ask<{ key: string; kind: string }>('GET', 'audit/key'),
};
