// player.ts - a screen of the wall as a moving picture: fragmented MP4 into Media Source Extensions, or JPEG where that fails
//
// The player is kept near the newest picture: a little faster when it falls behind, a jump when it is far behind or when
// the wall stood still and the time line has a gap. Two failures of MSE, and JPEG is used for good. Nobody looks at a
// hidden page: the daemon need not encode for it.

const KEEP_BEHIND = 0.12; // s; less and every hiccup shows
const HURRY_BEHIND = 0.45; // s; play faster
const JUMP_BEHIND = 1.5; // s
const KEEP_BUFFERED = 8; // s before the present picture
const SILENCE = 8000; // ms without a message: connect again
const FROZEN = 6000; // ms with messages but without a new picture: MSE has failed
const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;
const FTYP = 0x66747970;

export type PlayerState = 'connecting' | 'playing' | 'lost';

export interface PlayerNews {
  state: PlayerState;
  kind: 'mp4' | 'jpeg';
}

export class Player {
  lag: number | null = null; // s behind the newest picture
  private failures = 0;
  private tries = 0;
  private path: string | null = null;
  private socket: WebSocket | null = null;
  private take: ((data: ArrayBuffer) => void) | null = null;
  private buffer: SourceBuffer | null = null;
  private queue: ArrayBuffer[] = [];
  private url: string | null = null;
  private again = 0;
  private heard = 0;
  private moved = 0;
  private lastTime = 0;
  private readonly watching: number;
  private readonly seen = () => this.restart();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly open: (path: string, protocol: string) => WebSocket,
    private readonly tell: (news: PlayerNews) => void,
  ) {
    this.watching = window.setInterval(() => this.watch(), 1000);
    document.addEventListener('visibilitychange', this.seen);
  }

  // The stream at this path; null: none.
  show(path: string | null): void {
    if (path === this.path) return;
    this.path = path;
    this.restart();
  }

  close(): void {
    clearInterval(this.watching);
    document.removeEventListener('visibilitychange', this.seen);
    this.path = null;
    this.restart();
  }

  get kind(): 'mp4' | 'jpeg' {
    return this.failures < 2 && 'MediaSource' in window ? 'mp4' : 'jpeg';
  }

  private news(state: PlayerState): void {
    this.tell({ state, kind: this.kind });
  }

  restart(): void {
    this.stop();
    clearTimeout(this.again);
    if (this.path && !document.hidden) this.start(this.path);
    else this.news('connecting');
  }

  private start(path: string): void {
    const socket = this.open(`${path}?kind=${this.kind}`, 'wallctl.preview');
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.heard = this.moved = performance.now();
    this.news('connecting');
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      this.heard = performance.now();
      if (typeof message.data === 'string') this.begin(JSON.parse(message.data) as { kind: string; mime: string });
      else this.take?.(message.data);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.stop();
      this.news('lost');
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries++) * (0.75 + Math.random() / 2);
      this.again = window.setTimeout(() => this.restart(), wait);
    };
  }

  private stop(): void {
    const socket = this.socket;
    this.socket = this.take = this.buffer = this.lag = null;
    this.queue = [];
    socket?.close();
    if (this.url) {
      this.video.removeAttribute('src');
      this.video.load();
      URL.revokeObjectURL(this.url);
      this.url = null;
    }
  }

  private begin(hello: { kind: string; mime: string }): void {
    const isVideo = hello.kind === 'mp4';
    this.video.hidden = !isVideo;
    this.canvas.hidden = isVideo;
    if (!isVideo) this.take = (data) => void this.draw(data);
    else if (MediaSource.isTypeSupported(hello.mime)) this.openSource(hello.mime);
    else this.fail(`cannot play ${hello.mime}`);
  }

  private fail(reason: string): void {
    console.warn(`preview: ${reason}`);
    this.failures += 1;
    this.restart();
  }

  // ---- MP4 ----

  private openSource(mime: string): void {
    const source = new MediaSource();
    const socket = this.socket;
    let hasInit = false;
    this.take = (data) => {
      // A second init segment is a new encoder with a time line of its own.
      const isInit = data.byteLength > 8 && new DataView(data).getUint32(4) === FTYP;
      if (isInit && hasInit) {
        this.restart();
        return;
      }
      hasInit ||= isInit;
      this.queue.push(data);
      this.pump();
    };
    source.addEventListener(
      'sourceopen',
      () => {
        if (socket !== this.socket) return;
        try {
          this.buffer = source.addSourceBuffer(mime);
        } catch (error) {
          this.fail(String(error));
          return;
        }
        this.buffer.addEventListener('updateend', () => {
          if (socket !== this.socket) return;
          this.follow();
          this.pump();
        });
        this.pump();
      },
      { once: true },
    );
    this.video.onerror = () => {
      if (socket === this.socket) this.fail(this.video.error?.message ?? 'video error');
    };
    this.url = URL.createObjectURL(source);
    this.video.src = this.url;
  }

  private pump(): void {
    const { video, buffer } = this;
    if (!buffer || buffer.updating) return;
    try {
      if (video.buffered.length && video.buffered.start(0) < video.currentTime - 2 * KEEP_BUFFERED)
        buffer.remove(0, video.currentTime - KEEP_BUFFERED);
      else if (this.queue.length) buffer.appendBuffer(this.takeAll());
    } catch (error) {
      this.fail(String(error));
    }
  }

  private takeAll(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.queue.reduce((sum, data) => sum + data.byteLength, 0));
    let at = 0;
    for (const data of this.queue) {
      all.set(new Uint8Array(data), at);
      at += data.byteLength;
    }
    this.queue = [];
    return all;
  }

  private follow(): void {
    const { video } = this;
    const { buffered } = video;
    if (!buffered.length) return;
    const start = buffered.start(buffered.length - 1);
    const end = buffered.end(buffered.length - 1);
    const behind = end - video.currentTime;
    if (video.currentTime < start || behind > JUMP_BEHIND || behind < 0) video.currentTime = Math.max(start, end - KEEP_BEHIND);
    video.playbackRate = behind > HURRY_BEHIND ? 1.15 : behind > 2 * KEEP_BEHIND ? 1.04 : 1;
    if (video.paused) video.play().catch(() => {});
    this.lag = Math.max(0, end - video.currentTime);
    if (video.readyState >= 2) this.playing();
  }

  // ---- JPEG ----

  private async draw(data: ArrayBuffer): Promise<void> {
    const { socket, canvas } = this;
    let picture: ImageBitmap;
    try {
      picture = await createImageBitmap(new Blob([data], { type: 'image/jpeg' }));
    } catch {
      return; // the next one comes soon
    }
    if (socket === this.socket) {
      if (canvas.width !== picture.width || canvas.height !== picture.height)
        [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      this.moved = performance.now();
      this.playing();
    }
    picture.close();
  }

  // ---- watching ----

  private playing(): void {
    this.tries = 0;
    this.news('playing');
  }

  private watch(): void {
    if (!this.socket) return;
    const now = performance.now();
    if (this.buffer && this.video.currentTime !== this.lastTime) {
      this.lastTime = this.video.currentTime;
      this.moved = now;
    }
    if (now - this.heard > SILENCE) this.restart();
    else if (this.buffer && this.heard - this.moved > FROZEN) this.fail('messages come, but the picture stands');
  }
}
