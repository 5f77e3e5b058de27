// player.ts - plays tones by WebAudio. A browser lets no page sound before a hand was on it: onBlocked says so.
//
// Between sounds the audio rests: a context that runs costs the machine something even while it is silent.

import { tones, type Level } from './tones';

const ATTACK = 0.015; // s: without it the notes click
const RELEASE = 0.06;
const REST_MS = 1500;
const PATIENCE_MS = 500;

export class Player {
  private context: AudioContext | null = null;
  private master: GainNode | null = null;
  private isAllowed = false;
  private until = 0; // the last note, by the clock of the context
  private resting = 0;

  constructor(private readonly onBlocked: (isBlocked: boolean) => void) {}

  // Called at the start, and again by any press: the first one with a hand in it succeeds.
  wake(): void {
    if (this.isAllowed || typeof AudioContext === 'undefined') return;
    if (!this.context) {
      this.context = new AudioContext();
      this.master = this.context.createGain();
      this.master.connect(this.context.destination);
      this.context.onstatechange = () => this.changed();
    }
    void this.context.resume().catch(() => {});
    setTimeout(() => this.changed(), PATIENCE_MS); // a browser that allows it does so at once
  }

  private changed(): void {
    if (this.context?.state === 'running') {
      this.isAllowed = true;
      this.rest();
    }
    this.onBlocked(!this.isAllowed);
  }

  private rest(): void {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      const { context } = this;
      if (!context || context.state !== 'running') return;
      if (context.currentTime < this.until) this.rest();
      else void context.suspend();
    }, REST_MS);
  }

  // volume: 0 to 100. Whether it can be heard.
  play(level: Level, volume: number): boolean {
    const { context } = this;
    if (!context || !this.isAllowed || volume <= 0) return false;
    void context.resume().then(() => this.sound(context, level, volume), () => {});
    return true;
  }

  private sound(context: AudioContext, level: Level, volume: number): void {
    const { master } = this;
    if (!master) return;
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
      this.until = Math.max(this.until, start + at + lasts);
    }
    this.rest();
  }
}
