// rules.ts - linkage rules and plans, and what an event would do

import { ask } from './client';
import type { Severity } from './types';

export interface RuleWhen {
  types?: string[];
  category?: string[];
  level?: string[];
  risk?: string[];
  region?: string[];
  sources?: string[];
  min_severity?: number;
  hours?: string;
  days?: number[];
}

// As it was written: docs/config-reference.md, linkage[].
export interface RuleText {
  when?: RuleWhen;
  severity?: Severity;
  banner?: boolean;
  cameras?: string[];
  of_place?: boolean;
  nearest?: number;
  radius_m?: number;
  opens_case?: boolean;
  preset?: string;
  stops_tours?: boolean;
  ptz_preset?: string;
  orders?: { kind: string; to: string }[];
  procedure?: string;
}

export interface Rule {
  id: string;
  name: string;
  origin: 'file' | 'saved';
  replaces: boolean;
  in_force: boolean;
  fault?: string;
  by_hand: boolean;
  changed_ms?: number;
  changed_by?: string;
  rule: RuleText;
}

type Spots = Record<string, { tile: number; camera?: string; alarm?: string }[]>;

export interface Fire {
  rule: string;
  name: string;
  outcome: 'new' | 'joined' | 'silent' | 'refused';
  alarm?: string;
  severity?: Severity;
  cameras: string[];
  opens?: string;
  ptz_preset?: string;
  orders?: { kind: string; to: string }[];
  procedure?: string;
}

export interface Tried {
  fires: Fire[];
  spots: Spots;
}

export interface Ran {
  cameras: { id: string; state: 'live' | 'connecting' | 'offline' | 'cold' }[];
  opens?: string;
  ptz_preset?: string;
  orders: { kind: string; to: string }[];
  procedure?: string;
  problems: string[];
  spots: Spots;
}

const word = encodeURIComponent;

export const rules = {
  list: () => ask<{ rules: Rule[] }>('GET', 'linkage/rules').then((answer) => answer.rules),
  remove: (id: string) => ask('DELETE', `linkage/rules/${word(id)}`, {}),
  test: (event: unknown, source?: string) => ask<Tried>('POST', 'linkage/test', { event, ...(source ? { source } : {}) }),
  dryRun: (id: string, caseCode?: string) =>
    ask<Ran>('POST', `linkage/rules/${word(id)}/run?dry_run=1`, caseCode ? { case: caseCode } : {}),
};
