// link.js - wallctl.v1: requests and events over one WebSocket that comes back by itself
//
// Events carry numbers. After a break the link asks to go on after the last one it had; when the server no longer has
// what was missed, onSnapshot is called and the page asks for everything again.

const FIRST_WAIT = 500, LONGEST_WAIT = 8000, ANSWER_WAIT = 15000;

export class Link {
  // handlers: onOpen(isFirst), onClose(tries, waitMs), onEvent(name, data), onSnapshot()
  constructor(handlers) {
    this.handlers = handlers;
    this.waiting = new Map();
    this.nextId = 1;
    this.tries = 0;
    this.seq = 0;
    this.wasOpen = false;
    this.open();
  }

  open() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const resume = this.seq ? `?resume=${this.seq}` : '';
    this.socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws${resume}`, 'wallctl.v1');
    this.socket.onmessage = (message) => this.take(JSON.parse(message.data));
    this.socket.onclose = () => this.closed();
  }

  take(message) {
    switch (message.type) {
      case 'hello':
        this.tries = 0;
        if (!this.seq) this.seq = message.seq;
        this.handlers.onOpen(!this.wasOpen);
        this.wasOpen = true;
        break;
      case 'event':
        this.seq = message.seq;
        this.handlers.onEvent(message.event, message.data);
        break;
      case 'snapshot-needed':
        this.seq = message.seq;
        this.handlers.onSnapshot();
        break;
      case 'reply': {
        const asked = this.waiting.get(message.id);
        if (!asked) break;
        this.waiting.delete(message.id);
        clearTimeout(asked.timer);
        if (message.status < 400) asked.resolve(message.body);
        else asked.reject(new Error(message.body?.error?.message_zh ?? message.body?.error?.message ?? `status ${message.status}`));
        break;
      }
    }
  }

  closed() {
    for (const asked of this.waiting.values()) {
      clearTimeout(asked.timer);
      asked.reject(new Error('connection lost'));
    }
    this.waiting.clear();
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.handlers.onClose(this.tries, wait);
    setTimeout(() => this.open(), wait);
  }

  get(path) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('not connected'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error('no answer'));
      }, ANSWER_WAIT);
      this.waiting.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ type: 'request', id, method: 'GET', path: `/api/v1/${path}` }));
    });
  }
}
