/*
 * Asks the machine that this page came from, and nobody else. One without a seat asks the leader
 * in turn, because of the header. Who is logged in is known to this module alone.
 */

const TIMEOUT_MILLIS = 8_000;
let login = null;

/** An answer other than success. Its status is 0 when there was none. */
export class Refusal extends Error {
  constructor(status, message, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function basic(user, password) {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

export const loggedIn = () => (login ? login.user : null);

export function logIn(user, password) {
  login = {user, header: basic(user, password)};
}

export function logOut() {
  login = null;
}

async function send(method, path, body, type, relayed) {
  const headers = {};
  if (relayed) {
    headers['X-Understudy-Relay'] = '1';
  }
  if (login) {
    headers.Authorization = login.header;
  }
  if (type) {
    headers['Content-Type'] = type;
  }
  try {
    return await fetch(path, {
      method,
      headers,
      body,
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
  } catch (failure) {
    throw new Refusal(0, failure.name === 'TimeoutError' ? 'no answer in time' : 'no connection');
  }
}

function reason(content, status) {
  try {
    const error = JSON.parse(content);
    return [error.cause ? `${error.message}: ${error.cause}` : error.message, error.errorCode];
  } catch {
    return [content.trim() || `status ${status}`, undefined];
  }
}

async function ask(method, path, {body, type, relayed = true} = {}) {
  const answer = await send(method, path, body, type, relayed);
  const content = await answer.text();
  if (!answer.ok) {
    const [message, code] = reason(content, answer.status);
    throw new Refusal(answer.status, message, code);
  }
  return content;
}

export const getText = (path) => ask('GET', path);

export const getJson = async (path, options) => JSON.parse(await ask('GET', path, options));

export const putJson = async (path, value) =>
  JSON.parse(await ask('PUT', path, {body: JSON.stringify(value), type: 'application/json'}));

/** Where a key is asked for. */
export const keyPath = (key) => `/v2/keys${key.split('/').map(encodeURIComponent).join('/')}`;

export async function readKey(key) {
  return JSON.parse(await ask('GET', `${keyPath(key)}?sorted=true`)).node;
}

/** Writes a key by fields of a form. */
export async function writeKey(key, fields) {
  const type = 'application/x-www-form-urlencoded';
  const body = new URLSearchParams(fields).toString();
  return JSON.parse(await ask('PUT', keyPath(key), {body, type})).node;
}

export async function deleteKey(key, fields) {
  await ask('DELETE', `${keyPath(key)}?${new URLSearchParams(fields)}`);
}
