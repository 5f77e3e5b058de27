// duty.ts - what a duty leader must know at a glance: the most urgent cases, how many are late, supervised, of high risk

import { onScopeDispose, shallowRef, watch } from 'vue';
import { api } from '../api/client';
import type { CaseRow } from '../api/types';
import { builtin } from '../cases/builtin';
import { firstPage, query, takePage, type View } from '../cases/filter';
import { gathered, useFresh } from '../stores/fresh';
import { useSite } from '../stores/site';
import { useWords } from '../stores/words';

const FIRST = 12; // as many as are read at a glance
const COUNTED = 500; // the daemon's longest page: of more it is said that there are more
const GATHER = 1000; // ms

export interface Figure {
  view: View;
  n: number;
  isMore: boolean;
}

export function useDuty() {
  const site = useSite();
  const words = useWords();
  const urgent = shallowRef<CaseRow[]>([]);
  const figures = shallowRef<Figure[]>([]);
  const failure = shallowRef<Error | null>(null);
  const isRead = shallowRef(false);

  // The most urgent ones by their deadline; where few have one, the newest of the others.
  async function readUrgent(view: View): Promise<CaseRow[]> {
    const rows: CaseRow[] = [];
    let cursor: ReturnType<typeof takePage>['next'] = firstPage(view.filter);
    while (cursor && rows.length < FIRST) {
      const taken = takePage(view.filter, cursor, await api.cases(query(view.filter, cursor, words.words, FIRST)));
      rows.push(...taken.rows);
      cursor = taken.next;
    }
    return rows.slice(0, FIRST);
  }

  async function count(view: View): Promise<Figure> {
    const asked = new URLSearchParams(query(view.filter, { part: 'whole' }, words.words, COUNTED));
    const page = await api.cases(asked.toString());
    return { view, n: page.cases.length, isMore: page.after !== undefined };
  }

  let reading = 0;
  async function read(): Promise<void> {
    const mine = ++reading;
    const [open, ...special] = builtin().slice(0, 4) as [View, ...View[]];
    try {
      const [first, ...counts] = await Promise.all([readUrgent(open), ...[open, ...special].map(count)]);
      if (mine !== reading) return;
      urgent.value = first;
      figures.value = counts;
      failure.value = null;
      isRead.value = true;
    } catch (error) {
      if (mine === reading) failure.value = error as Error;
    }
  }

  const gather = gathered(read, GATHER);
  useFresh(read);
  const leave = site.on((name) => {
    if (/^(case|cases)\./.test(name)) gather();
  });
  watch(() => words.words, gather);

  onScopeDispose(leave);

  return { urgent, figures, failure, isRead };
}
