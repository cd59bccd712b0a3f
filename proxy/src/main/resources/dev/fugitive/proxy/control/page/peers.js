// Who is linked to us, what they give and take, how they keep their word; and who is kept away.
import { Refused, hasToken, post } from './api.js';
import { ask, byId, el, keyed, setText, show, tell } from './dom.js';
import { bytes, millis, moment, percent, plural, rate, shortMoment } from './format.js';

const CELLS = ['Peer', 'Link', 'Round trip', 'From it', 'To it', 'Standing', ''];

function standing(peer) {
  const known = peer.standing;
  if (!known) {
    return ['not known yet', ''];
  }
  const words = [known.uploads ? 'gives to others' : 'only receives'];
  if (known.relays) {
    words.push('passes on');
  }
  const kept = known.toldWhatItHolds ? `had what it told: ${percent(known.keptPromises)}` : 'has not told what it holds';
  return [words.join(', '), kept];
}

function make() {
  return el('tr', {}, ...CELLS.map((label, i) => el('td', { 'data-label': label, class: i >= 2 && i <= 4 ? 'num' : null })));
}

function two(cell, first, second) {
  if (cell.dataset.shown !== first + second) {
    cell.dataset.shown = first + second;
    cell.replaceChildren(first, ...(second ? [el('small', {}, second)] : []));
  }
}

function update(row, peer) {
  const [name, link, trip, from, to, stands, action] = row.cells;
  if (!name.firstChild) {
    name.append(el('code', { title: peer.key }, peer.shortName), ...(peer.trusted ? [el('span', { class: 'tag' }, 'trusted')] : []));
    action.append(el('button', { type: 'button', onclick: () => ban(peer), 'aria-label': `Keep ${peer.shortName} away` }, 'Keep away'));
  }
  action.firstChild.disabled = !hasToken();
  two(link, peer.state, `since ${shortMoment(peer.since)}`);
  setText(trip, peer.roundTripMillis ? millis(peer.roundTripMillis) : '–');
  two(from, rate(peer.receivedPerSecond), `${bytes(peer.receivedBytes)} so far`);
  two(to, rate(peer.sentPerSecond), `${bytes(peer.sentBytes)} so far`);
  two(stands, ...standing(peer));
}

async function change(path, body, done) {
  try {
    await post(path, body);
    tell(done);
  } catch (refused) {
    tell(refused instanceof Refused ? refused.message : String(refused));
  }
}

async function ban(peer) {
  const sure = await ask('Keep this peer away?', `The link to ${peer.shortName} is closed, and none is made to it until you allow it again or the proxy ends.`, 'Keep away');
  if (sure) {
    await change('ban', { key: peer.key, reason: 'by you' }, `${peer.shortName} is kept away.`);
  }
}

function makeBan(away) {
  return el('tr', {},
    el('td', {}, el('code', { title: away.key }, away.shortName)), el('td', { 'data-label': 'Why' }), el('td', { 'data-label': 'Until' }),
    el('td', {}, el('button', { type: 'button', 'aria-label': `Allow ${away.shortName} again`,
      onclick: () => change('pardon', { key: away.key }, `${away.shortName} is allowed again.`) }, 'Allow again')));
}

export function showPeers(answer) {
  const peers = [...answer.peers].sort((one, other) => other.receivedBytes + other.sentBytes - one.receivedBytes - one.sentBytes);
  const none = peers.length === 0;
  show(byId('peers'), !none);
  show(byId('peers-empty'), none);
  if (none) {
    setText(byId('peers-empty'), answer.whyNone ? `Peers are off: ${answer.whyNone}.` : 'Nobody is linked to you at the moment.');
  }
  const open = peers.filter((peer) => peer.state === 'open').length;
  setText(byId('peers-note'), none ? '' : `${plural(open, 'open link', 'open links')}, ${answer.targetConnections} aimed at`);
  keyed(byId('peers').tBodies[0], peers, (peer) => `${peer.key} ${peer.state} ${peer.since}`, make, update);
  show(byId('bans-part'), answer.bans.length > 0);
  keyed(byId('bans').tBodies[0], answer.bans, (away) => away.key, makeBan, (row, away) => {
    setText(row.cells[1], away.reason);
    setText(row.cells[2], moment(away.until));
    row.cells[3].firstChild.disabled = !hasToken();
  });
  return open;
}
