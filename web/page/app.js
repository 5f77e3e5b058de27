// app.js - the plain page: one wall's picture, its tiles, and how things stand. A view only.

import { Link } from './link.js';
import { Preview } from './preview.js';
import { faults, loads, outputKinds, outputStates, states, streams } from './words.js';

const $ = (id) => document.getElementById(id);
const STATUS_EVERY = 2000, GATHER = 120;

let status = null;   // GET status
let wall = null;     // GET walls/ID
let wallId = null, screenId = null;
let tourNames = new Map();
let clockOffset = 0; // the server's clock minus ours
let lastTicks = null, fps = null;
let gathering = null;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// ---- the link ----

const link = new Link({
  onOpen() {
    showLink('good', '已连接');
    loadTours().then(loadStatus).then(loadWall);
  },
  // What was true before the break is not shown as true now.
  onClose(tries, wait) {
    showLink('bad', `与控制程序的连接已断开，${Math.ceil(wait / 1000)} 秒后第 ${tries} 次重连`);
    document.body.classList.add('offline');
    choose(null);
    lastTicks = fps = null;
    for (const id of ['revision', 'fps']) setText($(id), '–');
  },
  onEvent(name, data) {
    if (name === 'config.reloaded' || name === 'output.state' || name === 'load.changed' || name === 'store.state')
      loadStatus();
    if (name === 'config.reloaded' || name === 'tour.changed') loadTours().then(gather);
    else if (name === 'camera.state' || data.wall === wallId) gather();
  },
  onSnapshot() {
    loadTours().then(loadStatus).then(loadWall);
  },
});

function showLink(look, text) {
  $('link').className = `state ${look}`;
  setText($('link'), text);
}

// Many events in a row are one question.
function gather() {
  gathering ??= setTimeout(() => {
    gathering = null;
    loadWall();
  }, GATHER);
}

async function loadStatus() {
  try {
    status = await link.get('status');
  } catch {
    return; // the link says why
  }
  clockOffset = status.now - Date.now();
  if (!status.walls.some((item) => item.id === wallId)) {
    wallId = status.walls[0]?.id ?? null;
    screenId = null;
  }
  measureRate();
  drawStatus();
}

async function loadTours() {
  const answer = await link.get('tours').catch(() => null);
  if (answer) tourNames = new Map(answer.tours.map((tour) => [tour.id, tour.name]));
}

async function loadWall() {
  if (!wallId) return;
  try {
    wall = await link.get(`walls/${encodeURIComponent(wallId)}`);
  } catch {
    return;
  }
  document.body.classList.remove('offline');
  if (!wall.screens.some((screen) => screen.id === screenId)) screenId = wall.screens[0]?.id ?? null;
  drawWall();
  if (screenId) preview.show(wallId, screenId);
}

// ---- the picture ----

const preview = new Preview($('video'), $('picture'), (state) => {
  const texts = { connecting: '正在取画面…', lost: '画面中断，正在重连…', playing: '' };
  $('stage').dataset.preview = state;
  setText($('notice'), texts[state]);
});

function measureRate() {
  const screen = status.walls.find((item) => item.id === wallId)?.screens.find((item) => item.id === screenId);
  if (!screen) return;
  const now = { ticks: screen.ticks, at: status.now, of: `${wallId}/${screenId}` };
  if (lastTicks && lastTicks.of === now.of && now.at > lastTicks.at)
    fps = ((now.ticks - lastTicks.ticks) * 1000) / (now.at - lastTicks.at);
  lastTicks = now;
}

// ---- drawing ----

function choices(nav, items, chosen, choose) {
  const key = JSON.stringify([items.map((item) => [item.id, item.name]), chosen]);
  if (nav.dataset.key === key) return;
  nav.dataset.key = key;
  nav.replaceChildren(...items.map((item) => {
    const isOnly = items.length === 1;
    const node = element(isOnly ? 'span' : 'button', item.id === chosen ? 'chosen' : '', item.name || item.id);
    if (!isOnly) {
      node.type = 'button';
      node.setAttribute('aria-pressed', String(item.id === chosen));
      node.onclick = () => choose(item.id);
    }
    return node;
  }));
}

