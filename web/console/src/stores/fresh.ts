// fresh.ts - what a part of a page reads: when it opens, after a break of the link, and when an event says that it changed;
// and many such calls gathered to one

import { onScopeDispose } from 'vue';
import { useSite } from './site';

export function useFresh(read: () => unknown, ...events: string[]): void {
  const site = useSite();
  const ends = [site.onFresh(() => void read()), site.on((name) => void (events.includes(name) && read()))];
  onScopeDispose(() => ends.forEach((end) => end()));
}

// Calls that come within so many milliseconds are one, at the end of them.
export function gathered(read: () => unknown, ms: number): () => void {
  let timer = 0;
  return () => {
    timer ||= window.setTimeout(() => {
      timer = 0;
      void read();
    }, ms);
  };
}
