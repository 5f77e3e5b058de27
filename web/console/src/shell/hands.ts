// hands.ts - does a press belong to the page, or to what has the focus: a field, a button, a list, a dialog?

import { FOCUS_AFTER_RELEASED } from 'element-plus/es/components/focus-trap/index.mjs';

// A dialog that fades away is on the page for a moment yet, but it is not open.
const OPEN_DIALOG = '.el-overlay:not([style*="display: none"], [class*="-leave-active"])';
const isDialogOpen = () => document.querySelector(OPEN_DIALOG) !== null;
let wasDialogOpen = false; // when the press began: the Escape that closes a dialog closes nothing else

export function isTaken(event: KeyboardEvent, isTyping: boolean): boolean {
  const element = event.target instanceof HTMLElement ? event.target : null;
  const isArrow = event.key.startsWith('Arrow');
  if (!element || (event.ctrlKey && !isArrow) || event.altKey || event.metaKey || event.isComposing) return true;
  if (element.closest('input, textarea, select, [contenteditable]')) return true;
  if (wasDialogOpen || isDialogOpen()) return true;
  const isPress = event.key === 'Enter' || event.key === ' ';
  return (isPress && !isTyping && element.closest('button:not(.tile, .caserow.current), a, summary') !== null) || (event.key === 'Tab' && element !== document.body);
}

// As the tables of keys name it: arrows with what is held beside them.
export const keyOf = ({ key, ctrlKey, shiftKey }: KeyboardEvent): string =>
  key.startsWith('Arrow') ? `${ctrlKey ? 'Ctrl+' : ''}${shiftKey ? 'Shift+' : ''}${key}` : key;

// Once, by the frame. Looks before any dialog hears of a press. And Element Plus gives the focus of a dialog that closes back
// to whom it had it from; when that is the page itself, opened by a single key, the focus would stay in a field that nobody
// sees and swallow the keys that follow.
export function watchDialogs(): void {
  window.addEventListener('keydown', () => (wasDialogOpen = isDialogOpen()), true);
  const letGo = (event: Event) => {
    const closed = event.target as HTMLElement;
    queueMicrotask(() => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && closed.contains(activeElement)) activeElement.blur();
    });
  };
  document.addEventListener(FOCUS_AFTER_RELEASED, letGo, true);
}
