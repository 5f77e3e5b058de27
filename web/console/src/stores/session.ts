// session.ts - who is signed in and what they may do
//
// A daemon without accounts answers 404; then everything is allowed, as it allows everything.

import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { ApiError, session as http } from '../api/client';
import { ownCode } from '../api/people';
import type { Session } from '../api/types';

const ACTIVE_EVERY = 60000;

export type Standing = 'asking' | 'no-accounts' | 'in' | 'out';

export const useSession = defineStore('session', () => {
  const standing = ref<Standing>('asking');
  const person = ref<Session | null>(null);
  const wasIn = ref(false); // the session has ended under the person's hands
  const mayWork = computed(
    () => standing.value === 'no-accounts' || (standing.value === 'in' && !person.value?.must_change_password),
  );
  const can = (right: string): boolean => standing.value === 'no-accounts' || (person.value?.rights.includes(right) ?? false);

  function enter(session: Session): void {
    person.value = session;
    standing.value = 'in';
    wasIn.value = true;
  }

  // Throws where the daemon cannot be reached.
  async function look(): Promise<void> {
    try {
      enter(await http.get());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
      standing.value = error.status === 404 ? 'no-accounts' : 'out';
    }
  }

  const signIn = async (account: string, password: string, code?: string) => enter(await http.signIn(account, password, code));

  async function changePassword(old: string, fresh: string): Promise<void> {
    await http.changePassword(old, fresh);
    await look();
  }

  // All sessions of the account end with its new secret; this one begins anew.
  async function acceptCode(code: string): Promise<void> {
    enter(await ownCode.accept(code));
  }

  async function setReason(reason: string): Promise<void> {
    await http.setReason(reason);
    if (person.value) person.value.reason = reason;
  }

  async function signOut(): Promise<void> {
    await http.signOut().catch(() => {});
    wasIn.value = false;
    person.value = null;
    standing.value = 'out';
  }

  const ended = () => {
    standing.value = 'out';
  };

  // A session without a person ends by itself: a hand on mouse or keyboard says that there is one.
  let told = 0;
  function moved(): void {
    if (standing.value !== 'in' || Date.now() - told < ACTIVE_EVERY) return;
    told = Date.now();
    http.active().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) ended();
    });
  }

  return { standing, person, wasIn, mayWork, can, look, signIn, changePassword, acceptCode, setReason, signOut, ended, moved };
});
