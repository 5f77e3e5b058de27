// preview.js - the wall as a moving picture: fragmented MP4 into Media Source Extensions, or JPEG where that fails
//
// The player is kept near the newest picture: a little faster when it falls behind, a jump when it is far behind or when
// the wall stood still and the time line has a gap. Two failures of MSE, and JPEG is used for good.

const KEEP_BEHIND = 0.12;   // s; less and every hiccup shows
const HURRY_BEHIND = 0.45;  // s; play faster
const JUMP_BEHIND = 1.5;    // s
const KEEP_BUFFERED = 8;    // s before the present picture
const SILENCE = 8000;       // ms without a message: connect again
const FROZEN = 6000;        // ms with messages but without a new picture: MSE has failed
const FIRST_WAIT = 400, LONGEST_WAIT = 5000;

export class Preview {
  // onState(kind): 'connecting', 'playing', 'lost'
  constructor(video, canvas, onState) {
    this.video = video;
    this.canvas = canvas;
    this.onState = onState;
    this.failures = 0;
    this.tries = 0;
    this.lag = null;
    this.path = null;
    setInterval(() => this.watch(), 1000);
    document.addEventListener('visibilitychange', () => this.restart());
  }

  show(wall, screen) {
    const path = `/api/v1/walls/${encodeURIComponent(wall)}/screens/${encodeURIComponent(screen)}/preview`;
    if (path === this.path) return;
    this.path = path;
    this.restart();
  }

  canPlay() {
    return this.failures < 2 && 'MediaSource' in window;
  }

  // Nobody looks at a hidden page: the daemon need not encode for it.
  restart() {
    this.stop();
    clearTimeout(this.again);
    if (this.path && !document.hidden) this.start();
  }

  start() {
    const kind = this.canPlay() ? 'mp4' : 'jpeg';
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}?kind=${kind}`, 'wallctl.preview');
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.heard = this.moved = performance.now();
    this.onState('connecting');
    socket.onmessage = (message) => {
      if (socket !== this.socket) return;
      this.heard = performance.now();
      if (typeof message.data === 'string') this.begin(JSON.parse(message.data));
      else if (this.player) this.player(message.data);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.stop();
      this.onState('lost');
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries++) * (0.75 + Math.random() / 2);
      this.again = setTimeout(() => this.restart(), wait);
    };
  }

  stop() {
    const socket = this.socket;
    this.socket = null;
    this.player = null;
    this.buffer = null;
    this.queue = [];
    this.lag = null;
    if (socket) socket.close();
    if (this.url) {
      this.video.removeAttribute('src');
      this.video.load();
      URL.revokeObjectURL(this.url);
      this.url = null;
    }
  }

  begin(hello) {
    const isVideo = hello.kind === 'mp4';
    this.video.hidden = !isVideo;
    this.canvas.hidden = isVideo;
    if (!isVideo) {
      this.player = (data) => this.draw(data);
    } else if (MediaSource.isTypeSupported(hello.mime)) {
      this.openSource(hello.mime);
    } else {
      this.fail(`cannot play ${hello.mime}`);
    }
  }

  fail(reason) {
    console.warn(`preview: ${reason}`);
    this.failures += 1;
    this.restart();
  }

  // ---- MP4 ----

  openSource(mime) {
    const source = new MediaSource(), socket = this.socket;
    let hasInit = false;
    this.player = (data) => {
      // A second init segment is a new encoder with a time line of its own.
      const isInit = data.byteLength > 8 && new DataView(data).getUint32(4) === 0x66747970; // "ftyp"
      if (isInit && hasInit) {
        this.restart();
        return;
      }
      hasInit ||= isInit;
      this.queue.push(data);
      this.pump();
    };
    source.addEventListener('sourceopen', () => {
      if (socket !== this.socket) return;
      try {
        this.buffer = source.addSourceBuffer(mime);
      } catch (error) {
        this.fail(error.message);
        return;
      }
      this.buffer.addEventListener('updateend', () => {
        if (socket !== this.socket) return;
        this.follow();
        this.pump();
      });
      this.pump();
    }, { once: true });
    this.video.onerror = () => {
      if (socket === this.socket) this.fail(this.video.error?.message ?? 'video error');
    };
    this.url = URL.createObjectURL(source);
    this.video.src = this.url;
  }

  pump() {
    if (!this.buffer || this.buffer.updating) return;
    const { video } = this;
    try {
      if (video.buffered.length && video.buffered.start(0) < video.currentTime - 2 * KEEP_BUFFERED)
        this.buffer.remove(0, video.currentTime - KEEP_BUFFERED);
      else if (this.queue.length)
        this.buffer.appendBuffer(this.queue.length === 1 ? this.queue.shift() : this.takeAll());
    } catch (error) {
      this.fail(error.message);
    }
  }

  takeAll() {
    const all = new Uint8Array(this.queue.reduce((sum, data) => sum + data.byteLength, 0));
    let at = 0;
    for (const data of this.queue) {
      all.set(new Uint8Array(data), at);
      at += data.byteLength;
    }
    this.queue = [];
    return all;
  }

  follow() {
    const { video } = this, { buffered } = video;
    if (!buffered.length) return;
    const start = buffered.start(buffered.length - 1), end = buffered.end(buffered.length - 1);
    const behind = end - video.currentTime;
    if (video.currentTime < start || behind > JUMP_BEHIND || behind < 0)
      video.currentTime = Math.max(start, end - KEEP_BEHIND);
    video.playbackRate = behind > HURRY_BEHIND ? 1.15 : behind > 2 * KEEP_BEHIND ? 1.04 : 1;
    if (video.paused) video.play().catch(() => {});
    this.lag = Math.max(0, end - video.currentTime);
    if (video.readyState >= 2) this.playing();
  }

  // ---- JPEG ----

  async draw(data) {
    const socket = this.socket;
    let picture;
    try {
      picture = await createImageBitmap(new Blob([data], { type: 'image/jpeg' }));
    } catch {
      return; // the next one comes soon
    }
    if (socket === this.socket) {
      if (this.canvas.width !== picture.width || this.canvas.height !== picture.height)
        [this.canvas.width, this.canvas.height] = [picture.width, picture.height];
      this.canvas.getContext('2d').drawImage(picture, 0, 0);
      this.moved = performance.now();
      this.playing();
    }
    picture.close();
  }

  // ---- watching ----

  playing() {
    this.tries = 0;
    this.onState('playing');
  }

  watch() {
    if (!this.socket) return;
    const now = performance.now(), { video } = this;
    if (this.buffer && video.currentTime !== this.lastTime) {
      this.lastTime = video.currentTime;
      this.moved = now;
    }
    if (now - this.heard > SILENCE) this.restart();
    else if (this.buffer && this.heard - this.moved > FROZEN) this.fail('messages come, but the picture stands');
  }

  get kind() {
    return this.canPlay() ? 'mp4' : 'jpeg';
  }
}
