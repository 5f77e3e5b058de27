// people.ts - accounts of staff, tokens of machines, one's own second factor: what the API says of them

import { ask, http } from './client';
import type { Session } from './types';

export type GrantLevel = 'view' | 'operate' | 'edit' | 'override';

export interface Grant {
  wall: string;
  level: GrantLevel;
  from?: string; // HH:MM
  to?: string;
  days?: number[]; // 1 is Monday
}

// What one writes of an account; the rest is the daemon's.
export interface AccountChange {
  name: string;
  unit: string;
  roles: string[];
  region?: string;
  walls?: Grant[];
  disabled?: boolean;
}

export interface Account extends AccountChange {
  id: string;
  state: 'active' | 'first_password' | 'no_password' | 'disabled';
  code: boolean; // has a second factor
  password_ms?: number;
  one_time_password?: string; // only in the answer that made it
}

export interface Token {
  id: string;
  rights: string[];
  region?: string;
  made_by: string;
  made_ms: number;
  ends_ms: number;
  token?: string; // only in the answer that made it
}

const word = encodeURIComponent;

export const people = {
  accounts: () => ask<{ accounts: Account[] }>('GET', 'accounts').then((answer) => answer.accounts),
  put: (id: string, change: AccountChange) => ask<Account>('PUT', `accounts/${word(id)}`, change),
  remove: (id: string) => ask('DELETE', `accounts/${word(id)}`, {}),
  newPassword: (id: string) => ask<Account>('POST', `accounts/${word(id)}/password`, {}),
  removeCode: (id: string) => ask('DELETE', `accounts/${word(id)}/code`, {}),
  tokens: () => ask<{ tokens: Token[] }>('GET', 'tokens').then((answer) => answer.tokens),
  putToken: (id: string, body: { rights: string[]; region?: string; days: number }) => ask<Token>('PUT', `tokens/${word(id)}`, body),
  removeToken: (id: string) => ask('DELETE', `tokens/${word(id)}`, {}),
  rights: () => ask<{ roles: Record<string, string[]> }>('GET', 'rights'),
};

// The answer to the second sets the cookie anew: both go by HTTP.
export const ownCode = {
  offer: () => http<{ address: string }>('POST', 'session/code', {}),
  accept: (code: string) => http<Session>('PUT', 'session/code', { code }),
};
