// words.ts - how a tile's or camera's state looks and reads: a mark, a colour class, a word; never colour alone

import type { FeedState, Glass, Severity, TileState } from '../api/types';
import { t, tWord } from '../i18n';

export type Look = 'good' | 'wait' | 'warn' | 'bad' | 'none';

const looks: Record<TileState, { mark: string; look: Look }> = {
  live: { mark: '●', look: 'good' },
  connecting: { mark: '◔', look: 'wait' },
  wait_keyframe: { mark: '◑', look: 'wait' },
  idle: { mark: '○', look: 'none' },
  stalled: { mark: '▲', look: 'warn' },
  retrying: { mark: '✕', look: 'bad' },
  refused: { mark: '⊘', look: 'bad' },
  gone: { mark: '✕', look: 'bad' },
  board: { mark: '▦', look: 'good' },
  no_board: { mark: '✕', look: 'bad' },
  private: { mark: '▥', look: 'none' },
  hidden: { mark: '▥', look: 'none' },
  empty: { mark: '·', look: 'none' },
};

export interface Told {
  mark: string;
  look: Look;
  text: string;
}

// A camera that is tried again after a fault is offline until it comes, as the wall says.
export function toldTile(glass: Glass | undefined): Told {
  const state = glass?.state ?? 'empty';
  const isTrying = glass?.fault !== undefined && (state === 'connecting' || state === 'wait_keyframe');
  const { mark, look } = looks[isTrying ? 'retrying' : state] ?? looks.empty;
  const word = tWord('state', isTrying ? 'retrying' : state);
  return { mark, look, text: glass?.fault ? `${word} · ${tWord('fault', glass.fault)}` : word };
}

export function toldCamera(state: FeedState): Told {
  const { mark, look } = looks[state] ?? looks.idle;
  return { mark, look, text: tWord('state', state) };
}

const shapes: Record<Severity, string> = { red: '▲', orange: '◆', yellow: '■', blue: '●', none: '·' };
export const severityMark = (severity: Severity): string => shapes[severity] ?? '·';
export const severityWord = (severity: Severity): string => t(`severity.${severity}`);
