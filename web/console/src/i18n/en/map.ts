import type { map as zh } from '../zh/map';

export const map: Record<keyof typeof zh, string> = {
  'map.button': 'Map',
  'map.title': 'Map of cameras and open cases',
  'map.in': 'Closer',
  'map.out': 'Farther',
  'map.many': '{n} cameras, {live} online, {bad} in trouble; closer they part',
  'map.case': 'Case {code} {what}, {level}',
  'map.cases': '{n} cases, at most {level}; closer they part',
  'map.told': '{n} of {all} are on the map',
  'map.toldcases': '{n} cases, {out} more without a position or sensitive',
  'map.here': 'What is here',
  'map.heren': '{n} are here',
  'map.close': 'Close',
  'map.dragtip': 'Drag a camera from the map onto a tile, or click it and put it on the wall.',
  'map.opencase': 'Open the case',
};
