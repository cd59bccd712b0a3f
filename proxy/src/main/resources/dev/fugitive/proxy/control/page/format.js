// Figures as people read them.
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}\u00a0${UNITS[unit]}`;
}

export function rate(bytesPerSecond) {
  return bytesPerSecond > 0 ? `${bytes(bytesPerSecond)}/s` : '–';
}

export function percent(share) {
  return share > 0 && share < 0.01 ? '<\u202f1\u202f%' : `${Math.floor(share * 100)}\u202f%`;
}

export function millis(value) {
  if (value < 1) {
    return `${value.toFixed(2)}\u00a0ms`;
  }
  if (value < 1000) {
    return `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0ms`;
  }
  return value < 60_000 ? `${(value / 1000).toFixed(1)}\u00a0s` : `${(value / 60_000).toFixed(1)}\u00a0min`;
}

export function time(instant) {
  return new Date(instant).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

export function moment(instant) {
  return new Date(instant).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

/** As short as it is clear: the time for today, the day and the time for other days. */
export function shortMoment(instant) {
  const day = new Date(instant);
  const today = day.toDateString() === new Date().toDateString();
  return day.toLocaleString([], today ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}

export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Where bytes come from: the API's name, ours, in the order of nearness. */
export const SOURCES = [
  ['memory', 'Memory'],
  ['disk', 'Disk'],
  ['tier1', 'Peers'],
  ['tier2', 'Peers of peers'],
  ['origin', 'Origin'],
];
