// told.ts - how a saved clip or picture looks and reads: its state, its span, what does not fit its manifest. Pure.

import type { Evidence } from '../api/evidence';
import { clock, dateAndTime, language, t, tWord, type Key } from '../i18n';
import type { Told } from '../wall/words';

const looks: Record<Evidence['state'], Pick<Told, 'mark' | 'look'>> = {
  recording: { mark: '◉', look: 'wait' },
  saving: { mark: '◔', look: 'wait' },
  kept: { mark: '●', look: 'good' },
  failed: { mark: '✕', look: 'bad' },
  deleting: { mark: '◔', look: 'warn' },
  deleted: { mark: '○', look: 'none' },
};

export function toldEvidence(item: Evidence): Told {
  if (item.is_held && item.state === 'kept') return { mark: '■', look: 'warn', text: t('evidence.held') };
  return { ...looks[item.state], text: t(`evidence.state.${item.state}`) };
}

// Seconds until what comes after the request is recorded.
export const secondsLeft = (item: Evidence, now: number): number =>
  item.state === 'recording' ? Math.max(0, Math.ceil((item.asked_ms + item.after_s * 1000 - now) / 1000)) : 0;

export const faultOf = (item: { fault?: string; fault_zh?: string }): string => (language.value === 'zh' ? item.fault_zh : item.fault) || item.fault || '';

export const whoOf = (item: Evidence): string => item.owner_name || (item.owner === 'local' ? t('evidence.local') : item.owner);

// "clip · for the public"
export const kindOf = (item: Pick<Evidence, 'kind' | 'source'>): string => t(`evidence.kind.${item.kind}`) + (item.source ? ` · ${t('evidence.public')}` : '');

// From the first to the last picture; of a picture its moment. Before they are known, when it was asked for.
export function spanOf(item: Evidence): string {
  const from = item.from_ms ?? item.asked_ms;
  return item.to_ms && item.to_ms - from >= 1000 ? `${dateAndTime(from)} – ${clock(item.to_ms)}` : dateAndTime(from);
}

export const sizeOf = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

// "view.mp4: altered", as the daemon tells it
export function toldDifference(text: string): string {
  const [name = '', what = ''] = text.split(': ');
  const key = what.replaceAll(' ', '');
  return `${name}: ${tWord('evidence.differs', key, {}, what)}`;
}

export interface Chosen {
  state: '' | Evidence['state'] | 'held';
  text: string;
  case: string;
  isMine: boolean;
}

export const nothingChosen = (): Chosen => ({ state: '', text: '', case: '', isMine: false });

export function fits(item: Evidence, chosen: Chosen, account: string | undefined): boolean {
  const words = chosen.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const text = [item.id, item.camera, item.camera_name, item.reason, item.owner, item.owner_name, item.unit].join(' ').toLowerCase();
  const isWanted = !chosen.state || (chosen.state === 'held' ? item.is_held : item.state === chosen.state);
  return isWanted && (!chosen.case || item.case === chosen.case.trim()) && (!chosen.isMine || item.owner === account) && words.every((word) => text.includes(word));
}

export const STATES: { value: Chosen['state']; key: Key }[] = [
  { value: '', key: 'evidence.every' },
  { value: 'recording', key: 'evidence.state.recording' },
  { value: 'kept', key: 'evidence.state.kept' },
  { value: 'held', key: 'evidence.held' },
  { value: 'failed', key: 'evidence.state.failed' },
  { value: 'deleting', key: 'evidence.state.deleting' },
  { value: 'deleted', key: 'evidence.state.deleted' },
];
