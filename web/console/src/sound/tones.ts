// tones.ts - the sound of each level, as notes: made by the browser itself, nothing is loaded. Pure.
//
// One knows them apart without looking: a notice is one soft note, an alarm a falling pair twice, what is urgent rises
// three times and comes again until somebody answers.

export type Level = 1 | 2 | 3;

export interface Note {
  at: number; // s from the beginning
  lasts: number; // s
  hz: number;
  shape: OscillatorType;
  loud: number; // 0 to 1
}

const note = (at: number, lasts: number, hz: number, shape: OscillatorType, loud: number): Note => ({ at, lasts, hz, shape, loud });

export const tones: Record<Level, Note[]> = {
  1: [note(0, 0.35, 659, 'sine', 0.5)],
  2: [note(0, 0.22, 880, 'triangle', 0.7), note(0.24, 0.3, 659, 'triangle', 0.7), note(0.75, 0.22, 880, 'triangle', 0.7), note(0.99, 0.3, 659, 'triangle', 0.7)],
  3: [0, 0.45, 0.9].flatMap((at) => [note(at, 0.13, 988, 'square', 0.45), note(at + 0.14, 0.13, 1319, 'square', 0.45), note(at + 0.28, 0.13, 1760, 'square', 0.45)]),
};

// How long until what nobody has answered sounds again, in ms; a notice sounds once.
export const again: Record<Level, number> = { 1: Infinity, 2: 20000, 3: 5000 };
