// attempt.ts - what a dialog tries: busy while it runs, and why it was refused

import { ref } from 'vue';
import { reason } from '../say';

export function useAttempt() {
  const isBusy = ref(false);
  const trouble = ref('');

  // Whether it was done.
  async function attempt(run: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    trouble.value = '';
    try {
      await run();
      return true;
    } catch (error) {
      trouble.value = reason(error);
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  return { isBusy, trouble, attempt };
}
