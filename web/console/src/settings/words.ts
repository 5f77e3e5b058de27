// words.ts - roles, grants, schedules and rules as sentences. Pure but for the language.

import type { Grant } from '../api/people';
import type { Fire, Rule, RuleText, RuleWhen } from '../api/rules';
import { t, tWord, type Key } from '../i18n';

export const ROLES = ['dispatcher', 'leader', 'supervisor', 'registrar', 'mediator', 'analyst', 'auditor', 'sysadmin', 'device_admin'];

export const RIGHTS = [
  'status.read', 'wall.view', 'wall.operate', 'wall.edit', 'wall.override', 'visitor.switch', 'camera.list', 'camera.view', 'camera.ptz', 'camera.admin',
  'case.read', 'case.work', 'alarm.answer', 'board.read', 'briefing.make', 'linkage.edit', 'health.read', 'export.request', 'export.approve', 'audit.read',
  'account.admin', 'system.admin',
];

export const EVENT_TYPES = [
  'case.reported', 'case.registered', 'case.dispatched', 'case.escalated', 'case.supervised', 'case.whistled', 'case.resolved', 'case.closed', 'case.reopened',
  'clue.reported', 'alarm.raised', 'camera.alarm', 'camera.offline', 'camera.online',
];

export const CATEGORIES = [
  'neighbour', 'family', 'homestead', 'contract', 'business', 'damage', 'land', 'expropriation', 'environment', 'labour', 'medical', 'traffic', 'property',
  'consumer', 'tourism', 'petition', 'hazard', 'other',
];
export const LEVELS = ['extra', 'major', 'larger', 'general'];
export const RISKS = ['high', 'mid', 'low'];

// Why these roles cannot be in one hand; null: they can. The daemon says the same (roles_check()).
export function rolesTrouble(roles: string[]): Key | null {
  if (roles.length === 0) return 'role.trouble.none';
  if (roles.includes('auditor') && roles.length > 1) return 'role.trouble.auditor';
  if (roles.includes('sysadmin') && roles.some((role) => role !== 'sysadmin' && role !== 'device_admin')) return 'role.trouble.sysadmin';
  return null;
}

// [1, 2, 3, 5] as "Monday to Wednesday, Friday"; every day is no word at all.
export function days(list: number[] | undefined): string {
  const sorted = [...new Set(list ?? [])].sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length === 7) return '';
  const runs: number[][] = [];
  for (const day of sorted) {
    const last = runs[runs.length - 1];
    if (last && day === (last[last.length - 1] ?? 0) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => {
      const [first, last] = [tWord('day', String(run[0])), tWord('day', String(run[run.length - 1]))];
      return run.length === 1 ? first : run.length === 2 ? `${first}${t('word.comma')}${last}` : t('day.span', { first, last });
    })
    .join(t('word.comma'));
}

export function times(from?: string, to?: string): string {
  return !from || !to || from === to ? '' : `${from}–${to}`;
}

export function grant(item: Grant, wallName: string): string {
  const when = [days(item.days), times(item.from, item.to)].filter(Boolean).join(' ');
  return `${t('grant.line', { wall: wallName, level: tWord('grant', item.level) })}${when && t('word.inparens', { text: when })}`;
}

export const schedule = (item: { days: number[]; from: string; to: string }): string =>
  [days(item.days) || t('day.every'), times(item.from, item.to)].filter(Boolean).join(' ');

const list = (words: string[] | undefined, prefix: string): string =>
  (words ?? []).map((word) => tWord(prefix, word)).join(t('word.or'));

// The conditions of a rule, each a phrase; none: every event.
export function conditions(when: RuleWhen = {}): string[] {
  const phrases: [unknown, () => string][] = [
    [when.types?.length, () => list(when.types, 'event')],
    [when.category?.length, () => t('when.category', { what: list(when.category, 'rule.category') })],
    [when.level?.length, () => t('when.level', { what: list(when.level, 'rule.level') })],
    [when.risk?.length, () => t('when.risk', { what: list(when.risk, 'rule.risk') })],
    [when.region?.length, () => t('when.region', { what: (when.region ?? []).join(t('word.or')) })],
    [when.sources?.length, () => t('when.sources', { what: (when.sources ?? []).join(t('word.or')) })],
    [when.min_severity, () => t('when.severity', { n: when.min_severity ?? 0 })],
    [when.hours, () => when.hours ?? ''],
    [when.days?.length, () => days(when.days)],
  ];
  return phrases.filter(([holds]) => holds).map(([, say]) => say()).filter(Boolean);
}

