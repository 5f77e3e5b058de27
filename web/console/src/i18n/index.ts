// index.ts - texts in the language that is set; times and amounts as people say them

import { computed, ref } from 'vue';
import { en } from './en';
import { zh, type Key } from './zh';

export type { Key };
export type Language = 'zh' | 'en';
export const language = ref<Language>('zh');

const tables: Record<Language, Record<Key, string>> = { zh, en };
const table = computed(() => tables[language.value]);

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return table.value[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

// A word that the daemon made up a key from; `fallback` where a newer daemon knows more words.
export function tWord(prefix: string, name: string, values: Record<string, string | number> = {}, fallback = name): string {
  const key = `${prefix}.${name}`;
  return key in zh ? t(key as Key, values) : fallback;
}

const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'));

export const clock = (ms: number): string =>
  new Date(ms).toLocaleTimeString(locale.value, { hour12: false, timeZone: 'Asia/Shanghai' });

export const dateAndTime = (ms: number): string =>
  new Date(ms).toLocaleString(locale.value === 'zh-CN' ? 'sv-SE' : 'en-GB', { hour12: false, timeZone: 'Asia/Shanghai' });

export function ago(ms: number, now: number): string {
  const s = Math.max(0, Math.round((now - ms) / 1000));
  if (s < 5) return t('time.now');
  if (s < 60) return t('time.seconds', { n: s });
  if (s < 3600) return t('time.minutes', { n: Math.floor(s / 60) });
  if (s < 86400) return t('time.hours', { n: Math.floor(s / 3600) });
  return t('time.days', { n: Math.floor(s / 86400) });
}

// What is left of a deadline, or by how much it is over.
export function left(dueMs: number, now: number): string {
  const minutes = Math.floor(Math.abs(dueMs - now) / 60000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const span = d > 0 ? t('time.dh', { d, h }) : h > 0 ? t('time.hm', { h, m }) : t('time.m', { m });
  return t(dueMs >= now ? 'time.left' : 'time.over', { t: span });
}