function drawStatus() {
  setText($('site'), status.site);
  document.title = `${status.site} · 大屏`;
  choices($('walls'), status.walls, wallId, (id) => {
    wallId = id;
    screenId = null;
    fps = null;
    drawStatus();
    loadWall();
  });
  const rate = fps === null ? '–' : `${fps.toFixed(fps > 9.95 ? 0 : 1)} fps`;
  setText($('fps'), rate);
  $('fps').className = fps !== null && fps < status.fps * 0.96 ? 'warn' : '';
  const { feeds, load, outputs, store } = status;
  const trouble = feeds.retrying + feeds.refused;
  setText($('cameras'), `摄像机 ${feeds.cameras} 台 · 取流 ${feeds.open} 路（正常 ${feeds.live}${trouble ? `，异常 ${trouble}` : ''}）`);
  $('cameras').className = trouble ? 'warn' : '';
  setText($('load'), load.level > 0 ? `降载: ${loads[load.word] ?? load.word}` : '降载: 无');
  $('load').className = load.level > 0 ? 'warn' : '';
  const told = outputs.map((output) => `${outputKinds[output.kind] ?? output.kind} ${outputStates[output.state] ?? output.state}`);
  setText($('outputs'), told.length ? `输出: ${told.join('、')}` : '');
  $('outputs').title = outputs.map((output) => [output.id, output.address, output.detail].filter(Boolean).join(' · ')).join('\n');
  $('outputs').className = outputs.some((output) => output.state === 'retrying') ? 'warn' : '';
  setText($('store'), store.is_good ? '' : '存储: 墙面存不下来，重启后会回到旧的样子');
  $('store').title = store.detail ?? '';
  $('store').className = 'warn';
  setText($('version'), `wallctl ${status.version}`);
}

// Tiles with what is on glass, in the order in which they are drawn.
function seenTiles() {
  const glass = new Map(wall.glass.map((item) => [item.tile, item]));
  return wall.tiles
    .map((tile) => ({ ...tile, ...glass.get(tile.tile), rect: tile.shown ?? tile.rect }))
    .sort((a, b) => (a.z ?? 0) - (b.z ?? 0) || a.tile - b.tile);
}

// A camera that is tried again after a fault is offline until it comes, as the wall says.
function stateOf(tile) {
  const isTrying = tile.state === 'connecting' || tile.state === 'wait_keyframe';
  return (tile.fault && isTrying ? states.retrying : states[tile.state]) ?? states.empty;
}

function stateText(tile) {
  return tile.fault ? faults[tile.fault] ?? tile.fault : stateOf(tile).text;
}

function drawWall() {
  const isPending = wall.revision > wall.on_glass;
  setText($('revision'), isPending ? `r${wall.revision} 上墙中…` : `r${wall.revision}`);
  $('revision').className = isPending ? 'wait' : '';
  choices($('screens'), wall.screens.length > 1 ? wall.screens : [], screenId, (id) => {
    screenId = id;
    fps = null;
    drawWall();
    preview.show(wallId, id);
  });
  const screen = wall.screens.find((item) => item.id === screenId);
  if (!screen) return;
  const [x, y, w, h] = screen.rect;
  const root = document.documentElement.style;
  root.setProperty('--wide', w);
  root.setProperty('--high', h);
  const tiles = seenTiles();
  drawTiles(tiles.filter((tile) => tile.is_visible && tile.screen === screenId), [x, y, w, h]);
  drawList(tiles.sort((a, b) => a.tile - b.tile));
}

// Keeps one node per key, in order, so that hovering and focus survive.
function keep(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = String(keyOf(item));
    const node = known.get(key) ?? make(item);
    node.dataset.key = key;
    update(node, item);
    return node;
  });
  if (nodes.length !== parent.children.length || nodes.some((node, i) => parent.children[i] !== node))
    parent.replaceChildren(...nodes);
}

function drawTiles(tiles, [x, y, w, h]) {
  keep($('tiles'), tiles, (tile) => tile.tile, (tile) => {
    const node = element('button', 'tile');
    node.type = 'button';
    hover(node, tile.tile);
    return node;
  }, (node, tile) => {
    const [left, top, width, height] = tile.rect;
    node.style.left = `${((left - x) / w) * 100}%`;
    node.style.top = `${((top - y) / h) * 100}%`;
    node.style.width = `${(width / w) * 100}%`;
    node.style.height = `${(height / h) * 100}%`;
    node.className = `tile ${stateOf(tile).look}${tile.tile === chosenTile ? ' chosen' : ''}`;
    node.setAttribute('aria-label', `窗格 ${tile.tile} ${tile.name ?? ''} ${stateText(tile)}`);
  });
}

