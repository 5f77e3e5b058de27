// console.mjs - the steps of console.py: works the wall page as a person does, and says what it took, a JSON value a line
import { door, enter, open, PASSWORD, until } from '../browser/console/steps.mjs';

const names = process.argv.slice(5);
const TILE = '.stage[data-takes] .tile[data-tile="1"]';
const tell = (name, value) => console.log(`${name} ${JSON.stringify(value)}`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let page;

async function ready(of) {
  await of.waitForSelector(TILE);
  await of.waitForSelector('.stage[data-preview=playing]');
}

const parts = {
  async usable() {
    const told = { usable: [], picture: [], script: 0 };
    for (let n = 0; n < 20; n++) {
      // A context of its own: nothing in the cache, only the session.
      const visit = await open(1920, 1080, {}, { like: page, path: 'favicon.ico' });
      const began = performance.now();
      await visit.goto(page.url(), { waitUntil: 'commit' });
      await visit.waitForSelector(TILE);
      told.usable.push(performance.now() - began);
      await visit.waitForSelector('.stage[data-preview=playing]');
      told.picture.push(performance.now() - began);
      told.script = await visit.evaluate(() =>
        performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, item) => sum + item.encodedBodySize, 0));
      await visit.context().close();
    }
    return told;
  },

  async idle() {
    const seconds = 60;
    const meter = await page.context().newCDPSession(page);
    await meter.send('Performance.enable', { timeDomain: 'threadTicks' });
    const thread = async () => (await meter.send('Performance.getMetrics')).metrics.find((item) => item.name === 'TaskDuration').value;
    await pause(3000);
    const [first, browser] = [await thread(), await door('browser')];
    await pause(seconds * 1000);
    return { thread: ((await thread()) - first) / seconds, browser: ((await door('browser')) - browser) / seconds };
  },

  async click() {
    await page.locator(TILE).click();
    await page.keyboard.press('Delete');
    await until(async () => !(await door('wall')).tiles.find((item) => item.tile === 1)?.camera, 'the tile is empty');
    // What the page itself sees: the time of a click, the answer to the command, the first picture in which the middle of the
    // tile is another one. The stamp's place is left out, it changes with each picture.
    await page.evaluate(() => {
      const video = document.querySelector('video');
      const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 16 });
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      const seen = (window.seen = { looks: [], clicks: [], answers: [] });
      addEventListener('click', (event) => seen.clicks.push(event.timeStamp), true);
      const { send } = WebSocket.prototype;
      const heard = new WeakSet();
      let asked = null;
      WebSocket.prototype.send = function (text) {
        if (!heard.has(this)) {
          heard.add(this);
          this.addEventListener('message', ({ data, timeStamp }) => {
            if (asked !== null && typeof data === 'string' && JSON.parse(data).id === asked) seen.answers.push(timeStamp);
          });
        }
        const { id, path } = JSON.parse(text);
        if (/commands|undo|redo/.test(path)) asked = id;
        send.call(this, text);
      };
      const look = (now) => {
        const [w, h] = [video.videoWidth / 3, video.videoHeight / 3];
        pen.drawImage(video, w * 0.1, h * 0.3, w * 0.8, h * 0.4, 0, 0, 64, 16);
        const data = pen.getImageData(0, 0, 64, 16).data;
        let [sum, squares] = [0, 0];
        for (let i = 1; i < data.length; i += 4) [sum, squares] = [sum + data[i], squares + data[i] * data[i]];
        const mean = sum / 1024;
        seen.looks.push([now, mean, Math.sqrt(Math.max(squares / 1024 - mean * mean, 0))]);
        if (seen.looks.length > 1000) seen.looks.splice(0, 500);
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    });
    const latest = () => page.evaluate(() => window.seen.looks.at(-1));
    await pause(2000);
    const empty = await latest();
    await page.locator('button[title="撤销"]').click();
    await pause(2000);
    const full = await latest();
    const limit = (empty[2] + full[2]) / 2;
    const told = { accepted: [], seen: [] };
    for (let n = 0; n < 200; n++) {
      const button = page.locator(n % 2 ? 'button[title="撤销"]' : 'button[title="重做"]');
      await page.evaluate(() => Object.assign(window.seen, { clicks: [], answers: [] }));
      await button.click();
      const isFull = Boolean(n % 2);
      const times = await until(() => page.evaluate(([limit, isFull]) => {
        const clicked = window.seen.clicks[0];
        const answer = window.seen.answers[0];
        const shown = window.seen.looks.find(([now, , spread]) => now > clicked && spread > limit === isFull);
        return answer && shown ? [answer - clicked, shown[0] - clicked] : null;
      }, [limit, isFull]), 'the picture shows it');
      told.accepted.push(times[0]);
      told.seen.push(times[1]);
      await pause(300 + (n * 37) % 200);
    }
    return told;
  },

  async lag() {
    const epoch = await door('epoch', 'cam-2/sub');
    await page.evaluate(() => {
      // Reads the stamp of tests/support/stamp.c at the upper edge of tile 2.
      const video = document.querySelector('video');
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      const stamps = (window.stamps = []);
      const crc = (word) => {
        let sum = 0xff;
        for (const shift of [24, 16, 8, 0]) {
          sum ^= (word >>> shift) & 0xff;
          for (let i = 0; i < 8; i++) sum = (sum & 0x80 ? (sum << 1) ^ 7 : sum << 1) & 0xff;
        }
        return sum;
      };
      const look = () => {
        const [w, h] = [video.videoWidth / 3, video.videoHeight / 3];
        const rows = Math.max(Math.floor(h / 15 / 2), 2);
        [canvas.width, canvas.height] = [Math.round(w), rows];
        pen.drawImage(video, w, h / 15 / 4, w, rows, 0, 0, canvas.width, rows);
        const data = pen.getImageData(0, 0, canvas.width, rows).data;
        const levels = Array.from({ length: 44 }, (_, i) => {
          const [x0, x1] = [Math.round(((i + 0.3) * w) / 44), Math.round(((i + 0.7) * w) / 44)];
          let [sum, count] = [0, 0];
          for (let y = 0; y < rows; y++) for (let x = x0; x < Math.max(x1, x0 + 1); x++, count++) sum += data[4 * (y * canvas.width + x) + 1];
          return sum / count;
        });
        const middle = (levels[0] + levels[1] + levels[2] + levels[3]) / 4;
        const bits = levels.map((level) => (level > middle ? 1 : 0));
        const number = (from, to) => bits.slice(from, to).reduce((all, bit) => all * 2 + bit, 0);
        const frame = number(20, 36);
        if (number(0, 4) === 10 && number(4, 20) === 2 && crc(number(4, 36)) === number(36, 44)) stamps.push([performance.timeOrigin + performance.now(), frame]);
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    });
    await pause(60000);
    const stamps = await page.evaluate(() => window.stamps);
    if (stamps.length < 500) throw new Error(`${stamps.length} stamps could be read`);
    const LOOP = 50 * 40; // ms after which the stamps of a simulated camera begin again
    return { behind: stamps.map(([now, frame]) => (((now - epoch - frame * 40) % LOOP) + LOOP) % LOOP) };
  },

  async soak(minutes = 30) {
    const meter = await page.context().newCDPSession(page);
    await meter.send('Performance.enable');
    const told = { heap: [], nodes: [], listeners: [], sockets: [] };
    let sockets = 0;
    page.on('websocket', (socket) => { sockets++; socket.on('close', () => sockets--); });
    await page.reload();
    await ready(page);
    for (let minute = 0; minute < minutes; minute++) {
      for (let second = 0; second < 60; second++) {
        await page.keyboard.press(['4', '9'][second % 2]);
        await page.keyboard.press('Enter');
        if (second % 10 === 5) await door('alarm');
        if (second % 10 === 8) await page.keyboard.press('Space');
        await pause(900);
      }
      await meter.send('HeapProfiler.collectGarbage');
      const metrics = Object.fromEntries((await meter.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
      told.heap.push(metrics.JSHeapUsedSize);
      told.nodes.push(metrics.Nodes);
      told.listeners.push(metrics.JSEventListeners);
      told.sockets.push(sockets);
    }
    return told;
  },
};

page = await open(1920, 1080);
await enter(page, 'zhang', await door('account', 'zhang', 'dispatcher'));
await ready(page);
for (const name of names) {
  const [part, value] = name.split('=');
  tell(part, await parts[part](...(value ? [Number(value)] : [])));
}
process.exit(0);
