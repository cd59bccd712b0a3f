// The page's heart: asks the control API again and again while somebody looks, and hands on the answers.
import { Refused, forgetToken, get, hasToken, takeTokenFromAddress, useToken } from './api.js';
import { byId, setText, show, tell } from './dom.js';
import { plural } from './format.js';
import { setUpContents, pollContents, showCache } from './contents.js';
import { showEvidence } from './evidence.js';
import { showFlow } from './flow.js';
import { pollLimits, setUpLimits } from './limits.js';
import { showMesh } from './mesh.js';
import { showPeers } from './peers.js';
import { drawRequests, pollRequests, setUpRequests } from './requests.js';

const POLLS = [
  { everyMillis: 3000, poll: async () => showStatus(await get('status')) },
  { everyMillis: 1000, poll: async () => showFlow(await get('bytes')) },
  { everyMillis: 1000, poll: pollRequests },
  { everyMillis: 1000, poll: async () => { open = showPeers(await get('peers')); } },
  { everyMillis: 1000, poll: async () => showMesh(await get('mesh')) },
  { everyMillis: 2000, poll: async () => { limits = await pollLimits(); } },
  { everyMillis: 10_000, poll: pollContents },
];

let open = 0;
let limits = null;

function showStatus(status) {
  setText(byId('own-key'), `${status.publicKey.slice(0, 20)}…`);
  byId('copy-key').dataset.key = status.publicKey;
  setText(byId('version'), `Fugitive ${status.version}`);
  showCache(status);
  showEvidence(status);
  const sharing = limits ? (limits.allowed ? 'sharing' : limits['paused-until'] ? 'sharing paused' : 'not sharing') : (status.sharing ? 'sharing' : 'not sharing');
  const peers = status.whyNoPeers ? 'no peers' : plural(open, 'peer', 'peers');
  setState('good', `Running, ${peers}, ${sharing}`);
}

function setState(kind, words) {
  document.querySelector('.dot').className = `dot ${kind}`;
  setText(byId('state-words'), words);
}

/** A token that the proxy does not take is none: its file may have been made anew. */
function refused(failure) {
  if (!(failure instanceof Refused)) {
    throw failure;
  }
  if (failure.status === 401 && hasToken()) {
    forgetToken();
    tell('The token is not the right one (any more).');
    showToken();
  }
  return failure.status === 0;
}

function showToken() {
  show(byId('token-card'), !hasToken());
  drawRequests();
}

async function lookAgain() {
  const now = performance.now();
  if (!document.hidden) {
    let lost = false;
    for (const each of POLLS) {
      if (!(now < each.next)) {
        each.next = now + each.everyMillis - 50;
        try {
          await each.poll();
        } catch (failure) {
          lost = refused(failure);
        }
        if (lost) {
          break;
        }
      }
    }
    show(byId('lost'), lost);
    if (lost) {
      setState('bad', 'Not running');
    }
  }
  setTimeout(lookAgain, 1000);
}

function setUp() {
  takeTokenFromAddress();
  window.addEventListener('hashchange', () => {
    takeTokenFromAddress();
    showToken();
  });
  byId('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(byId('token-field').value.trim());
    byId('token-field').value = '';
    POLLS.forEach((each) => { each.next = 0; });
    showToken();
  });
  byId('copy-key').addEventListener('click', async (event) => {
    await navigator.clipboard.writeText(event.currentTarget.dataset.key ?? '');
    tell('The key is copied. Who trusts it runs: fugitive trust add KEY');
  });
  document.addEventListener('visibilitychange', () => POLLS.forEach((each) => { each.next = 0; }));
  setUpRequests();
  setUpContents();
  setUpLimits();
  showToken();
  lookAgain();
}

setUp();
