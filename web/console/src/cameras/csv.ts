// csv.ts - tables for spreadsheets, in which nothing is a formula

const cell = (value: string | number): string => {
  const text = String(value);
  return `"${/^ *[=+\-@\t\r\n]/.test(text) && typeof value === 'string' ? "'" : ''}${text.replaceAll('"', '""')}"`;
};

export const csvText = (rows: (string | number)[][]): string => `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
