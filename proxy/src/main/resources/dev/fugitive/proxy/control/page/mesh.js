// The mesh as a picture: us in the middle, our peers on a ring around us, theirs on the next.
import { byId, el, setText, show, svg } from './dom.js';
import { bytes, millis, plural, rate } from './format.js';

const RINGS = [0, 125, 228];
const SIZES = [34, 15, 9];
const STRETCH = 1.14;
const MOST_OUTER = 60;

/** Where each is: peers evenly, their peers in the direction of the one through whom we reach them. */
function places(mesh) {
  const at = new Map();
  const inner = mesh.vertices.filter((vertex) => vertex.tier === 1);
  const outer = mesh.vertices.filter((vertex) => vertex.tier === 2);
  const shown = outer.slice(0, MOST_OUTER);
  mesh.vertices.filter((vertex) => vertex.tier === 0).forEach((vertex) => at.set(vertex.name, { x: 0, y: 0, angle: 0 }));
  const start = inner.length === 2 ? Math.PI : -Math.PI / 2;
  inner.forEach((vertex, i) => put(at, vertex, start + 2 * Math.PI * i / inner.length));
  const parents = new Map(mesh.edges.filter((edge) => edge.inTree).map((edge) => [edge.to, edge.from]));
  const turn = (vertex) => at.get(parents.get(vertex.name))?.angle ?? 0;
  const sorted = [...shown].sort((one, other) => turn(one) - turn(other) || (one.name < other.name ? -1 : 1));
  const groups = Map.groupBy ? Map.groupBy(sorted, turn) : group(sorted, turn);
  const wide = inner.length ? 2 * Math.PI / inner.length : 2 * Math.PI;
  for (const [angle, members] of groups) {
    const step = Math.min(wide / members.length, 0.42);
    members.forEach((vertex, i) => put(at, vertex, angle + (i - (members.length - 1) / 2) * step));
  }
  return { at, hidden: outer.length - shown.length };
}

function group(items, keyOf) {
  const groups = new Map();
  items.forEach((item) => groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]));
  return groups;
}

function put(at, vertex, angle) {
  const radius = RINGS[vertex.tier];
  at.set(vertex.name, { x: radius * Math.cos(angle) * STRETCH, y: radius * Math.sin(angle), angle });
}

function line(from, to, name) {
  return svg('line', { class: name, x1: from.x.toFixed(1), y1: from.y.toFixed(1), x2: to.x.toFixed(1), y2: to.y.toFixed(1) });
}

/** Beside the link, so that both directions can be seen. */
function beside(place, offset) {
  const length = Math.hypot(place.x, place.y) || 1;
  return { x: -place.y / length * offset, y: place.x / length * offset };
}

function flows(vertex, place) {
  const drawn = [];
  for (const [amount, name, offset] of [[vertex.receivedPerSecond, 'flow-in', 5], [vertex.sentPerSecond, 'flow-out', -5]]) {
    if (amount > 0) {
      const by = beside(place, offset);
      const near = { x: by.x + place.x * 0.28, y: by.y + place.y * 0.28 };
      const far = { x: by.x + place.x * 0.86, y: by.y + place.y * 0.86 };
      const dash = name === 'flow-in' ? line(far, near, name) : line(near, far, name);
      dash.style.animationDuration = `${Math.max(0.35, 2.4 - 0.28 * Math.log2(1 + amount / 1024)).toFixed(2)}s`;
      drawn.push(dash);
    }
  }
  return drawn;
}

function words(vertex) {
  const trip = vertex.roundTripMillis ? `round trip ${millis(vertex.roundTripMillis)}` : 'round trip unknown';
  return `${vertex.name}: ${trip}, from it ${rate(vertex.receivedPerSecond)}, to it ${rate(vertex.sentPerSecond)}`;
}

