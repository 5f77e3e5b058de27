// actions.ts - what hands do to the wall: the command, and a word when it is done

import { watch } from 'vue';
import { api, tilePicture } from '../api/client';
import type { Command, Rect } from '../api/types';
import { dateAndTime, t } from '../i18n';
import { sayBad, sayGood } from '../say';
import { fileName, saveBlob } from '../shell/save';
import { useCameras } from '../stores/cameras';
import { useSite } from '../stores/site';
import { useWall, type Outcome } from '../stores/wall';
import type { Seen } from './geometry';
import { settleAll } from './settle';

export function useActions() {
  const wall = useWall();
  const cameras = useCameras();
  const site = useSite();

  const nameOf = (id: string | undefined) => (id ? (cameras.byId.get(id)?.name ?? id) : '');

  async function run(command: Command | (() => Command), done?: string, based?: number): Promise<Outcome> {
    settleAll();
    const outcome = await wall.run(command, based);
    if (outcome && done) sayGood(outcome.isChanged ? done : t('did.nothing'));
    return outcome;
  }

  const show = (tile: number, camera: string, based?: number) =>
    run({ op: 'show', tile, camera }, t('did.show', { tile, name: nameOf(camera) }), based);

  // Into the tile that is selected, else into the first that is empty.
  function showAnywhere(camera: string): void {
    const tile = wall.selected ?? wall.atHand.filter((item) => !item.asked && !item.hidden).sort((a, b) => a.tile - b.tile)[0]?.tile;
    if (tile === undefined) sayBad(t('typing.notarget'));
    else void show(tile, camera);
  }

  // As it is on glass now; what is prepared is on none.
  async function snapshot(tile: number): Promise<void> {
    const glass = wall.tiles.find((item) => item.tile === tile)?.glass;
    if (!wall.wallId || !glass?.screen) {
      sayBad(t('tile.unseen', { n: tile }));
      return;
    }
    try {
      const picture = await tilePicture(wall.wallId, glass.screen, tile);
      const name = fileName(glass.name || t('tile.tile', { n: tile }), dateAndTime(site.now), 'png');
      saveBlob(name, picture);
      sayGood(t('did.snapshot', { name }));
    } catch (error) {
      sayBad(error);
    }
  }

  const isFull = (tile: number) => (wall.prepared ?? wall.wall)?.maximised === tile;

  return {
    nameOf,
    isFull,
    show,
    showAnywhere,
    snapshot,
    clear: (tile: number, based?: number) => run({ op: 'clear', tile }, t('did.clear', { tile }), based),
    swap: (tile: number, other: number, based?: number) => run({ op: 'swap', tile, other }, t('did.swap', { tile, other }), based),
    full: (tile: number) => run(() => (isFull(tile) ? { op: 'restore' } : { op: 'maximise', tile })),
    adjust: (tile: number, how: Pick<Command, 'stream' | 'fit' | 'crop' | 'rotation'>, based?: number) => run({ op: 'adjust', tile, ...how }, undefined, based),
    openWindow: (rect: Rect, camera?: string) => run({ op: 'window-open', rect, ...(camera ? { camera } : {}) }),
    moveWindow: (tile: number, rect: Rect, based: number) => run({ op: 'window-move', tile, rect }, undefined, based),
    raiseWindow: (tile: number) => run({ op: 'window-raise', tile }),
    // What is in a tile of the arrangement goes; a window goes itself.
    takeOff: (tile: Seen) =>
      tile.window ? run({ op: 'window-close', tile: tile.tile }, t('did.close', { tile: tile.tile })) : run({ op: 'clear', tile: tile.tile }, t('did.clear', { tile: tile.tile })),
    layout: (id: string) =>
      run({ op: 'layout', layout: id }, t('did.layout', { name: wall.layouts.find((item) => item.id === id)?.name ?? id })),
    recall: (preset: string) => run({ op: 'recall', preset }, t('did.recall', { name: preset })),
    undo: () => run({ op: 'undo' }, t('did.undo')),
    redo: () => run({ op: 'redo' }, t('did.redo')),
    take: () => run({ op: 'take' }, t('did.take')),
    prepare: (on: boolean) => run({ op: 'prepare', on }),
    lock: (isOverride = false) =>
      run(() => (isOverride ? { op: 'lock', override: true } : { op: wall.wall?.locked ? 'unlock' : 'lock' })),
    back: (label?: string) => run({ op: 'back', ...(label ? { label } : {}) }, t('did.back')),
    openCase: (code: string) => run({ op: 'open', case: code }),
    openWhistle: (code: string) => run({ op: 'open', whistle: code }),
    tour: (op: 'start' | 'stop' | 'pause' | 'resume' | 'step', tour: string) => run({ op: `tour-${op}`, tour }),
    retry: (camera: string) => api.retryCamera(camera).catch(sayBad),
  };
}

// Once, by the page: what was refused is told.
export function tellFailures(): void {
  const wall = useWall();
  watch(
    () => wall.failure,
    (error) => {
      if (error) sayBad(error);
    },
  );
}
