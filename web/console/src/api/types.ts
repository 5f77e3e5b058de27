// types.ts - what the daemon sends and takes, as docs/api.md says; only members that the console reads

import type { Evidence, EvidenceFacts } from './evidence';

export type Rect = [x: number, y: number, width: number, height: number];

export type FeedState = 'idle' | 'connecting' | 'wait_keyframe' | 'live' | 'stalled' | 'retrying' | 'refused';
export type TileState = FeedState | 'empty' | 'gone' | 'board' | 'no_board' | 'private' | 'hidden';
export type StreamChoice = 'auto' | 'main' | 'sub';
export type Fit = 'contain' | 'cover' | 'stretch';

export interface Area {
  layout?: string;
  screen?: string;
  rect: Rect;
}

export interface Tile {
  tile: number;
  rect: Rect;
  shown?: Rect;
  window?: boolean;
  z?: number;
  camera?: string;
  hidden?: boolean; // it shows what the person may not see
  stream: StreamChoice;
  fit: Fit;
  crop: Rect;
  rotation: number;
  tour?: string;
}

export interface Glass {
  tile: number;
  is_visible: boolean;
  screen?: string;
  is_on_glass?: boolean;
  camera?: string;
  name?: string;
  region_name?: string;
  stream?: 'main' | 'sub';
  state?: TileState;
  fault?: string;
  width?: number;
  height?: number;
  fps?: number;
}

export interface TourRun {
  tour: string;
  step: number;
  tiles: number[];
  paused: boolean;
}

export interface Content {
  areas: Area[];
  tiles: Tile[];
  tours: TourRun[];
  maximised: number;
}

export interface Screen {
  id: string;
  name: string;
  rect: Rect;
  content: 'internal' | 'public';
  visitor: boolean;
}

export interface Wall extends Content {
  id: string;
  name: string;
  revision: number;
  on_glass: number;
  locked: boolean;
  locked_by?: string;
  undo: number;
  redo: number;
  label?: string;
  below?: string[];
  preview?: Content;
  screens: Screen[];
  glass: Glass[];
}

export interface WallShort {
  id: string;
  name: string;
  screens: { id: string; ticks: number; late: number; slack: number }[];
}

export interface Output {
  id: string;
  kind: string;
  state: string;
  detail?: string;
  wall?: string;
  address?: string;
  clients?: number;
  restarts?: number;
}

export interface Status {
  version: string;
  site: string;
  now: number;
  fps: number;
  walls: WallShort[];
  started: number;
  feeds: { cameras: number; open: number; live: number; connecting: number; retrying: number; refused: number; decode_cores: number };
  load: { level: number; word: string };
  outputs: Output[];
  store: { is_good: boolean; detail?: string };
  evidence: EvidenceFacts;
  credentials: { state: 'sealed' | 'plain' | 'systemd' | 'none' | 'broken'; file?: string; trouble?: string; trouble_zh?: string };
  clients: { events: number; viewers: number };
  memory: number;
}

export interface Layout {
  id: string;
  name: string;
  tiles: number;
  cells: Rect[];
}

export interface Preset {
  name: string;
  screen?: string;
  tiles: number;
  changed?: number;
  content: { areas: Area[]; tiles: Pick<Tile, 'tile' | 'rect' | 'camera' | 'z'>[] };
}

export interface Tour {
  id: string;
  name: string;
  wall: string;
  dwell_s: number;
  steps: number;
  tiles: number[];
  cameras?: string[];
  presets?: string[];
  schedule: { days: number[]; from: string; to: string }[];
  is_running: boolean;
  is_paused?: boolean;
  step?: number;
  position?: number; // of `steps`, from 1
  clock?: { left_ms: number; skipped: string[] };
}

export interface Quality {
  faults: string[];
  since: number;
  looked: number;
}

export interface Camera {
  id: string;
  number: number;
  name: string;
  pinyin: string[];
  region: string;
  region_name: string;
  place_kind?: string;
  place?: string;
  groups?: string[];
  gbid?: string;
  position?: [lon: number, lat: number];
  masks: number;
  has_sub: boolean;
  state: FeedState;
  quality?: Quality;
}

export type Severity = 'none' | 'blue' | 'yellow' | 'orange' | 'red';

export interface Alarm {
  id: string;
  rule: string;
  case?: string;
  state: string;
  severity: Severity;
  sound: number; // 0 none, 1 notice, 2 alarm, 3 urgent
  escalated: number;
  title?: string;
  place?: string;
  procedure?: string;
  events: number;
  raised_ms: number;
  answered_ms?: number;
  answered_by?: string;
  forwarded_to?: string;
  snooze_until_ms?: number;
  due_ms?: number;
  cameras: string[];
  comments: { by: string; at_ms: number; text: string }[];
}

