// alarms.ts - what rings, most severe first, and what was answered within a day

import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { api } from '../api/client';
import type { Alarm, Severity } from '../api/types';
import { gathered } from './fresh';
import { useSession } from './session';
import { useSite } from './site';

const WEIGHT: Record<Severity, number> = { red: 4, orange: 3, yellow: 2, blue: 1, none: 0 };
const WAITING = new Set(['raised', 'expired', 'snoozed']);
const GATHER = 150; // ms; 200 alarms a second are few questions

export const useAlarms = defineStore('alarms', () => {
  const site = useSite();
  const all = shallowRef<Alarm[]>([]);
  const isFlood = ref(false);
  const current = ref<string | null>(null);

  const rank = (alarm: Alarm) => (alarm.state === 'snoozed' ? -10 : 0) + WEIGHT[alarm.severity];
  const waiting = computed(() =>
    all.value.filter((alarm) => WAITING.has(alarm.state)).sort((a, b) => rank(b) - rank(a) || b.raised_ms - a.raised_ms),
  );
  const answered = computed(() =>
    all.value.filter((alarm) => !WAITING.has(alarm.state)).sort((a, b) => (b.answered_ms ?? b.raised_ms) - (a.answered_ms ?? a.raised_ms)),
  );
  const ringing = computed(() => waiting.value.filter((alarm) => alarm.state !== 'snoozed').length);
  const chosen = computed(() => waiting.value.find((alarm) => alarm.id === current.value));

  async function read(): Promise<void> {
    if (!useSession().can('case.read')) return;
    const answer = await api.alarms().catch(() => null);
    if (!answer) return;
    all.value = answer.alarms;
    isFlood.value = answer.flood;
  }

  const gather = gathered(read, GATHER);
  site.onFresh(() => void read());
  site.on((name) => {
    if (name === 'alarm.raised' || name === 'alarm.changed') gather();
  });

  function next(): Alarm | undefined {
    const at = waiting.value.findIndex((alarm) => alarm.id === current.value);
    const alarm = waiting.value[(at + 1) % Math.max(1, waiting.value.length)];
    current.value = alarm?.id ?? null;
    return alarm;
  }

  return { all, isFlood, waiting, answered, ringing, current, chosen, next, read };
});