// What a rule does, each a phrase; cameraName gives the name of an id.
export function actions(rule: RuleText, cameraName: (id: string) => string): string[] {
  const names = (rule.cameras ?? []).map(cameraName).join(t('word.comma'));
  const phrases: [unknown, () => string][] = [
    [rule.banner !== false, () => t('does.banner', { severity: rule.severity ? tWord('severity', rule.severity) : t('does.byevent') })],
    [names, () => t('does.cameras', { names })],
    [rule.of_place, () => t('does.place')],
    [rule.nearest, () => t('does.nearest', { n: rule.nearest ?? 0, m: rule.radius_m ?? 500 })],
    [rule.opens_case, () => t('does.case')],
    [rule.preset, () => t('does.preset', { name: rule.preset ?? '' })],
    [rule.stops_tours, () => t('does.tours')],
    [rule.ptz_preset, () => t('does.ptz', { name: rule.ptz_preset ?? '' })],
    [rule.orders?.length, () => t('does.orders', { to: (rule.orders ?? []).map((order) => order.to).join(t('word.comma')) })],
  ];
  return phrases.filter(([holds]) => holds).map(([, say]) => say());
}

export interface Trial {
  type: string;
  category: string;
  level: string;
  risk: string;
  region: string;
  source: string;
}

// An event that the rule is there for, as far as its conditions can be met by choosing words.
export const trialFor = (rule?: Rule): Trial => ({
  type: rule?.rule.when?.types?.[0] ?? 'case.reported',
  category: rule?.rule.when?.category?.[0] ?? '',
  level: rule?.rule.when?.level?.[0] ?? '',
  risk: rule?.rule.when?.risk?.[0] ?? '',
  region: rule?.rule.when?.region?.[0] ?? '',
  source: rule?.rule.when?.sources?.[0] ?? '',
});

// A CloudEvent in the canonical form; `n` makes its case a new one.
export function trialEvent(trial: Trial, n: number, now: Date): unknown {
  const data = Object.fromEntries(
    (['category', 'level', 'risk', 'region'] as const).filter((key) => trial[key]).map((key) => [key, trial[key]]),
  );
  return {
    specversion: '1.0', id: `try-${n}`, source: '/console/try', type: `org.wallctl.${trial.type}.v1`, subject: `TRY-${n}`, time: now.toISOString(),
    ...(trial.region ? { regioncode: trial.region } : {}), data,
  };
}

// What one rule that fires would do, each a phrase.
export function fired(fire: Fire, cameraName: (id: string) => string): string[] {
  const phrases: [unknown, () => string][] = [
    [fire.cameras.length, () => t('does.cameras', { names: fire.cameras.map(cameraName).join(t('word.comma')) })],
    [fire.opens, () => t('does.opens', { what: fire.opens ?? '' })],
    [fire.ptz_preset, () => t('does.ptz', { name: fire.ptz_preset ?? '' })],
    [fire.orders?.length, () => t('does.orders', { to: (fire.orders ?? []).map((order) => order.to).join(t('word.comma')) })],
  ];
  return phrases.filter(([holds]) => holds).map(([, say]) => say());
}

export interface Offer {
  address: string;
  secret: string; // in groups of four, to type it
  account: string;
  issuer: string;
}

// otpauth://totp/SITE:ACCOUNT?secret=...&issuer=...
export function readOffer(address: string): Offer {
  const url = new URL(address);
  const label = decodeURIComponent(url.pathname.replace(/^\/+(totp\/)?/, ''));
  return {
    address,
    secret: (url.searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 '),
    account: label.slice(label.indexOf(':') + 1),
    issuer: url.searchParams.get('issuer') ?? '',
  };
}
