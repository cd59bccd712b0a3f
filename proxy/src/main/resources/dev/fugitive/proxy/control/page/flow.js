// What came from where: a live stacked area, and the figures of now, today and this month.
import { byId, el, setText, svg } from './dom.js';
import { SOURCES, bytes, percent, rate } from './format.js';

const SECONDS = 300;
const LEFT = 80;
const RIGHT = 632;
const TOP = 10;
const BOTTOM = 232;
const SMOOTH = 3;
const HATCHED = { disk: 'M-1 1l2-2M0 6l6-6M5 7l2-2', tier2: 'M-1 1l2-2M0 6l6-6M5 7l2-2', origin: 'M1.5 1.5h1.2M4.5 4.5h1.2' };

/** The least round number that is not below: 1, 2 or 5 times a power of 2^10 or 10. */
function roundUp(value) {
  let unit = 1;
  while (unit * 1024 <= value) {
    unit *= 1024;
  }
  for (const step of [1, 2, 4, 5, 10, 20, 30, 40, 50, 100, 200, 500, 1000, 1024]) {
    if (step * unit >= value) {
      return step * unit;
    }
  }
  return value;
}

function smoothed(seconds, column) {
  return seconds.map((ignored, i) => {
    const from = Math.max(0, i - SMOOTH + 1);
    let sum = 0;
    for (let j = from; j <= i; j += 1) {
      sum += seconds[j][column];
    }
    return sum / (i - from + 1);
  });
}

function patterns() {
  return svg('defs', {}, ...Object.entries(HATCHED).map(([name, d]) =>
    svg('pattern', { id: `p-${name}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', class: `hatch ${name}` },
      svg('rect', { width: 6, height: 6, fill: 'inherit' }), svg('path', { d, fill: 'none' }))));
}

/** A round figure without its empty decimals. */
function axis(value) {
  return bytes(value).replace(/\.0+(?=\u00a0)/, '');
}

function frame(top) {
  const marks = [];
  for (const part of [0, 0.5, 1]) {
    const y = BOTTOM - (BOTTOM - TOP) * part;
    marks.push(svg('line', { class: part === 0 ? 'base' : 'grid', x1: LEFT, x2: RIGHT, y1: y, y2: y }));
    marks.push(svg('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, part === 0 ? '0' : `${axis(top * part)}/s`));
  }
  for (const [second, words, anchor] of [[0, '5 min ago', 'start'], [SECONDS / 2, '2½ min', 'middle'], [SECONDS, 'now', 'end']]) {
    const x = LEFT + (RIGHT - LEFT) * second / SECONDS;
    marks.push(svg('text', { x, y: BOTTOM + 18, 'text-anchor': anchor }, words));
  }
  return marks;
}

function areas(seconds, top) {
  const x = (i) => LEFT + (RIGHT - LEFT) * (SECONDS - seconds.length + i + 1) / SECONDS;
  const y = (value) => BOTTOM - (BOTTOM - TOP) * Math.min(1, value / top);
  let below = seconds.map(() => 0);
  return SOURCES.map(([name], column) => {
    const above = smoothed(seconds, column).map((value, i) => below[i] + value);
    const line = above.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
    const back = below.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`).reverse();
    const empty = above.every((value, i) => value === below[i]);
    below = above;
    const path = svg('path', { class: `area ${name}`, d: empty || line.length < 2 ? '' : `M${line.join('L')}L${back.join('L')}Z` });
    if (HATCHED[name]) {
      path.style.fill = `url(#p-${name})`;
    }
    return path;
  });
}

function draw(seconds) {
  let most = 0;
  const columns = SOURCES.map((ignored, column) => smoothed(seconds, column));
  seconds.forEach((ignored, i) => {
    most = Math.max(most, columns.reduce((sum, column) => sum + column[i], 0));
  });
  const top = roundUp(Math.max(most, 1024));
  const chart = byId('flow-chart');
  const idle = most === 0
    ? [svg('text', { x: (LEFT + RIGHT) / 2, y: (TOP + BOTTOM) / 2, 'text-anchor': 'middle' }, 'Nothing was asked for in the last five minutes')]
    : [];
  chart.replaceChildren(patterns(), ...frame(top), ...areas(seconds, top), ...idle);
}

function row(name, label) {
  return el('tr', { 'data-name': name },
    el('th', { scope: 'row' }, el('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), label),
    el('td'), el('td'), el('td'));
}

function rows() {
  const table = byId('flow-table');
  if (table.tBodies[0].rows.length === 0) {
    table.tBodies[0].append(...SOURCES.map(([name, label]) => row(name, label)));
    table.tFoot.append(
      el('tr', { class: 'saved' }, el('th', { scope: 'row' }, 'Not from the origin'), el('td'), el('td'), el('td')),
      row('sent', 'Given to peers'));
  }
  return table;
}

export function showFlow(flow) {
  const table = rows();
  const periods = [[flow.perSecond, rate], [flow.today, bytes], [flow.month, bytes]];
  periods.forEach(([period, format], i) => {
    for (const line of table.querySelectorAll('tr[data-name]')) {
      setText(line.cells[i + 1], format(period[line.dataset.name]));
    }
    const share = period.notFromOrigin;
    setText(table.tFoot.rows[0].cells[i + 1], share === undefined ? '–' : percent(share));
  });
  draw(flow.seconds);
}
