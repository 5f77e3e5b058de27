// stage.ts - texts of what hands do on the stage: the menu of a tile, zoom, free windows, several screens

import type { stage as zh } from '../zh/stage';

export const stage: Record<keyof typeof zh, string> = {
  'tile.more': 'More',
  'tile.snapshot': 'Snapshot',
  'tile.replace': 'Other camera',
  'tile.fill': 'Put a camera',
  'tile.masks': 'Camera and its privacy masks',
  'tile.unseen': 'Tile {n} is not seen now: there is no picture to take',
  'did.snapshot': 'Saved as “{name}”; the register has a row of it',
  'keys.snapshot': 'Save the selected tile as a picture (marked, and in the register)',
  'tile.zoom': 'Digital zoom',
  'tile.zoomed': 'zoomed {n}',
  'keys.zoomin': 'Zoom into the picture of the selected tile (or by wheel, or two fingers)',
  'keys.zoomout': 'Zoom out again',
  'keys.zoomnone': 'The whole picture again',
  'keys.shift': 'Move the window; look around in a picture that is zoomed',
  'key.shiftarrows': 'Shift arrows',
  'window.open': 'Window',
  'window.close': 'Close',
  'window.raise': 'To the top',
  'window.size': '{width}×{height}',
  'did.close': 'Window {tile} is closed',
  'keys.window': 'Open a free window with the camera of the selected tile',
  'keys.size': 'Size the selected window',
  'key.ctrlarrows': 'Ctrl arrows',
  'op.window-open': 'opened window {tile}',
  'op.window-move': 'moved window {tile}',
  'op.window-raise': 'raised window {tile}',
  'op.window-close': 'closed window {tile}',
};
