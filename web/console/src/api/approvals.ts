// approvals.ts - what leaves the house takes two people: asked by one, granted by another

import { ask } from './client';

export interface Approval {
  id: number;
  state: 'waiting' | 'granted';
  what: string; // path below /api/v1/ and query
  reason: string;
  asked_by: { account: string; name: string; unit: string };
  granted_by?: { account: string; name: string; unit: string };
  asked_ms: number;
  ends_ms: number;
  is_mine: boolean;
  may_answer: boolean;
}

export const approvals = {
  list: () => ask<{ approvals: Approval[] }>('GET', 'approvals').then((answer) => answer.approvals),
  ask: (path: string, query: Record<string, number>, reason: string) =>
    ask<Approval>('POST', 'approvals', { path, ...(Object.keys(query).length ? { query } : {}), reason }),
  answer: (id: number, what: 'grant' | 'refuse') => ask('POST', `approvals/${id}`, { do: what }),
  withdraw: (id: number) => ask('DELETE', `approvals/${id}`, {}),
};
