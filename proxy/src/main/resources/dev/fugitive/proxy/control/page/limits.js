// What may be given to peers: the switch, its limits, and what this month has come to.
import { Refused, get, hasToken, post } from './api.js';
import { byId, el, setText, show, tell } from './dom.js';
import { bytes, moment } from './format.js';

const REASONS = {
  off: 'you have not said yes',
  paused: 'you have paused it',
  'month-spent': "this month's allowance is used up",
  'month-unknown': "this month's account cannot be kept",
  'quiet-hours': 'these are quiet hours',
  'on-battery': 'the machine runs on its battery',
  'on-metered': 'the connection is metered',
  'on-vpn': 'the connection goes through a VPN',
  'not-read-yet': "the machine's state is being read",
};

const SWITCHES = [
  ['share', 'Share with peers', 'Gives what is public of your contents to peers, within the limits below.'],
  ['lan-only', 'Only on my own network', 'Peers elsewhere get nothing.'],
  ['on-battery', 'Also on battery', ''],
  ['on-metered', 'Also over a metered connection', ''],
  ['on-vpn', 'Also through a VPN', ''],
];

const RATES = [['none', 'no limit'], ['256k', '256 KiB/s'], ['1m', '1 MiB/s'], ['5m', '5 MiB/s'], ['20m', '20 MiB/s']];
const MONTHS = [['none', 'no limit'], ['1g', '1 GiB'], ['5g', '5 GiB'], ['20g', '20 GiB'], ['100g', '100 GiB']];
const SIZES = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

let built = false;

function inBytes(text) {
  return text === 'none' ? null : Number.parseInt(text, 10) * SIZES[text.at(-1)];
}

async function tellProxy(path, body, words) {
  try {
    showLimits(await post(path, body));
    tell(words);
  } catch (refused) {
    tell(refused instanceof Refused ? refused.message : String(refused));
    await pollLimits();
  }
}

function change(key, value, words) {
  return tellProxy('limits', { [key]: value, by: 'dashboard' }, words);
}

export function setUpLimits() {
  byId('consent-yes').addEventListener('click', () => change('share', 'on', 'Thank you. You share with peers now.'));
  byId('consent-no').addEventListener('click', () => change('share', 'off', 'Nothing is uploaded.'));
}

function row(id, label, words, control) {
  return el('div', { class: 'limit' },
    el('label', { for: id }, label, words ? el('small', { id: `${id}-words` }, words) : null), control);
}

function onOff([key, label, words]) {
  const id = `limit-${key}`;
  const input = el('input', { type: 'checkbox', role: 'switch', class: 'switch', id, 'data-key': key, 'aria-describedby': words ? `${id}-words` : null,
    onchange: (event) => change(key, event.currentTarget.checked ? 'on' : 'off', `${label}: ${event.currentTarget.checked ? 'yes' : 'no'}.`) });
  return row(id, label, words, input);
}

function choice(key, label, options) {
  const id = `limit-${key}`;
  const select = el('select', { id, 'data-key': key, onchange: (event) => change(key, event.currentTarget.value, `${label}: ${event.currentTarget.selectedOptions[0].textContent}.`) },
    ...options.map(([value, words]) => el('option', { value }, words)));
  return row(id, label, '', select);
}

function quietHours() {
  const id = 'limit-quiet-hours';
  return row(id, 'Quiet hours', 'For example 22:00-07:00; empty for none.',
    el('input', { id, 'data-key': 'quiet-hours', size: 12, autocomplete: 'off', 'aria-describedby': `${id}-words`,
      onchange: (event) => change('quiet-hours', event.currentTarget.value.trim() || 'none', 'Quiet hours changed.') }));
}

function pause() {
  return el('p', { class: 'row' },
    el('button', { type: 'button', id: 'pause-hour', onclick: () => tellProxy('limits/pause', { seconds: 3600 }, 'Paused for an hour.') }, 'Pause for an hour'),
    el('button', { type: 'button', id: 'pause', onclick: () => tellProxy('limits/pause', {}, 'Paused until you resume.') }, 'Pause'),
    el('button', { type: 'button', id: 'resume', class: 'primary', onclick: () => tellProxy('limits/resume', {}, 'Resumed.') }, 'Resume'));
}

function build() {
  built = true;
  byId('limits').append(
    el('div', { class: 'limits' },
      onOff(SWITCHES[0]),
      el('div', { class: 'limit', id: 'month-row' },
        el('div', {}, el('span', { id: 'month-label' }, 'Given this month'), el('progress', { class: 'meter', id: 'month-meter', 'aria-labelledby': 'month-label' })),
        el('span', { id: 'month-words' })),
      choice('upload-month', 'At most in a month', MONTHS),
      choice('upload-limit', 'Not faster than', RATES),
      ...SWITCHES.slice(1).map(onOff),
      quietHours()),
    pause());
}

function select(field, value) {
  const option = [...field.options].find((each) => inBytes(each.value) === value);
  if (option) {
    field.value = option.value;
    return;
  }
  let own = field.querySelector('[data-own]');
  if (!own) {
    own = el('option', { 'data-own': true, disabled: true });
    field.append(own);
  }
  own.value = `${value}`;
  own.textContent = bytes(value);
  own.selected = true;
}

function fields(limits) {
  for (const field of byId('limits').querySelectorAll('[data-key]')) {
    const key = field.dataset.key;
    const fixed = (limits.fixed ?? []).includes(key);
    field.disabled = fixed || !hasToken();
    field.title = fixed ? 'Set in the configuration, which wins' : hasToken() ? '' : 'Unlock this page to change it';
    if (document.activeElement === field && field.type !== 'checkbox') {
      continue;
    }
    if (field.type === 'checkbox') {
      field.checked = limits[key];
    } else if (field.tagName === 'SELECT') {
      select(field, limits[key] ?? null);
    } else {
      field.value = limits[key] ?? '';
    }
  }
}

function month(limits) {
  const most = limits['upload-month'];
  const meter = byId('month-meter');
  show(meter, Boolean(most));
  if (most) {
    meter.max = most;
    meter.value = Math.min(most, limits['month-bytes']);
  }
  setText(byId('month-words'), most ? `${bytes(limits['month-bytes'])} of ${bytes(most)}` : bytes(limits['month-bytes']));
}

function now(limits) {
  const paused = limits['paused-until'];
  if (limits.allowed) {
    return 'Peers may have what you hold, now.';
  }
  const reasons = limits.reasons.map((reason) => REASONS[reason] ?? reason);
  const until = paused && paused !== 'resumed' ? ` (until ${moment(paused)})` : '';
  return `Nothing is uploaded: ${reasons.join('; ')}${until}.`;
}

export function showLimits(limits) {
  if (!built) {
    build();
  }
  show(byId('limits-card'), true);
  show(byId('consent-card'), !limits.share && !limits.answered && hasToken() && !(limits.fixed ?? []).includes('share'));
  fields(limits);
  month(limits);
  setText(byId('limits-now'), now(limits));
  show(byId('pause-hour'), limits.share && !limits['paused-until']);
  show(byId('pause'), limits.share && !limits['paused-until']);
  show(byId('resume'), Boolean(limits['paused-until']));
  for (const id of ['pause-hour', 'pause', 'resume']) {
    byId(id).disabled = !hasToken();
  }
  return limits;
}

export async function pollLimits() {
  try {
    return showLimits(await get('limits'));
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 404) {
      show(byId('limits-card'), false);
      return null;
    }
    throw refused;
  }
}