function label(vertex, place) {
  if (vertex.tier === 0) {
    return [svg('text', { y: 6 }, 'You')];
  }
  if (vertex.tier === 2) {
    return [];
  }
  const facts = [];
  if (vertex.roundTripMillis) {
    facts.push(millis(vertex.roundTripMillis));
  }
  if (vertex.receivedPerSecond > 0) {
    facts.push(`↓ ${bytes(vertex.receivedPerSecond)}/s`);
  }
  if (vertex.sentPerSecond > 0) {
    facts.push(`↑ ${bytes(vertex.sentPerSecond)}/s`);
  }
  // a fact a line: in one line they would lie across the peers of this peer
  const first = place.y >= -1 ? 34 : -24 - 18 * facts.length;
  return [svg('text', { y: first }, vertex.name),
    ...facts.map((fact, i) => svg('text', { class: 'small', y: first + 18 * (i + 1) }, fact))];
}

function drawVertex(vertex, place) {
  return svg('g', { class: `vertex tier-${vertex.tier}`, transform: `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})` },
    svg('title', {}, vertex.tier === 0 ? 'You' : vertex.tier === 1 ? words(vertex) : `${vertex.name}: a peer of your peers, who tell no more of it`),
    svg('circle', { r: SIZES[vertex.tier] }), ...label(vertex, place));
}

let lastShape = '';

function picture(mesh) {
  const { at, hidden } = places(mesh);
  const edges = mesh.edges.filter((edge) => at.has(edge.from) && at.has(edge.to));
  const used = new Set(mesh.vertices.map((vertex) => vertex.tier));
  const rings = [1, 2].filter((tier) => used.has(tier)).map((tier) => svg('ellipse', { class: 'ring', rx: RINGS[tier] * STRETCH, ry: RINGS[tier] }));
  byId('mesh').replaceChildren(
    ...rings,
    ...edges.filter((edge) => !edge.inTree).map((edge) => line(at.get(edge.from), at.get(edge.to), 'edge')),
    ...edges.filter((edge) => edge.inTree).map((edge) => line(at.get(edge.from), at.get(edge.to), 'edge tree')),
    ...mesh.vertices.filter((vertex) => vertex.tier === 1).flatMap((vertex) => flows(vertex, at.get(vertex.name))),
    ...[...mesh.vertices].reverse().filter((vertex) => at.has(vertex.name)).map((vertex) => drawVertex(vertex, at.get(vertex.name))));
  return hidden;
}

function empty(mesh) {
  const place = byId('mesh-empty');
  if (mesh.whyNone) {
    place.replaceChildren(el('p', {}, `Peers are off: ${mesh.whyNone}.`), el('p', {}, 'Everything still comes from the cache and the origin.'));
  } else {
    place.replaceChildren(
      el('p', {}, 'No peer yet. You meet others who fetch from the same sites, at a rendezvous that you share with them.'),
      el('p', {}, 'Start this proxy with ', el('code', {}, '--rendezvous URL'), ', or with ', el('code', {}, '--rendezvous embedded'),
        ' and let another machine use its URL.'));
  }
}

export function showMesh(mesh) {
  const peers = mesh.vertices.filter((vertex) => vertex.tier === 1);
  const further = mesh.vertices.filter((vertex) => vertex.tier === 2).length;
  const alone = peers.length === 0;
  show(byId('mesh-empty'), alone);
  show(byId('mesh-legend'), !alone);
  byId('mesh').style.display = alone ? 'none' : '';
  if (alone) {
    empty(mesh);
    setText(byId('mesh-note'), '');
    setText(byId('mesh-words'), 'The mesh: you have no peers');
    lastShape = '';
    return;
  }
  const shape = JSON.stringify(mesh);
  if (shape !== lastShape) {
    lastShape = shape;
    const hidden = picture(mesh);
    const note = `${plural(peers.length, 'peer', 'peers')}, ${plural(further, 'peer', 'peers')} of theirs`;
    setText(byId('mesh-note'), hidden > 0 ? `${note} (${hidden} not drawn)` : note);
    setText(byId('mesh-words'), `The mesh: ${note}. ${peers.map(words).join('. ')}`);
  }
}
