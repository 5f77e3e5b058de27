// fresh.ts - what a part of a page reads: when it opens, after a break of the link, and when an event says that it changed

import { onScopeDispose } from 'vue';
import { useSite } from './site';

export function useFresh(read: () => unknown, ...events: string[]): void {
  const site = useSite();
  const ends = [site.onFresh(() => void read()), site.on((name) => void (events.includes(name) && read()))];
  onScopeDispose(() => ends.forEach((end) => end()));
}
