// polled.ts - what is asked again and again while a page is open; the last answer stays until the next one is there

import { onUnmounted, shallowRef, type ShallowRef } from 'vue';
import { useSite } from '../stores/site';

export function usePolled<T>(ask: () => Promise<T>, everyMs: number, first: T): ShallowRef<T> {
  const site = useSite();
  const value = shallowRef(first);
  let isAsking = false;
  async function read(): Promise<void> {
    if (isAsking || document.hidden || !site.isUp) return;
    isAsking = true;
    value.value = await ask().catch(() => value.value);
    isAsking = false;
  }
  void read();
  const timer = window.setInterval(() => void read(), everyMs);
  onUnmounted(() => clearInterval(timer));
  return value;
}
