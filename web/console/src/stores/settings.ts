// settings.ts - how a person likes the console; kept in this browser

import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { language, type Language } from '../i18n';

const PLACE = 'wallctl.settings';

interface Kept {
  language: Language;
  theme: 'dark' | 'light';
  size: 'normal' | 'large';
  shortcuts: boolean;
  cameras: boolean; // the rails are open
  alarms: boolean;
  map: boolean; // instead of the list of cameras
  sound: boolean; // alarms are heard
  volume: number; // 0 to 100
}

// A small screen begins with the picture alone.
const isWide = innerWidth >= 1600;
const usual: Kept = { language: 'zh', theme: 'dark', size: 'normal', shortcuts: true, cameras: isWide, alarms: isWide, map: false, sound: true, volume: 70 };

function read(): Kept {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Kept>) };
  } catch {
    return usual;
  }
}

export const useSettings = defineStore('settings', () => {
  const kept = ref(read());

  watch(
    kept,
    (now) => {
      language.value = now.language === 'en' ? 'en' : 'zh';
      const root = document.documentElement;
      root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
      root.classList.toggle('dark', now.theme !== 'light');
      root.classList.toggle('large', now.size === 'large');
      try {
        localStorage.setItem(PLACE, JSON.stringify(now));
      } catch {
        // a browser that keeps nothing forgets it with the page
      }
    },
    { deep: true, immediate: true },
  );

  return { kept };
});
