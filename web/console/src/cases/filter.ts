// filter.ts - which cases a list shows and in which order, as the daemon is asked for them. Pure.
//
// What is urgent comes first: cases on which a clock runs by when it ends, then the others, newest first. The daemon
// lists the former by order=due and all by order=opened, so the tail is the latter without those that had their turn.

import type { CasePage, CaseRow, Words } from '../api/types';

export interface Filter {
  stage: string; // 'open', 'all', or the name of a stage of the site
  category: string;
  risk: string;
  region: string; // code, its beginning
  overdue: boolean;
  supervised: boolean;
  code: string; // beginning of a case number
}

export const everything: Filter = { stage: 'open', category: '', risk: '', region: '', overdue: false, supervised: false, code: '' };

export interface View {
  name: string;
  filter: Filter;
}

// A view that was kept by another version has what it has.
export function readViews(text: string | null): View[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown) => {
      const { name, filter } = (item ?? {}) as Partial<View>;
      if (typeof name !== 'string' || !name || typeof filter !== 'object' || filter === null) return [];
      const known = Object.entries(everything).map(([key, usual]) => {
        const value = filter[key as keyof Filter];
        return [key, typeof value === typeof usual ? value : usual];
      });
      return [{ name, filter: Object.fromEntries(known) as unknown as Filter }];
    });
  } catch {
    return [];
  }
}

export const isSame = (a: Filter, b: Filter): boolean => (Object.keys(everything) as (keyof Filter)[]).every((key) => a[key] === b[key]);

// Where the next page begins. 'due': those on which a clock runs; 'rest': the others.
export interface Cursor {
  part: 'due' | 'rest' | 'whole';
  after?: number;
  afterSeq?: number;
}

// A closed case has nothing urgent; cases under supervision have an order of their own.
export const firstPage = (filter: Filter): Cursor => ({ part: filter.stage === 'all' || filter.supervised ? 'whole' : 'due' });

export function query(filter: Filter, cursor: Cursor, words: Words | null, limit: number): string {
  const asked = new URLSearchParams();
  if (filter.stage === 'open') asked.set('open', '1');
  else if (filter.stage !== 'all') asked.set('state', words?.stages.find((stage) => stage.name === filter.stage)?.states.join(',') ?? '');
  if (asked.get('state') === '') asked.delete('state');
  for (const key of ['category', 'risk', 'region'] as const) if (filter[key]) asked.set(key, filter[key]);
  if (filter.code.trim()) asked.set('code', filter.code.trim());
  if (filter.overdue) asked.set('overdue', '1');
  if (filter.supervised) asked.set('supervised', '1');
  if (cursor.part === 'due') asked.set('order', 'due');
  if (cursor.after !== undefined) asked.set('after', String(cursor.after));
  if (cursor.afterSeq !== undefined) asked.set('after_seq', String(cursor.afterSeq));
  asked.set('limit', String(limit));
  return asked.toString();
}

// What of a page is shown, and where the next one begins; null: that was all.
export function takePage(filter: Filter, cursor: Cursor, page: CasePage): { rows: CaseRow[]; next: Cursor | null } {
  const rows = cursor.part === 'rest' ? page.cases.filter((row) => !row.due_ms) : page.cases;
  if (page.after !== undefined)
    return { rows, next: { part: cursor.part, after: page.after, ...(page.after_seq === undefined ? {} : { afterSeq: page.after_seq }) } };
  // What is overdue has a clock.
  return { rows, next: cursor.part === 'due' && !filter.overdue ? { part: 'rest' } : null };
}
