// What is held, and who else has it.
import { Refused, get, hasToken, post } from './api.js';
import { ask, byId, el, keyed, setText, show, tell } from './dom.js';
import { bytes, plural } from './format.js';

const PAGE = 20;
let limit = PAGE;
let cache = null;

export function setUpContents() {
  byId('contents-more').addEventListener('click', () => {
    limit = Math.min(500, limit + 4 * PAGE);
    pollContents();
  });
  byId('purge-all').addEventListener('click', async () => {
    const sure = await ask('Forget everything?', 'All stored answers and their bodies are deleted, and peers can no longer have them from you.', 'Forget everything');
    if (sure) {
      await purge({ all: true }, (answer) => `${plural(answer.contents, 'content', 'contents')} forgotten.`);
    }
  });
}

async function purge(what, words) {
  try {
    tell(words(await post('cache/purge', what)));
    await pollContents();
  } catch (refused) {
    tell(refused instanceof Refused ? refused.message : String(refused));
  }
}

/** How full the cache is, from the status. */
export function showCache(status) {
  cache = status.cache;
  note();
}

function note() {
  if (cache) {
    setText(byId('contents-note'), `${plural(cache.contents, 'content', 'contents')}, ${bytes(cache.diskBytes)} of ${bytes(cache.diskLimitBytes)} on disk`);
  }
}

/** The URLs whose body it is, the latest first. */
function urls(content) {
  return [...new Set(content.answers.map((answer) => answer.url))];
}

function make(content) {
  const all = urls(content);
  const url = all[0];
  const name = el('span', { class: 'name', title: all.join('\n') || content.id });
  return el('tr', {},
    el('td', {}, name, el('small', {})), el('td', { 'data-label': 'Length', class: 'num' }), el('td', { 'data-label': 'Seeders' }),
    el('td', {}, url ? el('button', { type: 'button', 'aria-label': `Forget ${url}`, onclick: () => purge({ url }, () => 'Forgotten.') }, 'Forget') : null));
}

function seeders(content) {
  const { tier1, throughTier1 } = content.seeders;
  const words = [];
  if (tier1 > 0) {
    words.push(plural(tier1, 'peer', 'peers'));
  }
  if (throughTier1 > 0) {
    words.push(`${throughTier1} through a peer`);
  }
  return words.join(', ') || 'only you';
}

function update(row, content) {
  const [what, length, who] = row.cells;
  const all = urls(content);
  setText(what.firstChild, all[0] ?? 'a part or a remainder, of no URL');
  setText(what.lastChild, all.length > 1 ? `and ${all.length - 1} more URLs` : '');
  setText(length, bytes(content.lengthBytes));
  setText(who, seeders(content) + (content.pinned ? ', pinned' : ''));
}

export async function pollContents() {
  const unlocked = hasToken();
  const answer = unlocked ? await get(`cache?limit=${limit}`) : { contents: [], total: 0 };
  const none = answer.contents.length === 0;
  show(byId('contents'), !none);
  show(byId('contents-empty'), none);
  setText(byId('contents-empty'), unlocked
    ? 'Nothing is held yet. What you fetch and may be kept appears here, and peers can then have what is public of it from you.'
    : 'What you have fetched is yours alone: unlock this page to see it.');
  show(byId('contents-more'), answer.total > answer.contents.length && limit < 500);
  show(byId('purge-all'), !none);
  keyed(byId('contents').tBodies[0], answer.contents, (content) => content.id, make, update);
  note();
}
