// save.ts - what was made or fetched here goes to where the browser keeps files

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export const saveTable = (name: string, text: string): void => saveBlob(name, new Blob([text], { type: 'text/csv;charset=utf-8' }));

// A name that every system takes: what it shows, and when.
export const fileName = (what: string, when: string, kind: string): string =>
  `${`${what}_${when}`.replace(/\s+/g, '_').replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-')}.${kind}`;
