// filter.ts - what is asked of the register, from what a person has chosen. Pure.

import type { AuditFilter } from '../api/audit';

export const KINDS = [
  'view', 'view_end', 'snapshot', 'export', 'ptz', 'unmask', 'evidence', 'approval', 'command', 'settings', 'visitor', 'alarm', 'case', 'sign_in',
  'sign_out', 'sign_in_refused', 'account', 'token', 'retention', 'system',
];

export type Span = 'today' | 'week' | 'month' | 'all' | 'own';

export interface Chosen {
  span: Span;
  from: string; // days of an own span, like 2026-11-22, both included
  to: string;
  kind: string;
  account: string;
  camera: string;
  text: string;
  isRefused: boolean;
}

export const nothingChosen = (): Chosen => ({ span: 'week', from: '', to: '', kind: '', account: '', camera: '', text: '', isRefused: false });

const DAY_MS = 86400000;
const EAST_MS = 8 * 3600000; // China time, whatever the computer's zone

const midnight = (ms: number): number => Math.floor((ms + EAST_MS) / DAY_MS) * DAY_MS - EAST_MS;
const dayMs = (day: string): number | undefined => {
  const ms = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
};

export function range(chosen: Chosen, now: number): { from?: number; to?: number } {
  switch (chosen.span) {
    case 'today':
      return { from: midnight(now) };
    case 'week':
      return { from: midnight(now) - 6 * DAY_MS };
    case 'month':
      return { from: midnight(now) - 29 * DAY_MS };
    case 'all':
      return {};
    case 'own': {
      const from = dayMs(chosen.from);
      const to = dayMs(chosen.to);
      return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: to + DAY_MS }) };
    }
  }
}

export function asked(chosen: Chosen, now: number, limit: number, after?: string): AuditFilter {
  const words = { kind: chosen.kind, account: chosen.account.trim(), camera: chosen.camera.trim(), text: chosen.text.trim() };
  return {
    ...range(chosen, now),
    ...Object.fromEntries(Object.entries(words).filter(([, word]) => word)),
    ...(chosen.isRefused ? { refused: 1 } : {}),
    limit,
    ...(after ? { after } : {}),
  };
}

// "9f2c11ab ..." instead of 64 digits in a row: it is compared with a paper.
export const grouped = (hex: string): string => hex.replace(/(.{8})(?=.)/g, '$1 ');
