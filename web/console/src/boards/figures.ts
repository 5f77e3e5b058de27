// figures.ts - figures as people read them: shares, changes, lengths of bars. Pure.

import type { Figure } from '../api/boards';

export interface Bar {
  name: string;
  text: string;
  share: number; // of the longest, 0 to 1
  isDone: boolean;
  change?: Change;
}

export interface Change {
  mark: '▲' | '▼' | '＝';
  text: string;
}

// Hundredths of a percent, half up, as the wall has them: 708 of 712 is 99.44 %.
const points = (part: number, whole: number): number => Math.floor((part * 20000 + whole) / (whole * 2));

export const percent = (part: number, whole: number): string => (whole > 0 ? `${(points(part, whole) / 100).toFixed(2)}%` : '–');

// Against the same at another time; of shares in points.
export function change(item: Figure): Change | undefined {
  if (item.before === undefined) return undefined;
  if (item.whole !== undefined) {
    if (!item.whole || !item.before_whole) return undefined;
    const more = points(item.value, item.whole) - points(item.before, item.before_whole);
    return { mark: more > 0 ? '▲' : more < 0 ? '▼' : '＝', text: more ? `${(Math.abs(more) / 100).toFixed(2)}%` : '' };
  }
  const more = item.value - item.before;
  return { mark: more > 0 ? '▲' : more < 0 ? '▼' : '＝', text: more ? String(Math.abs(more)) : '' };
}

// Bars beside each other. The last nDone are of cases that are done: many, and no measure for the others.
export function bars(items: Figure[], nDone = 0): Bar[] {
  const open = items.slice(0, items.length - nDone);
  const most = (list: Figure[]) => Math.max(1, ...list.map((item) => (item.whole === undefined ? item.value : 0)));
  return items.map((item, n) => {
    const isDone = n >= open.length;
    const told = change(item);
    return {
      name: item.name,
      text: item.whole === undefined ? String(item.value) : `${item.value}/${item.whole}`,
      share: item.whole === undefined ? item.value / most(isDone ? items.slice(open.length) : open) : item.whole > 0 ? Math.min(1, item.value / item.whole) : 0,
      isDone,
      ...(told ? { change: told } : {}),
    };
  });
}

// "funnel" of a region and a period, as a tile names it.
export const nameOf = (board: { name: string; regions: boolean; periods: boolean }, period: string, region: string): string =>
  `${board.name}${board.periods && period ? `-${period}` : ''}${board.regions && region ? `:${region}` : ''}`;

// The most first, for boards of places: what lies where is the map's matter.
export const mostFirst = (items: Figure[]): Figure[] => [...items].sort((a, b) => b.value - a.value);
