// evidence.ts - the API of clips and pictures that were saved of cameras

import { ask, http, httpBlob } from './client';
import { queryOf } from './query';

export type EvidenceState = 'recording' | 'saving' | 'kept' | 'failed' | 'deleting' | 'deleted';
export type EvidenceKind = 'clip' | 'picture';
export type Cover = 'reduce' | 'blur';

export interface EvidenceFile {
  name: string;
  role: 'original' | 'view' | 'still' | 'public' | 'public_still';
  bytes: number;
  sha256: string;
  codec: string;
  width: number;
  height: number;
  masks: number;
}

export interface Evidence {
  id: string;
  kind: EvidenceKind;
  state: EvidenceState;
  camera?: string; // camera, camera_name, region: not told with a sensitive case
  camera_name?: string;
  region?: string;
  case?: string;
  owner: string;
  owner_name?: string;
  unit?: string;
  reason: string;
  source?: string; // of a copy for the public: what it was made of
  cover?: Cover;
  before_s: number;
  after_s: number;
  asked_ms: number;
  from_ms?: number;
  to_ms?: number;
  expires_ms?: number;
  is_cut: boolean;
  files: EvidenceFile[];
  manifest_sha256?: string;
  is_held: boolean;
  hold_reason?: string;
  hold_by?: string;
  fault?: string;
  fault_zh?: string;
  deleted_ms?: number;
  deleted_by?: string;
  deleted_why?: string;
}

export interface EvidenceFacts {
  is_on: boolean;
  kept: number;
  seconds?: number; // kept in memory: so far back a clip can begin
  fault?: string;
  fault_zh?: string;
}

const word = encodeURIComponent;
const MOST = 1000; // the daemon's bound

export const AFTER_MOST = 300; // s
export const REASON_MOST = 200; // characters

export const originalPath = (id: string) => `evidence/${word(id)}/original`;
export const publicPath = (id: string) => `evidence/${word(id)}/public`;
export const filePath = (id: string, name: string) => `evidence/${word(id)}/files/${word(name)}`;
export const certificatePath = (id: string) => `evidence/${word(id)}/certificate`;

export const evidenceApi = {
  list: () => ask<{ evidence: Evidence[]; total: number }>('GET', `evidence${queryOf({ limit: MOST })}`),
  clip: (camera: string, body: { before_s: number; after_s: number; reason: string; case?: string }) =>
    ask<Evidence>('POST', `cameras/${word(camera)}/clip`, body),
  picture: (camera: string, body: { reason: string; case?: string }) => ask<Evidence>('POST', `cameras/${word(camera)}/snapshot`, body),
  publish: (id: string, cover: Cover, reason: string) => ask<Evidence>('POST', publicPath(id), { cover, reason }),
  // By HTTP, since these take their time: no answer is no break of the link.
  file: (id: string, name: string) => httpBlob(filePath(id, name)),
  verify: (id: string) => http<{ is_good: boolean; faults: string[] }>('GET', `evidence/${word(id)}/verify`),
  hold: (id: string, reason: string) => ask('PUT', `evidence/${word(id)}/hold`, { reason }),
  release: (id: string) => ask('DELETE', `evidence/${word(id)}/hold`),
  delete: (id: string, reason: string) => ask('POST', `evidence/${word(id)}/delete`, { reason }),
};
