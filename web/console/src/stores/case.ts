// case.ts - the one case that is looked at: all there is of it, read again whenever it changes

import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { api, ApiError } from '../api/client';
import type { Case, Order, Whistle } from '../api/types';
import { gathered } from './fresh';
import { useSite } from './site';

const GATHER = 150; // ms

export const useCase = defineStore('case', () => {
  const site = useSite();
  const code = ref('');
  const found = shallowRef<Case | null>(null);
  const orders = shallowRef<Order[]>([]);
  const whistle = shallowRef<Whistle | null>(null);
  const isMissing = ref(false);

  async function read(): Promise<void> {
    const mine = code.value;
    if (!mine || !site.isUp) return;
    const [one, papers, calls] = await Promise.all([
      api.case(mine).catch((error: unknown) => (error instanceof ApiError && error.status === 404 ? null : undefined)),
      api.orders(mine).catch(() => undefined),
      api.whistles().catch(() => undefined),
    ]);
    if (mine !== code.value) return;
    if (one !== undefined) found.value = one;
    isMissing.value = one === null;
    if (papers) orders.value = papers;
    if (calls) whistle.value = calls.find((item) => item.case === mine) ?? null;
  }

  const gather = gathered(read, GATHER);

  function look(wanted: string): void {
    if (wanted === code.value) return;
    code.value = wanted;
    found.value = whistle.value = null;
    orders.value = [];
    isMissing.value = false;
    gather();
  }

  site.onFresh(gather);
  site.on((name, data) => {
    if (name === 'cases.changed' || (/^(case|order|whistle|evidence)\./.test(name) && (data.case === code.value || data.code === code.value))) gather();
  });
  watch(() => site.isUp, (isUp) => isUp && gather());

  return { code, found, orders, whistle, isMissing, look, read };
});
