// search.ts - cameras by what people type: parts of names, pinyin or its initials, numbers, regions. Pure.

import type { Camera } from '../api/types';

// "yan he lu kou" as the two ways of typing it.
const typed = (readings: string[]): string[] =>
  readings.flatMap((reading) => [reading.replaceAll(' ', ''), reading.split(' ').map((part) => part[0]).join('')]);

export interface Found {
  camera: Camera;
  text: string; // what is searched
}

export function searchable(camera: Camera, regionPinyin: string[] = []): string {
  const { name, pinyin, region_name, id, number, region, place = '', place_kind = '', groups = [], gbid = '' } = camera;
  const parts = [name, ...typed(pinyin), region_name, ...typed(regionPinyin), id, `#${number}`, region, place, place_kind, ...groups, gbid];
  return parts.join('\n').toLowerCase();
}

// All words must be found. A bare number that is a camera's own puts that camera first.
export function search(all: Found[], text: string): Camera[] {
  const words = text.toLowerCase().replaceAll('ü', 'v').split(/\s+/).filter(Boolean);
  const found = all.filter((item) => words.every((word) => item.text.includes(word))).map((item) => item.camera);
  const number = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  const exact = found.findIndex((camera) => camera.number === number);
  if (number && exact > 0) found.unshift(...found.splice(exact, 1));
  return found;
}
