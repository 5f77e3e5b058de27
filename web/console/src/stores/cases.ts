// cases.ts - the list of cases that is asked for, live; and the views that a person keeps in this browser

import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { api } from '../api/client';
import type { CaseRow } from '../api/types';
import { everything, firstPage, query, readViews, takePage, type Cursor, type Filter, type View } from '../cases/filter';
import { useSession } from './session';
import { useSite } from './site';
import { useWords } from './words';

const PAGE = 100;
const MOST = 1000; // rows; who needs another one filters
const GATHER = 500; // ms; 200 events a second are two questions
const TYPING = 250; // ms

export const useCases = defineStore('cases', () => {
  const site = useSite();
  const session = useSession();
  const words = useWords();
  const filter = ref<Filter>({ ...everything });
  const rows = shallowRef<CaseRow[]>([]);
  const next = shallowRef<Cursor | null>(null);
  const hidden = ref(''); // sensitive cases that a list by so small a region leaves out
  const failure = shallowRef<Error | null>(null);
  const isRead = ref(false);
  const hasMore = computed(() => next.value !== null && rows.value.length < MOST);

  // From the start until as many are there as the person has seen.
  let reading = 0;
  async function read(wanted = PAGE): Promise<void> {
    const mine = ++reading;
    const asked = { ...filter.value };
    const list: CaseRow[] = [];
    let cursor: Cursor | null = firstPage(asked);
    let left = '';
    try {
      do {
        const page = await api.cases(query(asked, cursor, words.words, PAGE));
        if (mine !== reading) return;
        left ||= page.protected ?? '';
        const taken = takePage(asked, cursor, page);
        list.push(...taken.rows);
        cursor = taken.next;
      } while (cursor && list.length < wanted);
      // A case that changed between two pages may be on both.
      rows.value = [...new Map(list.map((row) => [row.code, row])).values()];
      next.value = cursor;
      hidden.value = left;
      failure.value = null;
      isRead.value = true;
    } catch (error) {
      if (mine === reading) failure.value = error as Error;
    }
  }

  const more = (): Promise<void> => (hasMore.value ? read(rows.value.length + PAGE) : Promise.resolve());

  let users = 0;
  let gathering = 0;
  function gather(wait: number, wanted: () => number): void {
    gathering ||= window.setTimeout(() => {
      gathering = 0;
      if (users > 0) void read(wanted());
    }, wait);
  }

  const seen = () => Math.max(PAGE, rows.value.length);

  site.onFresh(() => {
    if (users > 0) gather(0, seen);
  });
  site.on((name) => {
    if (/^(case|cases)\./.test(name)) gather(GATHER, seen);
  });
  watch(() => words.words, () => gather(0, seen));

  let before = { ...everything };
  watch(
    filter,
    (now) => {
      const isTyped = now.code !== before.code;
      before = { ...now };
      clearTimeout(gathering);
      gathering = 0;
      gather(isTyped ? TYPING : 0, () => PAGE);
    },
    { deep: true },
  );

  // The page is there: what it shows is kept up to date.
  function use(): () => void {
    users += 1;
    void read(seen());
    return () => (users -= 1);
  }

  // ---- views of the account, in this browser

  const place = computed(() => `wallctl.views.${session.person?.account ?? ''}`);
  const views = shallowRef<View[]>([]);
  watch(place, (key) => (views.value = readViews(localStorage.getItem(key))), { immediate: true });

  function keep(list: View[]): void {
    views.value = list;
    try {
      localStorage.setItem(place.value, JSON.stringify(list));
    } catch {
      // a browser that keeps nothing forgets it with the page
    }
  }
  const saveView = (name: string) => keep([...views.value.filter((view) => view.name !== name), { name, filter: { ...filter.value } }]);
  const dropView = (name: string) => keep(views.value.filter((view) => view.name !== name));

  return { filter, rows, hasMore, hidden, failure, isRead, more, use, views, saveView, dropView };
});
