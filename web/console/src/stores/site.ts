// site.ts - the link to the daemon, its clock, and how it is; other stores listen to its events here

import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, connect, disconnect } from '../api/client';
import type { Source, Status } from '../api/types';
import { useSession } from './session';

const STATUS_EVERY = 2000;
const SOURCES_EVERY = 15000;

type Listener = (name: string, data: Record<string, unknown>) => void;

export const useSite = defineStore('site', () => {
  const isUp = ref(false);
  const wasUp = ref(false);
  const downSince = ref(0);
  const tries = ref(0);
  const status = ref<Status | null>(null);
  const sources = ref<Source[]>([]);
  const now = ref(Date.now()); // the daemon's clock, each second
  const version = computed(() => status.value?.version ?? '');

  const listeners = new Set<Listener>();
  const readers = new Set<() => void>();
  let offset = 0;

  // Both give what takes it back.
  function on(listener: Listener): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }
  // Called when everything must be read (again), and now if we are connected already.
  function onFresh(reader: () => void): () => void {
    readers.add(reader);
    if (isUp.value) reader();
    return () => void readers.delete(reader);
  }

  async function readStatus(): Promise<void> {
    if (!isUp.value) return;
    try {
      status.value = await api.status();
      offset = status.value.now - Date.now();
    } catch {
      // the link says why
    }
  }

  async function readSources(): Promise<void> {
    if (!isUp.value || !useSession().can('health.read')) return;
    sources.value = await api.sources().catch(() => sources.value);
  }

  function readAll(): void {
    void readStatus();
    void readSources();
    for (const read of readers) read();
  }

  const handlers = {
    onOpen() {
      isUp.value = wasUp.value = true;
      tries.value = 0;
      readAll();
    },
    onClose(count: number) {
      if (isUp.value || !downSince.value) downSince.value = Date.now();
      isUp.value = false;
      tries.value = count;
      // A session that has ended while we were away refuses the WebSocket without saying why.
      if (count > 1) useSession().look().catch(() => {});
    },
    onEvent(name: string, data: Record<string, unknown>) {
      if (['config.reloaded', 'output.state', 'load.changed', 'store.state'].includes(name)) void readStatus();
      if (name === 'source.state') void readSources();
      for (const listener of listeners) listener(name, data);
    },
    onSnapshot: readAll,
    // A session that began anew, here or in another window, has its cookie already: then one goes on with it.
    onSignedOut() {
      isUp.value = false;
      useSession().ended();
      useSession().look().catch(() => {});
    },
  };

  let timers: number[] = [];
  function start(): void {
    stop();
    connect(handlers);
    timers = [
      window.setInterval(() => document.hidden || void readStatus(), STATUS_EVERY),
      window.setInterval(() => document.hidden || void readSources(), SOURCES_EVERY),
      window.setInterval(() => (now.value = Date.now() + offset), 1000),
    ];
  }

  function stop(): void {
    timers.forEach(clearInterval);
    timers = [];
    disconnect();
    isUp.value = false;
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && isUp.value) readAll();
  });

  return { isUp, wasUp, downSince, tries, status, sources, now, version, on, onFresh, start, stop };
});
