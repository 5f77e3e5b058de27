// builtin.ts - the views that everybody has, by the numbers that the keys choose them with

import { t } from '../i18n';
import { everything, type View } from './filter';

export const builtin = (): View[] => [
  { name: t('case.view.urgent'), filter: { ...everything } },
  { name: t('case.view.overdue'), filter: { ...everything, overdue: true } },
  { name: t('case.view.supervised'), filter: { ...everything, supervised: true } },
  { name: t('case.view.high'), filter: { ...everything, risk: 'high' } },
  { name: t('case.view.all'), filter: { ...everything, stage: 'all' } },
];
