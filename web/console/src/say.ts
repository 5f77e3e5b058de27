// say.ts - short messages at the foot of the picture: what was done, or what was not and why

import { ApiError } from './api/client';
import { language, t, type Key } from './i18n';
import { zh } from './i18n/zh';
import { ElMessage } from './ui';

const GOOD_MS = 3500;
const BAD_MS = 10000;
const MOST = 3; // at once; the oldest makes room, so that no refusal is lost

export function reason(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  const { code, message, message_zh } = error.problem;
  const key = `error.${code}`;
  if (error.status === 0 || (error.status === 403 && !message_zh)) return key in zh ? t(key as Key) : message;
  return language.value === 'zh' ? (message_zh ?? message) : message;
}

const shown: { close(): void }[] = [];

function say(options: { message: string; type: 'success' | 'error'; duration: number; showClose?: boolean }): void {
  while (shown.length >= MOST) shown.shift()?.close();
  const handle = ElMessage({ ...options, grouping: true, placement: 'bottom', offset: 96, onClose: () => forget() });
  const forget = () => {
    const at = shown.indexOf(handle);
    if (at >= 0) shown.splice(at, 1);
  };
  if (!shown.includes(handle)) shown.push(handle);
}

export const sayGood = (text: string): void => say({ message: text, type: 'success', duration: GOOD_MS });

// What somebody else did to one's work: stays until it is read.
export function sayNotice(text: string): void {
  ElMessage({ message: text, type: 'warning', duration: 0, showClose: true, grouping: true, placement: 'bottom', offset: 96 });
}

export function sayBad(error: unknown): void {
  const text = typeof error === 'string' ? error : reason(error);
  say({ message: text, type: 'error', duration: BAD_MS, showClose: true });
}
