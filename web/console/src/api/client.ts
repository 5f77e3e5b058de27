// client.ts - the API in types: the one place that knows its paths
//
// Requests go over the link; only the session's go by HTTP, because its cookie comes that way.

import { ApiError, Link, type LinkHandlers, type Problem } from './link';
import type * as T from './types';

const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
export const socketTo = (path: string, protocol: string): WebSocket =>
  new WebSocket(`${scheme}://${location.host}${path}`, protocol);

let link: Link | null = null;

export function connect(handlers: LinkHandlers): void {
  link?.close();
  link = new Link(socketTo, handlers);
  link.open();
}

export function disconnect(): void {
  link?.close();
  link = null;
}

export function ask<R>(method: string, path: string, body?: unknown): Promise<R> {
  if (!link) return Promise.reject(new ApiError(0, { code: 'lost', message: 'lost' }));
  return link.request<R>(method, `/api/v1/${path}`, body);
}

const word = encodeURIComponent;
const wall = (id: string) => `walls/${word(id)}`;

export const previewPath = (wallId: string, screen: string) => `/api/v1/${wall(wallId)}/screens/${word(screen)}/preview`;
const tilePath = (wallId: string, screen: string, tile: number) => `${wall(wallId)}/screens/${word(screen)}/snapshot.png?tile=${tile}`;

export const orderFormPath = (no: string) => `/api/v1/orders/${word(no)}/form`;

export const api = {
  status: () => ask<T.Status>('GET', 'status'),
  wall: (id: string) => ask<T.Wall>('GET', wall(id)),
  command: (id: string, command: T.Command & { revision?: number }) =>
    ask<{ revision: number; tile?: number }>('POST', `${wall(id)}/commands`, command),
  why: (id: string, tile: number) => ask<T.Why>('GET', `${wall(id)}/why/${tile}`),
  beginVisitor: () => ask('POST', 'visitor', {}),
  leaveVisitor: (pin: string) => ask('POST', 'visitor/leave', { pin }),
  layouts: () => ask<{ layouts: T.Layout[] }>('GET', 'layouts').then((answer) => answer.layouts),
  presets: (id: string) => ask<{ presets: T.Preset[] }>('GET', `${wall(id)}/presets`).then((answer) => answer.presets),
  savePreset: (id: string, name: string) => ask('PUT', `${wall(id)}/presets/${word(name)}`, {}),
  deletePreset: (id: string, name: string) => ask('DELETE', `${wall(id)}/presets/${word(name)}`),
  tours: () => ask<{ tours: T.Tour[] }>('GET', 'tours').then((answer) => answer.tours),
  cameras: (offset: number, limit: number) =>
    ask<{ total: number; cameras: T.Camera[] }>('GET', `cameras?offset=${offset}&limit=${limit}`),
  camera: (id: string) => ask<T.Camera>('GET', `cameras/${word(id)}`),
  retryCamera: (id: string) => ask('POST', `cameras/${word(id)}/retry`, {}),
  alarms: () => ask<{ alarms: T.Alarm[]; flood: boolean }>('GET', 'alarms'),
  answerAlarm: (id: string, body: { do: 'acknowledge' } | { do: 'snooze'; minutes: number } | { do: 'forward'; to: string } | { do: 'comment'; text: string }) =>
    ask('POST', `alarms/${word(id)}`, body),
  sources: () => ask<T.Source[]>('GET', 'sources'),

  words: () => ask<T.Words>('GET', 'words'),
  cases: (query: string) => ask<T.CasePage>('GET', `cases?${query}`),
  case: (code: string) => ask<T.Case>('GET', `cases/${word(code)}`),
  orders: (code: string) => ask<{ orders: T.Order[] }>('GET', `orders?case=${word(code)}`).then((answer) => answer.orders),
  issueOrder: (order: { case: string; kind: string; to: string; ack_due_ms?: number; due_ms?: number }) => ask<T.Order>('POST', 'orders', order),
  changeOrder: (no: string, body: { do: 'accept' } | { do: 'done'; outcome?: string; score?: number }) =>
    ask<T.Order>('POST', `orders/${word(no)}`, body),
  whistles: () => ask<{ whistles: T.Whistle[] }>('GET', 'whistles').then((answer) => answer.whistles),
  raiseWhistle: (code: string, body: { orgs: string[]; ack_minutes?: number; arrive_minutes?: number }) =>
    ask('POST', `cases/${word(code)}/whistle`, body),
  answerWhistle: (code: string, org: string, what: 'acknowledge' | 'arrive') =>
    ask('POST', `cases/${word(code)}/whistle/${word(org)}`, { do: what }),
  endWhistle: (code: string) => ask('DELETE', `cases/${word(code)}/whistle`),
  links: () => ask<{ links: T.PeerLink[] }>('GET', 'links').then((answer) => answer.links),
};

// A Blob is sent as it is, with its own type; all else as JSON.
async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  let answer: Response;
  const sent = body instanceof Blob ? body : JSON.stringify(body ?? {});
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method,
      cache: 'no-store',
      headers: method === 'GET' ? {} : { 'Content-Type': body instanceof Blob ? body.type : 'application/json' },
      ...(method === 'GET' ? {} : { body: sent }),
    });
  } catch {
    throw new ApiError(0, { code: 'lost', message: 'lost' });
  }
  if (answer.ok) return answer;
  const json = (await answer.json().catch(() => ({}))) as { error?: Problem };
  throw new ApiError(answer.status, json.error ?? { code: 'internal', message: `status ${answer.status}` }, json);
}

export const http = async <R>(method: string, path: string, body?: unknown): Promise<R> =>
  (await answered(method, path, body)).json().catch(() => ({})) as Promise<R>;

// A file, whole: one request, and one row of the register.
export const httpBlob = async (path: string): Promise<Blob> => (await answered('GET', path)).blob();

// What is seen of a tile now, as the daemon gives it out: marked, and in the register.
export const tilePicture = (wallId: string, screen: string, tile: number): Promise<Blob> => httpBlob(tilePath(wallId, screen, tile));

export const session = {
  get: () => http<T.Session>('GET', 'session'),
  signIn: (account: string, password: string, code?: string) =>
    http<T.Session>('POST', 'session', { account, password, ...(code ? { code } : {}) }),
  signOut: () => http('DELETE', 'session'),
  setReason: (reason: string) => http<T.Session>('PUT', 'session', { reason }),
  changePassword: (old: string, fresh: string) => http('POST', 'session/password', { old, new: fresh }),
  active: () => http('POST', 'session/active', {}),
};

export { ApiError };
