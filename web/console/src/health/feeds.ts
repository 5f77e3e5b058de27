// feeds.ts - streams as lines of a list, those in trouble first. Pure.

import type { Feed } from '../api/health';
import { toldCamera, type Told } from '../wall/words';

export type Wanted = 'any' | 'trouble';

export interface FeedLine {
  key: string;
  level: number;
  feed: Feed;
  told: Told;
}

// A stream that is tried again after a fault is offline until it comes, as the wall says.
const stateOf = (feed: Feed) => (feed.info.fault && feed.info.state !== 'live' && feed.info.state !== 'refused' ? 'retrying' : feed.info.state);
const WEIGHT: Record<string, number> = { refused: 0, retrying: 1, stalled: 2, connecting: 4, wait_keyframe: 4, live: 5, idle: 6 };
const weight = (feed: Feed) => (feed.info.state === 'live' && feed.quality?.faults.length ? 3 : (WEIGHT[stateOf(feed)] ?? 6));

export const isTrouble = (feed: Feed): boolean => weight(feed) <= 3;

export function feedLines(feeds: Feed[], wanted: Wanted, text: string): FeedLine[] {
  const word = text.trim().toLowerCase();
  return feeds
    .filter((feed) => wanted === 'any' || isTrouble(feed))
    .filter((feed) => !word || `${feed.name}\n${feed.region_name}\n${feed.camera}\n${feed.number}`.toLowerCase().includes(word))
    .sort((a, b) => weight(a) - weight(b) || a.number - b.number || a.stream.localeCompare(b.stream))
    .map((feed) => ({ key: `${feed.camera}/${feed.stream}`, level: 1, feed, told: toldCamera(stateOf(feed)) }));
}

export const span = (ms: number): string => (ms < 10000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);
