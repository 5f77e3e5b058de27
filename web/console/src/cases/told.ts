// told.ts - a case as people read it: where it is on its way, how urgent, what happened. Pure but for the words.

import type { Case, CaseStep, Level, Severity, Words } from '../api/types';
import { dateAndTime, t, tWord } from '../i18n';

const DAY_MS = 86400000;

export const severityOf: Record<Level, Severity> = { extra: 'red', major: 'orange', larger: 'yellow', general: 'blue' };
export const riskMark: Record<string, string> = { high: '▲', mid: '◆', low: '●' };

// Nobody has to do anything any more, whatever clock it still has.
const OVER = new Set(['closed', 'declined', 'litigation', 'merged', 'withdrawn']);
export const isOver = (state: string): boolean => OVER.has(state);

// How a deadline looks: over, less than a day, or time enough.
export const urgency = (dueMs: number, now: number): 'bad' | 'warn' | 'good' => (dueMs < now ? 'bad' : dueMs - now < DAY_MS ? 'warn' : 'good');

// To the minute; and without the year, for a list.
export const minute = (ms: number): string => dateAndTime(ms).replace(/:\d\d$/, '');
export const shortly = (ms: number): string => minute(ms).replace(/^\d{4}-|\/\d{4},/, '');

export interface PathStage {
  name: string;
  at: 'done' | 'passed' | 'now' | 'ahead'; // passed: behind, but nothing was told of it
}

export function stageIndex(words: Words, state: string): number {
  return words.stages.findIndex((stage) => stage.states.includes(state));
}

// The way of the case in the words of the site. The first event of a state tells that it was there.
export function path(words: Words, state: string, atMs: Record<string, number>): PathStage[] {
  const present = stageIndex(words, state);
  return words.stages.map((stage, n) => ({
    name: stage.name,
    at: n === present ? 'now' : n > present ? 'ahead' : stage.states.some((item) => atMs[item] !== undefined) ? 'done' : 'passed',
  }));
}

// A state beside the way (suspended, withdrawn ...) has a word of its own, which is no stage.
export function aside(words: Words, state: string): string | null {
  const word = words.states[state];
  return word !== undefined && !words.stages.some((stage) => stage.name === word) ? word : null;
}

// What happened, newest first. What an old event said may no longer be kept; that it happened is.
export function history(found: Pick<Case, 'history' | 'at_ms'>): CaseStep[] {
  const known = new Set(found.history.map((step) => step.type));
  const lost = Object.entries(found.at_ms).flatMap(([type, at]) => (known.has(type) ? [] : [{ type, at_ms: at }]));
  return [...found.history, ...lost].sort((a, b) => b.at_ms - a.at_ms);
}

export function stepDetail(step: CaseStep): string {
  const parts: string[] = [];
  if (step.orgs) parts.push(step.orgs.split('|').join(t('case.comma')));
  else if (step.to_org) parts.push(`→ ${step.to_org}`);
  if (step.doc_no) parts.push(step.doc_no);
  if (step.supervise) parts.push(t('case.supervise', { n: step.supervise }));
  if (step.outcome) parts.push(tWord('case.outcome', step.outcome));
  if (step.satisfaction) parts.push(t('case.satisfaction', { n: step.satisfaction }));
  if (step.merged_into) parts.push(`→ ${step.merged_into}`);
  return parts.join(' · ');
}

// Names of offices, however people divide them.
export const offices = (text: string): string[] => [...new Set(text.split(/[\s,;|/\uff0c\u3001\uff1b]+/).filter((name) => name !== ''))];
