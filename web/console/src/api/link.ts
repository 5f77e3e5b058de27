// link.ts - wallctl.v1: requests and events over one WebSocket that comes back by itself
//
// Events carry numbers. After a break the link asks to go on after the last one it had; when the server no longer holds
// what was missed, onSnapshot is called and the page reads everything again. A link that is silent is asked whether it
// lives: a cable that was pulled closes nothing.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;
const ANSWER_WAIT = 15000;
const SILENCE = 20000;
export const SIGNED_OUT = 4401;

export interface Problem {
  code: string;
  message: string;
  message_zh?: string;
  wait_s?: number;
}

// An answer of 400 and above, or none at all (status 0).
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly body?: unknown,
  ) {
    super(problem.message);
  }
}

export interface LinkHandlers {
  onOpen(isResumed: boolean): void;
  onClose(tries: number, waitMs: number): void;
  onEvent(name: string, data: Record<string, unknown>): void;
  onSnapshot(): void;
  onSignedOut(): void;
}

interface Asked {
  resolve(body: unknown): void;
  reject(error: Error): void;
  timer: number;
}

export type SocketMaker = (path: string, protocol: string) => WebSocket;

const lost = (code: string) => new ApiError(0, { code, message: code });

export class Link {
  private socket: WebSocket | null = null;
  private waiting = new Map<number, Asked>();
  private nextId = 1;
  private tries = 0;
  private seq = 0;
  private again = 0;
  private quiet = 0;

  constructor(
    private readonly make: SocketMaker,
    private readonly handlers: LinkHandlers,
  ) {}

  open(): void {
    clearTimeout(this.again);
    const socket = this.make(`/api/v1/ws${this.seq ? `?resume=${this.seq}` : ''}`, 'wallctl.v1');
    this.socket = socket;
    socket.onmessage = (message) => {
      if (socket === this.socket) this.take(JSON.parse(message.data as string));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
  }

  // For good, or until open(): the person has signed out.
  close(): void {
    clearTimeout(this.again);
    clearTimeout(this.quiet);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.forget();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === 1;
  }

  private take(message: { type: string; [key: string]: unknown }): void {
    clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => this.check(), SILENCE);
    switch (message.type) {
      case 'hello':
        this.tries = 0;
        this.handlers.onOpen(this.seq !== 0);
        if (!this.seq) this.seq = message.seq as number;
        break;
      case 'event':
        this.seq = message.seq as number;
        this.handlers.onEvent(message.event as string, message.data as Record<string, unknown>);
        break;
      case 'snapshot-needed':
        this.seq = message.seq as number;
        this.handlers.onSnapshot();
        break;
      case 'reply':
        this.reply(message as unknown as { id: number; status: number; body: unknown });
        break;
    }
  }

  private reply(message: { id: number; status: number; body: unknown }): void {
    const asked = this.waiting.get(message.id);
    if (!asked) return;
    this.waiting.delete(message.id);
    clearTimeout(asked.timer);
    if (message.status < 400) {
      asked.resolve(message.body);
      return;
    }
    const problem = (message.body as { error?: Problem } | null)?.error;
    asked.reject(new ApiError(message.status, problem ?? { code: 'internal', message: `status ${message.status}` }, message.body));
  }

  private check(): void {
    this.request('GET', '/api/v1/walls').catch(() => this.socket?.close());
  }

  private forget(): void {
    for (const asked of this.waiting.values()) {
      clearTimeout(asked.timer);
      asked.reject(lost('lost'));
    }
    this.waiting.clear();
  }

  private closed(code: number): void {
    this.socket = null;
    clearTimeout(this.quiet);
    this.forget();
    if (code === SIGNED_OUT) {
      this.handlers.onSignedOut();
      return;
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.handlers.onClose(this.tries, wait);
    this.again = window.setTimeout(() => this.open(), wait);
  }

  request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const socket = this.socket;
    if (!socket || socket.readyState !== 1) return Promise.reject(lost('lost'));
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.waiting.delete(id);
        reject(lost('silent'));
      }, ANSWER_WAIT);
      this.waiting.set(id, { resolve: resolve as (body: unknown) => void, reject, timer });
      socket.send(JSON.stringify({ type: 'request', id, method, path, ...(body === undefined ? {} : { body }) }));
    });
  }
}
