// index.ts - the pages: what stands in the menu is what is here and what the person has a right to

import { createRouter, createWebHashHistory } from 'vue-router';
import type { Key } from '../i18n';

export const pages: { path: string; title: Key; right: string; load: () => Promise<unknown> }[] = [
  { path: '/wall', title: 'page.wall', right: 'wall.view', load: () => import('./WallPage.vue') },
  { path: '/duty', title: 'page.duty', right: 'wall.operate', load: () => import('./DutyPage.vue') },
  { path: '/cases', title: 'page.cases', right: 'case.read', load: () => import('./CasesPage.vue') },
  { path: '/cameras', title: 'page.cameras', right: 'camera.list', load: () => import('./CamerasPage.vue') },
  { path: '/evidence', title: 'page.evidence', right: 'camera.view', load: () => import('./EvidencePage.vue') },
  { path: '/boards', title: 'page.boards', right: 'board.read', load: () => import('./BoardsPage.vue') },
  { path: '/health', title: 'page.health', right: 'health.read', load: () => import('./HealthPage.vue') },
  { path: '/audit', title: 'page.audit', right: 'audit.read', load: () => import('./AuditPage.vue') },
  { path: '/settings', title: 'page.settings', right: 'status.read', load: () => import('./SettingsPage.vue') },
];

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...pages.map(({ path, load }) => ({ path, component: load as never })),
    { path: '/:rest(.*)*', name: 'start', component: { render: () => null } }, // the frame knows who begins where
  ],
});
