// The last requests: what each was, where its bytes came from, how long each part of it took, and why.
import { Refused, get, hasToken, post } from './api.js';
import { byId, el, keyed, setText, show, tell } from './dom.js';
import { SOURCES, bytes, millis, time } from './format.js';

const SHOWN = 60;
const KEPT = 200;
const requests = new Map();
let cursor = null;
let held = false;
let filter = '';

export function setUpRequests() {
  byId('requests-hold').addEventListener('click', (event) => {
    held = !held;
    event.currentTarget.setAttribute('aria-pressed', String(held));
    draw();
  });
  byId('requests-filter').addEventListener('input', (event) => {
    filter = event.currentTarget.value.trim().toLowerCase();
    draw();
  });
}

export async function pollRequests() {
  if (!hasToken()) {
    return;
  }
  const answer = await get(cursor === null ? 'requests' : `requests?since=${encodeURIComponent(cursor)}`);
  if (cursor !== null && Number(answer.cursor) < Number(cursor)) {
    requests.clear();
  }
  cursor = answer.cursor;
  for (const request of answer.requests) {
    requests.set(request.id, request);
  }
  for (const id of [...requests.keys()].sort((one, other) => one - other).slice(0, Math.max(0, requests.size - KEPT))) {
    requests.delete(id);
  }
  if (!held) {
    draw();
  }
}

function total(request) {
  return SOURCES.reduce((sum, [name]) => sum + request.bytes[name], 0);
}

/** The place that gave most of it, in words. */
function from(request) {
  const all = total(request);
  if (all === 0) {
    return request.end === 'running' ? ['', '…'] : ['', 'no body'];
  }
  const parts = SOURCES.filter(([name]) => request.bytes[name] > 0).sort((one, other) => request.bytes[other[0]] - request.bytes[one[0]]);
  const [name, label] = parts[0];
  const share = Math.round(100 * request.bytes[name] / all);
  return [name, parts.length === 1 ? label : `${label} ${share}\u202f%`];
}

function statusWords(request) {
  if (request.end === 'running' && request.status === 0) {
    return '…';
  }
  return request.status === 0 ? 'failed' : String(request.status);
}

function fall(request, longest) {
  const [source] = from(request);
  const bars = request.phases.map((phase) => {
    const bar = el('i', { class: phase.name === 'receiving' ? `receiving ${source}` : 'waiting' });
    bar.style.width = `${(100 * phase.millis / longest).toFixed(2)}%`;
    return bar;
  });
  return bars;
}

function make(request) {
  return el('li', {},
    el('details', {},
      el('summary', {},
        el('span', { class: 'status' }), el('span', { class: 'url' }), el('span', { class: 'length num' }),
        el('span', { class: 'from' }), el('span', { class: 'fall', role: 'img' }), el('span', { class: 'took num' })),
      el('div', { class: 'detail' })));
}

function url(request) {
  let parsed;
  try {
    parsed = new URL(request.url);
  } catch {
    return [request.url];
  }
  return [request.method === 'GET' ? '' : `${request.method} `, el('b', {}, parsed.host), parsed.pathname + parsed.search];
}

function phaseWords(phase) {
  const names = { waiting: 'waited', receiving: 'received', peers: 'asked peers', origin: 'asked the origin' };
  return `${names[phase.name] ?? phase.name} ${millis(phase.millis)}`;
}

function why(request) {
  if (request.whyInWords) {
    return `${request.whyInWords} (${request.why})`;
  }
  const { tier1, tier2, origin, memory, disk } = request.bytes;
  if (tier1 + tier2 > 0) {
    return origin > 0
      ? 'Peers gave a part of it, and the origin the rest. Every byte was checked against its hashes.'
      : 'Peers gave all of it. Every byte was checked against its hashes.';
  }
  if (memory + disk > 0) {
    return 'It was here already, and still fresh.';
  }
  return request.end === 'running' ? 'It is still under way.' : 'No byte of a body was needed.';
}

function detail(request) {
  const all = total(request);
  const parts = SOURCES.filter(([name]) => request.bytes[name] > 0);
  const bar = el('div', { class: 'bar', 'aria-hidden': 'true' }, ...parts.map(([name]) => {
    const part = el('i', { class: name });
    part.style.width = `${100 * request.bytes[name] / all}%`;
    return part;
  }));
  const purge = el('button', { type: 'button', onclick: () => forget(request.url) }, 'Forget what is stored of it');
  return [
    el('p', {}, el('code', {}, `${request.method} ${request.url}`)),
    el('p', {}, why(request)),
    parts.length ? bar : null,
    parts.length ? el('ul', { class: 'parts' }, ...parts.map(([name, label]) =>
      el('li', {}, el('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), `${label}: ${bytes(request.bytes[name])}`))) : null,
    el('p', { class: 'muted' }, `${time(request.started)}: ${request.phases.map(phaseWords).join(', ')}; ${request.end}.`),
    el('p', {}, purge),
  ].filter(Boolean);
}

async function forget(asked) {
  try {
    const answer = await post('purge', { url: asked });
    tell(answer.answers === 0 ? 'Nothing of it was stored.' : 'Forgotten. It will be fetched anew.');
  } catch (refused) {
    tell(refused instanceof Refused ? refused.message : String(refused));
  }
}

function update(item, request, longest) {
  const [status, address, length, source, bar, took] = item.querySelectorAll('summary > span');
  const shape = JSON.stringify(request) + longest;
  if (item.dataset.shape === shape) {
    return;
  }
  item.dataset.shape = shape;
  setText(status, statusWords(request));
  status.classList.toggle('bad', request.status >= 400 || request.end === 'failed');
  if (!address.firstChild) {
    address.append(...url(request));
    address.title = request.url;
  }
  setText(length, total(request) > 0 ? bytes(total(request)) : '');
  const [name, words] = from(request);
  source.replaceChildren(...(name ? [el('span', { class: `swatch ${name}`, 'aria-hidden': 'true' })] : []), words);
  bar.replaceChildren(...fall(request, longest));
  bar.setAttribute('aria-label', request.phases.map(phaseWords).join(', '));
  setText(took, request.end === 'running' ? 'running' : millis(request.totalMillis));
  item.querySelector('.detail').replaceChildren(...detail(request));
}

function draw() {
  const all = [...requests.values()].sort((one, other) => other.id - one.id);
  const shown = all.filter((request) => !filter || request.url.toLowerCase().includes(filter)).slice(0, SHOWN);
  const times = shown.map((request) => request.totalMillis).sort((one, other) => one - other);
  // a few very slow ones would make all others invisible: they fill their row
  const longest = Math.max(1, times[Math.floor(times.length * 0.9)] ?? 1);
  keyed(byId('requests'), shown, (request) => request.id, make, (item, request) => update(item, request, Math.max(longest, request.totalMillis > longest ? request.totalMillis : longest)));
  emptyState(shown.length === 0);
}

function emptyState(none) {
  const place = byId('requests-empty');
  show(place, none || !hasToken());
  if (!hasToken()) {
    place.replaceChildren(el('p', {}, 'Which sites you visit is yours alone: unlock this page to see it.'));
  } else if (filter) {
    place.replaceChildren(el('p', {}, 'No recent request has that in its URL.'));
  } else if (none) {
    place.replaceChildren(
      el('p', {}, 'No request has come yet. Send your programs this way: ', el('code', {}, 'fugitive system on'), ' sets the whole desktop, or try one:'),
      el('p', {}, el('code', {}, `curl -x http://${location.host} http://example.com/`)));
  }
}

export function drawRequests() {
  draw();
}
