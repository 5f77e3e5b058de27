// words.ts - what the site calls what cases have codes for: read once, and again with the configuration

import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { api } from '../api/client';
import type { Words } from '../api/types';
import { useSession } from './session';
import { useSite } from './site';

export const useWords = defineStore('words', () => {
  const site = useSite();
  const words = shallowRef<Words | null>(null);
  const categories = computed(() => new Map(words.value?.categories.map(({ code, name }) => [code, name])));
  const regions = computed(() => new Map(words.value?.regions.map(({ code, name }) => [code, name])));

  async function read(): Promise<void> {
    if (useSession().can('case.read')) words.value = await api.words().catch(() => words.value);
  }

  const category = (code: string | undefined): string => (code ? (categories.value.get(code) ?? code) : '');

  // The smallest region around it that has a name here.
  function region(code: string | undefined): string {
    for (let end = code?.length ?? 0; code && end >= 2; end -= 1) {
      const name = regions.value.get(code.slice(0, end));
      if (name) return name;
    }
    return code ?? '';
  }

  const state = (word: string): string => words.value?.states[word] ?? word;
  const paper = (kind: string | undefined): string => (kind ? (words.value?.papers[kind] ?? kind) : '');

  site.onFresh(() => void read());
  site.on((name) => {
    if (name === 'config.reloaded') void read();
  });

  return { words, category, region, state, paper };
});
