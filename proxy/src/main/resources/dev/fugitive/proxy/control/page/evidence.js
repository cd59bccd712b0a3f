// How much of what came from outside could have been proven, by what, what the rest lacked, and whose word counts.
import { byId, el, keyed, setText, show } from './dom.js';
import { bytes, percent, plural, shortMoment } from './format.js';
import { evidenceWords } from './requests.js';

/** What bytes without evidence lacked, in short. */
const LACKING = {
  'no-evidence': 'nothing says what it is',
  'no-root': 'a digest, but too long for it',
  'no-peer': 'no peer to ask',
  'not-shareable': 'private',
  'too-small': 'too short to ask for',
  'sharing-off': 'no peer uploads',
  busy: 'all peers busy',
  'not-allowed': 'refused by all peers',
  'peers-off': 'peers are off',
  contradiction: 'contradicted',
  'peers-failed': 'peers failed',
};

function line(kind, words, count, proven) {
  return { key: `${proven} ${kind}`, words, count, proven };
}

function lines(evidence) {
  const most = (one, other) => other.count - one.count;
  const proven = Object.entries(evidence.bytesByKind).map(([kind, count]) => line(kind, evidenceWords(kind), count, true));
  const rest = Object.entries(evidence.bytesWithout).map(([kind, count]) => line(kind, LACKING[kind] ?? kind, count, false));
  return [...proven.sort(most), ...rest.sort(most)].filter((each) => each.count > 0);
}

function make(each) {
  const swatch = el('span', { class: `swatch ${each.proven ? 'proven' : 'lacking'}`, 'aria-hidden': 'true' });
  return el('tr', {},
    el('td', {}, swatch, ' ', el('span', { class: 'sr' }, each.proven ? 'Evidence: ' : 'Lacking: '), el('span', { class: 'what' })),
    el('td', { 'data-label': 'Bytes', class: 'num' }), el('td', { 'data-label': 'Share', class: 'num' }));
}

function makeTrusted() {
  return el('tr', {}, el('td', {}), el('td', { 'data-label': 'Since' }), el('td', { 'data-label': 'Vouchers followed', class: 'num' }));
}

function updateTrusted(row, key) {
  const [name, since, vouchers] = row.cells;
  if (name.dataset.shown !== key.name) {
    name.dataset.shown = key.name;
    name.replaceChildren(el('b', { title: key.key }, key.name));
  }
  setText(since, new Date(key.since).getTime() > 0 ? shortMoment(key.since) : 'the start');
  setText(vouchers, String(key.vouchers));
}

/** From the status, which is no secret on this machine. */
export function showEvidence(status) {
  const { evidence } = status;
  const shown = lines(evidence);
  const all = evidence.bytes;
  show(byId('evidence'), shown.length > 0);
  show(byId('evidence-empty'), shown.length === 0);
  setText(byId('evidence-note'), all > 0
    ? `${percent(evidence.bytesWith / all)} of ${bytes(all)} from outside had evidence; ${plural(evidence.documents, 'document', 'documents')} remembered`
    : '');
  keyed(byId('evidence').tBodies[0], shown, (each) => each.key, make, (row, each) => {
    setText(row.querySelector('.what'), each.words);
    setText(row.cells[1], bytes(each.count));
    setText(row.cells[2], percent(each.count / all));
  });
  show(byId('trusted'), evidence.trusted.length > 0);
  show(byId('trusted-empty'), evidence.trusted.length === 0);
  keyed(byId('trusted').tBodies[0], evidence.trusted, (key) => key.key, makeTrusted, updateTrusted);
  show(byId('contradictions-part'), evidence.contradictions.length > 0);
  keyed(byId('contradictions'), evidence.contradictions, (each) => `${each.at} ${each.url}`, () => el('li', {}),
    (item, each) => setText(item, `${shortMoment(each.at)}: ${each.by.join(' and ')} about ${each.url}`));
}
