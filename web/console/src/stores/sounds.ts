// sounds.ts - the console rings: the sound of an alarm's level, while it is wanted and the browser lets it

import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { Player } from '../sound/player';
import { due, type Heard } from '../sound/ring';
import type { Level } from '../sound/tones';
import { useAlarms } from './alarms';
import { useSession } from './session';
import { useSettings } from './settings';
import { useSite } from './site';

export const useSounds = defineStore('sounds', () => {
  const alarms = useAlarms();
  const session = useSession();
  const settings = useSettings();
  const site = useSite();
  const isWaiting = ref(false); // for a hand: the browser's rule
  const player = new Player((isBlocked) => (isWaiting.value = isBlocked));
  const mayHear = computed(() => session.mayWork && session.can('case.read'));
  const isBlocked = computed(() => isWaiting.value && settings.kept.sound && mayHear.value);

  const wake = () => player.wake();
  const play = (level: Level) => player.play(level, settings.kept.volume);

  let heard: Heard = new Map();
  watch(
    () => [alarms.all, site.now, isWaiting.value, settings.kept.sound, mayHear.value] as const,
    ([all, , waiting, wanted, may]) => {
      if (!may || !wanted || waiting || !site.isUp) return;
      const now = due(all, heard, Date.now(), session.can('alarm.answer'));
      // What could not be heard is tried again.
      if (now.level === 0 || play(now.level)) heard = now.heard;
    },
  );

  watch(
    () => mayHear.value && settings.kept.sound,
    (isWanted) => {
      if (isWanted) wake();
    },
    { immediate: true },
  );
  for (const kind of ['pointerdown', 'keydown']) {
    addEventListener(kind, () => {
      if (mayHear.value && settings.kept.sound) wake();
    }, { passive: true });
  }

  return { isBlocked, wake, play };
});
