// hands.ts - does a press belong to the page, or to what has the focus: a field, a button, a list, a dialog?

export function isTaken(event: KeyboardEvent, isTyping: boolean): boolean {
  const element = event.target instanceof HTMLElement ? event.target : null;
  if (!element || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true;
  if (element.closest('input, textarea, select, [contenteditable]')) return true;
  if (document.querySelector('.el-overlay:not([style*="display: none"])')) return true;
  const isPress = event.key === 'Enter' || event.key === ' ';
  return (isPress && !isTyping && element.closest('button:not(.tile, .caserow.current), a, summary') !== null) || (event.key === 'Tab' && element !== document.body);
}
