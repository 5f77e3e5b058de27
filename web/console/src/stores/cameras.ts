// cameras.ts - all cameras, read in pages and searched here; their states follow by events

import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { camerasApi, type Region } from '../api/cameras';
import { api } from '../api/client';
import type { Camera } from '../api/types';
import { searchable } from '../wall/search';
import { useSite } from './site';

const PAGE = 1000;
const GATHER = 400; // ms
const FEW = 12; // more states than these at once, and all are read

export const useCameras = defineStore('cameras', () => {
  const site = useSite();
  const all = shallowRef<Camera[]>([]);
  const regions = shallowRef<Region[]>([]);
  const total = ref(0);
  const isRead = ref(false);
  // What is searched of a camera does not change with its state.
  const texts = new Map<string, string>();
  const known = computed(() => all.value.map((camera) => ({ camera, text: texts.get(camera.id) ?? '' })));
  const byId = computed(() => new Map(all.value.map((camera) => [camera.id, camera])));
  const byNumber = computed(() => new Map(all.value.map((camera) => [camera.number, camera])));

  let reading = 0;
  async function readAll(): Promise<void> {
    const mine = ++reading;
    const list: Camera[] = [];
    try {
      regions.value = await camerasApi.regions();
      const pinyin = new Map(regions.value.map((region) => [region.code, region.pinyin]));
      do {
        const page = await api.cameras(list.length, PAGE);
        if (mine !== reading) return;
        total.value = page.total;
        list.push(...page.cameras);
        for (const camera of page.cameras) texts.set(camera.id, searchable(camera, pinyin.get(camera.region)));
        if (!isRead.value) all.value = [...list];
        if (page.cameras.length === 0) break;
      } while (list.length < total.value);
      all.value = list;
      isRead.value = true;
    } catch {
      // read again when the link is back
    }
  }

  const changed = new Set<string>();
  let gathering = 0;
  async function readChanged(): Promise<void> {
    gathering = 0;
    const ids = [...changed];
    changed.clear();
    if (ids.length > FEW) return readAll();
    const fresh = await Promise.all(ids.map((id) => api.camera(id).catch(() => null)));
    const states = new Map(fresh.flatMap((camera) => (camera ? [[camera.id, camera.state] as const] : [])));
    if (states.size) all.value = all.value.map((item) => (states.has(item.id) ? { ...item, state: states.get(item.id)! } : item));
  }

  site.onFresh(() => void readAll());
  site.on((name, data) => {
    if (name === 'config.reloaded') void readAll();
    if (name !== 'camera.state') return;
    changed.add(String(data.id));
    gathering ||= window.setTimeout(() => void readChanged(), changed.size > FEW ? GATHER * 5 : GATHER);
  });

  return { all, regions, total, isRead, known, byId, byNumber };
});