function drawList(tiles) {
  keep($('list'), tiles, (tile) => tile.tile, (tile) => {
    const node = element('li');
    node.append(element('b'), element('span', 'name'), element('span', 'region'), element('span', 'state'));
    hover(node, tile.tile);
    return node;
  }, (node, tile) => {
    const state = stateOf(tile), [number, name, region, told] = node.children;
    node.className = `${state.look}${tile.is_visible ? '' : ' covered'}${tile.tile === chosenTile ? ' chosen' : ''}`;
    setText(number, String(tile.tile));
    setText(name, tile.name ?? tile.camera ?? '空');
    setText(region, [tile.region_name, tile.tour && '轮巡'].filter(Boolean).join(' · '));
    // What is well needs no word.
    setText(told, tile.state === 'live' || tile.state === 'board' ? state.mark : tile.camera ? `${state.mark} ${stateText(tile)}` : '');
  });
  const filled = tiles.filter((tile) => tile.camera);
  const layout = [...new Set(wall.areas.map((area) => area.layout))].join(' + ');
  setText($('summary'), `${tiles.length} 个窗格${layout ? ` · 布局 ${layout}` : ''}`);
  const counts = [['good', '正常', 0], ['wait', '连接中', 0], ['warn', '停滞', 0], ['bad', '异常', 0]];
  for (const tile of filled) {
    const count = counts.find(([look]) => look === stateOf(tile).look);
    if (count) count[2] += 1;
  }
  const marks = [wall.locked && ['none', `🔒 已锁定${wall.locked_by ? `（${wall.locked_by}）` : ''}`],
    wall.preview && ['wait', '预演中'], ...wall.tours.map((tour) => ['none', `轮巡 ${tourNames.get(tour.tour) ?? tour.tour}${tour.paused ? ' 暂停' : ''}`])];
  $('counts').replaceChildren(
    ...counts.filter(([, , n]) => n).map(([look, text, n]) => element('li', look, `${text} ${n}`)),
    ...marks.filter(Boolean).map(([look, text]) => element('li', look, text)));
}

// ---- one tile, looked at ----

let chosenTile = null, whyTimer = null, pointer = null;

function hover(node, tile) {
  node.addEventListener('pointerenter', (event) => choose(tile, { x: event.clientX, y: event.clientY }));
  node.addEventListener('pointermove', (event) => placeTip({ x: event.clientX, y: event.clientY }));
  node.addEventListener('pointerleave', () => choose(null));
  node.addEventListener('focus', () => {
    const box = node.getBoundingClientRect();
    choose(tile, { x: box.left + box.width / 2, y: box.top + box.height / 2 });
  });
  node.addEventListener('blur', () => choose(null));
}

function choose(tile, at) {
  chosenTile = tile;
  clearTimeout(whyTimer);
  for (const node of document.querySelectorAll('#tiles > *, #list > *'))
    node.classList.toggle('chosen', node.dataset.key === String(tile));
  $('tip').hidden = tile === null;
  if (tile === null || !wall) return;
  const item = seenTiles().find((known) => known.tile === tile);
  if (!item) return;
  drawTip(item);
  placeTip(at);
  if (item.camera && item.state !== 'live' && item.state !== 'board') whyTimer = setTimeout(() => explain(tile), 250);
}

function drawTip(tile) {
  const lines = [];
  const size = tile.width ? `${tile.width}×${tile.height} ${tile.fps ? `${tile.fps.toFixed(0)} fps` : ''}` : '';
  if (tile.camera) lines.push(`${stateOf(tile).mark} ${stateText(tile)}`);
  lines.push([streams[tile.stream], size].filter(Boolean).join(' · '));
  if (!tile.is_visible) lines.push('被其他窗口遮住');
  $('tip').replaceChildren(
    element('strong', '', `${tile.tile}  ${tile.name ?? '空窗格'}`),
    element('span', 'dim', [tile.region_name, tile.camera].filter(Boolean).join(' · ')),
    ...lines.filter(Boolean).map((line) => element('span', '', line)),
    element('span', 'why'));
}

async function explain(tile) {
  const why = await link.get(`walls/${encodeURIComponent(wallId)}/why/${tile}`).catch(() => null);
  if (!why || chosenTile !== tile || why.is_good) return;
  setText($('tip').querySelector('.why'), why.verdict);
  placeTip(pointer);
}

// Beside the pointer, over the wall and never over the list, which is beside the wall or, in a narrow window, below it.
function placeTip(at) {
  pointer = at;
  const tip = $('tip'), margin = 14, list = document.querySelector('aside').getBoundingClientRect();
  const isBeside = list.left > 0, [wide, high] = [tip.offsetWidth, tip.offsetHeight];
  const right = isBeside ? list.left : innerWidth, bottom = isBeside ? innerHeight : list.top;
  const left = at.x + margin + wide + margin > right ? Math.min(at.x, right) - margin - wide : at.x + margin;
  const top = at.y + margin + high > bottom ? Math.min(at.y, bottom) - margin - high : at.y + margin;
  tip.style.left = `${Math.max(margin, left)}px`;
  tip.style.top = `${Math.max(margin, top)}px`;
}

// ---- time ----

setInterval(() => {
  if (!document.hidden) loadStatus();
}, STATUS_EVERY);

setInterval(() => {
  const now = new Date(Date.now() + clockOffset);
  setText($('clock'), status ? now.toLocaleString('zh-CN', { hour12: false, timeZone: 'Asia/Shanghai' }) : '–');
  const lag = preview.lag;
  setText($('lag'), preview.kind === 'jpeg' ? 'JPEG' : lag === null ? '–' : `${lag.toFixed(1)} s`);
}, 500);

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) loadStatus().then(loadWall);
});
