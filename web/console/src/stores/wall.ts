// wall.ts - one wall: what it was told to show, what is on glass, what is prepared; and commands to it
//
// Every command carries the revision that the person had seen; commands go one after the other, so that nobody is in
// conflict with his own hand. A command that comes too late is not sent again by itself: the person is asked.

import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { api, ApiError } from '../api/client';
import type { Change, Command, Content, Layout, Preset, Rect, Tour, Wall } from '../api/types';
import { seenTiles, type Seen } from '../wall/geometry';
import { around } from '../wall/snap';
import { useSite } from './site';

const GATHER = 60; // ms: many events in a row are one question
const WHOLE = 4; // screens: with more the wall begins with one, for each is a picture of its own

export interface Conflict {
  command: Command;
  seen: number;
  revision: number;
  changes: Change[];
}

export type Outcome = { revision: number; tile?: number; isChanged: boolean } | null;

export const useWall = defineStore('wall', () => {
  const site = useSite();
  const wall = shallowRef<Wall | null>(null);
  const layouts = shallowRef<Layout[]>([]);
  const presets = shallowRef<Preset[]>([]);
  const tours = shallowRef<Tour[]>([]);
  const toursAt = ref(0);
  const wallId = ref<string | null>(null);
  const screenId = ref<string | null>(null);
  const isWhole = ref(false); // all screens are looked at, else screenId
  const selected = ref<number | null>(null);
  const conflict = shallowRef<Conflict | null>(null);
  const failure = shallowRef<Error | null>(null);
  let seen = 0;
  const revision = (): number => seen;

  const screen = computed(() => wall.value?.screens.find((item) => item.id === screenId.value));
  const looked = computed(() => (wall.value?.screens ?? []).filter((item) => isWhole.value || item.id === screenId.value));
  const plane = computed<Rect>(() => (looked.value.length ? around(looked.value.map(({ rect }) => rect)) : [0, 0, 16, 9]));
  // Visitor mode: on all screens, on some, on none.
  const visited = computed(() => (wall.value?.screens ?? []).filter((item) => item.visitor).map((item) => item.name || item.id));
  const isRising = computed(() => (wall.value ? wall.value.revision > wall.value.on_glass : false));
  const tiles = computed<Seen[]>(() => (wall.value ? seenTiles(wall.value.tiles, wall.value.glass, wall.value.maximised) : []));
  const prepared = computed<Content | null>(() => wall.value?.preview ?? null);
  const preparedTiles = computed<Seen[]>(() => (prepared.value ? seenTiles(prepared.value.tiles, [], prepared.value.maximised) : []));
  // What hands work on: the prepared picture while there is one.
  const atHand = computed(() => (prepared.value ? preparedTiles.value : tiles.value));
  const chosen = computed(() => atHand.value.find((tile) => tile.tile === selected.value));
  const myTours = computed(() => tours.value.filter((tour) => tour.wall === wallId.value));
  const layoutNow = computed(() => [...new Set((prepared.value ?? wall.value)?.areas.map((area) => area.layout ?? '') ?? [])].join(' '));

  async function readWall(): Promise<void> {
    if (!wallId.value) return;
    const id = wallId.value;
    const answer = await api.wall(id).catch(() => null);
    if (!answer || id !== wallId.value) return;
    wall.value = answer;
    seen = answer.revision;
    if (!answer.screens.some((item) => item.id === screenId.value)) {
      screenId.value = answer.screens[0]?.id ?? null;
      isWhole.value = answer.screens.length > 1 && answer.screens.length <= WHOLE;
    }
    if (selected.value !== null && !atHand.value.some((tile) => tile.tile === selected.value)) selected.value = null;
  }

  let gathering = 0;
  function gather(): void {
    gathering ||= window.setTimeout(() => {
      gathering = 0;
      void readWall();
    }, GATHER);
  }

  async function readTours(): Promise<void> {
    tours.value = await api.tours().catch(() => tours.value);
    toursAt.value = Date.now();
  }

  async function readPresets(): Promise<void> {
    if (wallId.value) presets.value = await api.presets(wallId.value).catch(() => presets.value);
  }

  async function readAll(): Promise<void> {
    const status = await api.status().catch(() => null);
    if (status && !status.walls.some((item) => item.id === wallId.value)) wallId.value = status.walls[0]?.id ?? null;
    await readWall();
    await Promise.all([readTours(), readPresets(), api.layouts().then((list) => (layouts.value = list)).catch(() => {})]);
  }

  // One screen, or all of them.
  function look(id: string | null): void {
    isWhole.value = id === null;
    if (id !== null) screenId.value = id;
  }
  function lookNext(): void {
    const ids = [null, ...(wall.value?.screens ?? []).map((item) => item.id)];
    look(ids[(ids.indexOf(isWhole.value ? null : screenId.value) + 1) % ids.length] ?? null);
  }

  function choose(id: string): void {
    if (id === wallId.value) return;
    wallId.value = id;
    wall.value = null;
    screenId.value = selected.value = null;
    void readAll();
  }

  site.onFresh(() => void readAll());
  site.on((name, data) => {
    if (name === 'config.reloaded') void readAll();
    else if (name === 'camera.state' || data.wall === wallId.value) gather();
    if (name === 'presets.changed' && data.wall === wallId.value) void readPresets();
    if (name === 'tour.changed' || (name === 'wall.changed' && data.wall === wallId.value)) void readTours();
  });

  async function send(command: Command, revision: number | undefined): Promise<Outcome> {
    const id = wallId.value;
    if (!id) return null;
    try {
      const answer = await api.command(id, revision === undefined ? command : { ...command, revision });
      const isChanged = answer.revision !== seen;
      // The next command is based on what there is after this one.
      if (isChanged) await readWall();
      return { ...answer, isChanged };
    } catch (error) {
      const body = error instanceof ApiError ? (error.body as { revision?: number; changes?: Change[] } | undefined) : undefined;
      if (error instanceof ApiError && error.status === 409 && body?.changes) {
        conflict.value = { command, seen: revision ?? seen, revision: body.revision ?? seen, changes: body.changes };
      } else {
        failure.value = error as Error;
      }
      await readWall();
      return null;
    }
  }

  // Given as a function it is asked for when its turn comes: a key that turns something on and off, pressed twice.
  let last: Promise<unknown> = Promise.resolve();
  // based: what the hand saw when it began, where that was before now.
  function run(wanted: Command | (() => Command), based = seen): Promise<Outcome> {
    const isOwnQueue = based === seen;
    const next = last.then(async () => {
      const command = typeof wanted === 'function' ? wanted() : wanted;
      const isForPrepared = prepared.value !== null && EDITS.has(command.op);
      return send(isForPrepared ? { ...command, preview: true } : command, isOwnQueue ? seen : based);
    });
    last = next;
    return next;
  }

  // The person has seen what the others did and wants it all the same.
  function force(): Promise<Outcome> {
    const asked = conflict.value;
    conflict.value = null;
    return asked ? send(asked.command, asked.revision) : Promise.resolve(null);
  }

  return {
    wall, layouts, presets, tours, toursAt, myTours, wallId, screenId, screen, isWhole, looked, plane, look, lookNext, visited, selected, chosen, conflict, failure, isRising,
    tiles, prepared, preparedTiles, atHand, layoutNow, choose, readWall, revision, readTours, readPresets, run, force,
  };
});

// What acts on the prepared picture while there is one.
const EDITS = new Set(['show', 'clear', 'swap', 'adjust', 'maximise', 'restore', 'window-open', 'window-move', 'window-raise',
  'window-close', 'layout', 'recall', 'tour-start', 'tour-stop', 'tour-pause', 'tour-resume', 'tour-step']);
