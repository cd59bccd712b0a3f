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

/** What a request waits for, one after the other. */
const PHASES = {
  lookup: 'Cache looked up',
  joined: 'Another’s fetch of it',
  peers: 'Peers',
  connect: 'Connection to the origin',
  'first-byte': 'Origin’s first byte',
  proof: 'Proof of the whole',
  body: 'Body',
};

/** What states which bytes these are. */
const EVIDENCE = {
  caller: 'a digest that the caller gave',
  'url-oci': 'the digest in its URL',
  'url-by-hash': 'the digest in its URL',
  'repr-digest': 'the origin’s Repr-Digest',
  'content-digest': 'the origin’s Content-Digest',
  'x-amz-checksum-sha256': 'the origin’s checksum field',
  'x-checksum-sha256': 'the origin’s checksum field',
  'docker-content-digest': 'the registry’s digest field',
  voucher: 'a voucher',
  'own-past': 'our own earlier copy',
  'site-manifest': 'the site’s manifest',
  sri: 'the page’s integrity attribute',
  'npm-packument': 'npm’s package index',
  'pypi-index': 'Python’s package index',
  'debian-release': 'Debian’s Release file',
  'debian-packages': 'Debian’s Packages file',
  'oci-manifest': 'a container image’s manifest',
  'checksum-file': 'a checksum file beside it',
  metalink: 'a Metalink',
};

export function evidenceWords(kind) {
  return EVIDENCE[kind] ?? kind;
}

function given(request) {
  return SOURCES.filter(([name]) => request.bytes[name] > 0);
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
  const parts = given(request).sort((one, other) => request.bytes[other[0]] - request.bytes[one[0]]);
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

function bar(kind, share) {
  const part = el('i', { class: kind });
  part.style.width = `${(100 * share).toFixed(2)}%`;
  return part;
}

/** The body's part has the colours of the places that gave it. */
function fall(request, longest) {
  const all = total(request);
  return request.phases.flatMap((phase) => {
    const share = phase.millis / longest;
    if (phase.name !== 'body') {
      return [bar(`phase ${phase.name}`, share)];
    }
    return all === 0 ? [bar('phase empty', share)] : given(request).map(([name]) => bar(`phase ${name}`, share * request.bytes[name] / all));
  });
}

/** The same, a line for each phase, from when to when. */
function waterfall(request) {
  const whole = Math.max(request.totalMillis, 0.001);
  let at = 0;
  const lines = request.phases.map((phase) => {
    const parts = phase.name === 'body' ? fall({ ...request, phases: [phase] }, whole) : [bar(`phase ${phase.name}`, phase.millis / whole)];
    parts[0] && (parts[0].style.marginLeft = `${(100 * at / whole).toFixed(2)}%`);
    at += phase.millis;
    return el('tr', {}, el('th', { scope: 'row' }, PHASES[phase.name] ?? phase.name), el('td', { class: 'num' }, millis(phase.millis)),
      el('td', {}, el('span', { class: 'fall', 'aria-hidden': 'true' }, ...parts)));
  });
  return el('table', { class: 'waterfall' }, el('caption', { class: 'sr' }, 'What it waited for, and how long'), el('tbody', {}, ...lines));
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
  return `${PHASES[phase.name] ?? phase.name} ${millis(phase.millis)}`;
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

/** What stated which bytes these are, by whom; nothing for what was here. */
function proof(request) {
  if (!request.evidence) {
    return null;
  }
  const by = request.vouchedBy ? [' by ', el('b', {}, request.vouchedBy), ', whom you trust'] : [];
  return el('p', {}, 'Evidence: ', evidenceWords(request.evidence), ...by, '.');
}

function detail(request) {
  const parts = given(request);
  const purge = el('button', { type: 'button', onclick: () => forget(request.url) }, 'Forget what is stored of it');
  return [
    el('p', {}, el('code', {}, `${request.method} ${request.url}`)),
    el('p', {}, why(request)),
    proof(request),
    waterfall(request),
    parts.length ? el('ul', { class: 'parts' }, ...parts.map(([name, label]) =>
      el('li', {}, el('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), `${label}: ${bytes(request.bytes[name])}`))) : null,
    el('p', { class: 'muted' }, `${time(request.started)}, ${millis(request.totalMillis)} in all; ${request.end}${request.error ? `: ${request.error}` : ''}.`),
    el('p', {}, purge),
  ].filter(Boolean);
}

async function forget(asked) {
  try {
    const answer = await post('cache/purge', { url: asked });
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
