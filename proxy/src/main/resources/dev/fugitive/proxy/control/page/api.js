// Asks the control API of the proxy that served this page. The token comes in the page's fragment,
// which no browser sends anywhere, and is kept for this tab alone.
const PREFIX = '/api/v1/';
const KEPT_AS = 'fugitive-token';
const TIMEOUT_MILLIS = 10_000;

/** An answer that is no success: its status, 0 where the proxy did not answer, and its words. */
export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/** Takes the token out of the address bar, so that it is in no history and on no screen. */
export function takeTokenFromAddress() {
  const match = /^#token=([A-Za-z0-9_-]{20,100})$/.exec(location.hash);
  if (match) {
    useToken(match[1]);
    history.replaceState(null, '', location.pathname);
  }
}

export function useToken(token) {
  sessionStorage.setItem(KEPT_AS, token);
}

export function forgetToken() {
  sessionStorage.removeItem(KEPT_AS);
}

export function hasToken() {
  return sessionStorage.getItem(KEPT_AS) !== null;
}

async function send(path, options) {
  const token = sessionStorage.getItem(KEPT_AS);
  const headers = { Accept: 'application/json', ...options.headers };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  let body;
  try {
    response = await fetch(PREFIX + path, {
      ...options,
      headers,
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
    body = await response.json();
  } catch (failure) {
    throw new Refused(0, `the proxy does not answer (${failure.message})`);
  }
  if (!response.ok) {
    throw new Refused(response.status, body.error ?? `status ${response.status}`);
  }
  return body;
}

export function get(path) {
  return send(path, {});
}

export function post(path, body) {
  return send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}
