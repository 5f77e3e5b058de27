// favourites.ts - cameras that a person marked; kept in this browser, for each account apart

import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { useSession } from './session';

const MOST = 500;

export const useFavourites = defineStore('favourites', () => {
  const session = useSession();
  const place = computed(() => `wallctl.favourites.${session.person?.account ?? ''}`);
  const ids = ref(new Set<string>());

  watch(
    place,
    () => {
      try {
        const kept: unknown = JSON.parse(localStorage.getItem(place.value) ?? '[]');
        ids.value = new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []);
      } catch {
        ids.value = new Set();
      }
    },
    { immediate: true },
  );

  function toggle(id: string): void {
    const next = new Set(ids.value);
    if (!next.delete(id) && next.size < MOST) next.add(id);
    ids.value = next;
    try {
      localStorage.setItem(place.value, JSON.stringify([...next]));
    } catch {
      // a browser that keeps nothing forgets it with the page
    }
  }

  return { ids, toggle };
});