export interface Source {
  id: string;
  name: string;
  transport: 'connect' | 'dial' | 'folder';
  mapping?: string;
  state: 'waiting' | 'heard' | 'silent';
  last_ms?: number;
  lag_ms?: number;
  ok: number;
  duplicate: number;
  anomaly: number;
  refused: Record<string, number>;
}

export interface PeerLink {
  id: string;
  kind: 'dial' | 'folder' | 'upstream';
  state: 'idle' | 'connecting' | 'open' | 'waiting' | 'refused';
  detail?: string;
  waiting?: number;
  since_ms?: number;
}

export interface Change {
  revision: number;
  op: string;
  by: string;
  tile?: number;
  at: number;
}

export interface Why {
  is_good: boolean;
  steps: { step: string; is_good: boolean; text: string; text_en: string }[];
  verdict: string;
  verdict_en: string;
}

export interface Session {
  account: string;
  name: string;
  unit?: string;
  roles: string[];
  rights: string[];
  region?: string; // of a caller who sees a part of the site
  must_change_password: boolean;
  code?: boolean; // has a second factor
  reason?: string;
  reasons?: string[];
  idle_s?: number;
  ends_ms?: number;
}

// One command of a wall: docs/api.md, "Commands".
export interface Command {
  op: string;
  tile?: number;
  other?: number;
  camera?: string;
  layout?: string;
  preset?: string;
  screen?: string;
  case?: string;
  whistle?: string;
  tour?: string;
  label?: string;
  stream?: StreamChoice;
  fit?: Fit;
  crop?: Rect;
  rotation?: number;
  rect?: Rect;
  on?: boolean;
  override?: boolean;
  preview?: boolean;
}

// ---- cases: docs/api.md, "Cases, alarms, sources"

export type Level = 'extra' | 'major' | 'larger' | 'general';
export type Risk = 'high' | 'mid' | 'low';

export interface CaseRow {
  code: string;
  state: string;
  category?: string;
  level?: Level;
  risk?: Risk;
  region?: string;
  position?: [lon: number, lat: number]; // not of a sensitive case
  lead_org?: string;
  supervise: number;
  opened_ms: number;
  due_ms?: number;
  rev: number;
}

export interface CasePage {
  cases: CaseRow[];
  protected?: string; // sensitive cases that a list by so small a region leaves out
  after?: number;
  after_seq?: number;
}

export interface CaseClock {
  kind: string;
  name: string;
  due_ms: number;
  done_ms?: number;
  used: number;
  paused: boolean;
}

export interface CaseStep {
  type: string;
  at_ms: number;
  from_org?: string;
  to_org?: string;
  orgs?: string;
  doc_no?: string;
  outcome?: string;
  merged_into?: string;
  supervise?: number;
  satisfaction?: number;
}

export interface Case {
  code: string;
  state: string;
  fields: {
    category?: string;
    level?: Level;
    risk?: Risk;
    region?: string;
    lead_org?: string;
    owner_title?: string;
    party_count?: number;
  };
  contact?: { name: string; phone: string };
  supervise: number;
  whistles: number;
  opened_ms: number;
  at_ms: Record<string, number>;
  clocks?: CaseClock[];
  cameras: { id: string; name: string }[];
  history: CaseStep[];
  evidence: Evidence[];
}

export interface Named {
  code: string;
  name: string;
}

// What the site calls what cases have codes for.
export interface Words {
  name: string;
  stages: { name: string; states: string[] }[];
  states: Record<string, string>;
  papers: Record<string, string>;
  categories: Named[];
  regions: Named[];
}

export interface Order {
  no: string;
  case: string;
  kind?: string;
  from?: string;
  to?: string;
  issued_ms?: number;
  ack_due_ms?: number;
  due_ms?: number;
  accepted_ms?: number;
  done_ms?: number;
  outcome?: string;
  score?: number;
}

export interface Office {
  org: string;
  state: 'called' | 'responded' | 'arrived' | 'missed-ack' | 'missed-arrival';
  acked_ms?: number;
  arrived_ms?: number;
}

export interface Whistle {
  case: string;
  open: boolean;
  by?: string;
  raised_ms: number;
  ack_due_ms?: number;
  arrive_due_ms?: number;
  orgs: Office[];
}
