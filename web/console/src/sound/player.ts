// player.ts - plays tones by WebAudio. A browser lets no page sound before a hand was on it: isBlocked says so.

import { tones, type Level } from './tones';

const ATTACK = 0.015; // s: without it the notes click
const RELEASE = 0.06;

export class Player {
  private context: AudioContext | null = null;
  private master: GainNode | null = null;

  constructor(private readonly onBlocked: (isBlocked: boolean) => void) {}

  // Called at the start, and again by any press: the first one with a hand in it succeeds.
  wake(): void {
    if (!this.context) {
      if (typeof AudioContext === 'undefined') return;
      this.context = new AudioContext();
      this.master = this.context.createGain();
      this.master.connect(this.context.destination);
      this.context.onstatechange = () => this.tell();
    }
    if (this.context.state !== 'running') void this.context.resume().catch(() => {});
    this.tell();
  }

  private tell(): void {
    this.onBlocked(this.context !== null && this.context.state !== 'running');
  }

  // volume: 0 to 100. Whether it can be heard.
  play(level: Level, volume: number): boolean {
    const { context, master } = this;
    if (!context || !master || context.state !== 'running' || volume <= 0) return false;
    master.gain.value = (volume / 100) ** 2; // as ears hear it
    const start = context.currentTime + 0.02;
    for (const { at, lasts, hz, shape, loud } of tones[level]) {
      const source = context.createOscillator();
      const envelope = context.createGain();
      source.type = shape;
      source.frequency.value = hz;
      envelope.gain.setValueAtTime(0, start + at);
      envelope.gain.linearRampToValueAtTime(loud, start + at + ATTACK);
      envelope.gain.setValueAtTime(loud, start + at + Math.max(ATTACK, lasts - RELEASE));
      envelope.gain.linearRampToValueAtTime(0, start + at + lasts);
      source.connect(envelope).connect(master);
      source.start(start + at);
      source.stop(start + at + lasts);
    }
    return true;
  }
}
