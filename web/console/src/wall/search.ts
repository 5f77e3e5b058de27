// search.ts - cameras by what people type: parts of names, initials of pinyin, numbers, regions. Pure.

import type { Camera } from '../api/types';

// The first character of each initial in the order of pinyin; i, u and v begin no syllable.
const FIRSTS = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const order = new Intl.Collator('zh-Hans-CN-u-co-pinyin');
const isHan = (char: string) => /\p{Script=Han}/u.test(char);
const known = new Map<string, string>();

function initial(char: string): string {
  if (!isHan(char)) return /[a-z0-9]/i.test(char) ? char.toLowerCase() : '';
  let letter = known.get(char);
  if (letter === undefined) {
    let at = FIRSTS.length - 1;
    while (at > 0 && order.compare(FIRSTS[at] as string, char) > 0) at -= 1;
    letter = LETTERS[at] as string;
    known.set(char, letter);
  }
  return letter;
}

export const initials = (text: string): string => [...text].map(initial).join('');

export interface Found {
  camera: Camera;
  text: string; // what is searched
}

export function searchable(camera: Camera): string {
  const { name, region_name, id, number, region, place_kind = '', gbid = '' } = camera;
  const parts = [name, initials(name), region_name, initials(region_name), id, `#${number}`, String(number), region, place_kind, gbid];
  return parts.join('\n').toLowerCase();
}

// All words must be found. A bare number that is a camera's own puts that camera first.
export function search(all: Found[], text: string): Camera[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((item) => words.every((word) => item.text.includes(word))).map((item) => item.camera);
  const number = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  const exact = found.findIndex((camera) => camera.number === number);
  if (number && exact > 0) found.unshift(...found.splice(exact, 1));
  return found;
}

export interface Row {
  key: string;
  region?: { code: string; name: string; count: number; live: number; isOpen: boolean };
  camera?: Camera;
}

// Cameras under their regions as the lines of a list; what a closed region holds is left out.
export function rows(cameras: Camera[], closed: Set<string>, noRegion: string): Row[] {
  const regions = new Map<string, Camera[]>();
  for (const camera of cameras) {
    const list = regions.get(camera.region);
    if (list) list.push(camera);
    else regions.set(camera.region, [camera]);
  }
  const lines: Row[] = [];
  for (const [code, list] of [...regions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isOpen = !closed.has(code);
    const live = list.filter((camera) => camera.state === 'live').length;
    lines.push({ key: `r:${code}`, region: { code, name: list[0]?.region_name || noRegion, count: list.length, live, isOpen } });
    if (isOpen) for (const camera of list) lines.push({ key: camera.id, camera });
  }
  return lines;
}
