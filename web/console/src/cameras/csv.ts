// csv.ts - tables for spreadsheets, in which nothing is a formula

const cell = (value: string | number): string => {
  const text = String(value);
  return `"${/^ *[=+\-@\t\r\n]/.test(text) && typeof value === 'string' ? "'" : ''}${text.replaceAll('"', '""')}"`;
};

export const csvText = (rows: (string | number)[][]): string => `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
