/* The chat API as the widget uses it. Two ways to fail: the server refused, or it could not be reached. */

const PATIENCE_MS = 40_000;

export class Refused extends Error {
  /** `wait`: seconds the server asks for (429, 503), else 0. `detail`: its own words. */
  constructor(status, wait, detail) {
    super(`${status} ${detail}`);
    this.status = status;
    this.wait = wait;
    this.detail = detail;
  }
}

export class Unreachable extends Error {}

export const openSession = (business, locale) => call('POST', 'sessions', { json: { business, locale } });
export const messagesAfter = (token, after) => call('GET', after ? `messages?after=${encodeURIComponent(after)}` : 'messages', { token });
export const sendMessage = (token, message) => call('POST', 'messages', { token, json: message });
export const sendFeedback = (token, message_id, value) => call('POST', 'feedback', { token, json: { message_id, value } });
export const forgetSession = (token) => call('DELETE', 'sessions', { token, keepalive: true });

/** The live stream's raw response; the caller reads its body. */
export async function openEvents(token, lastId, signal) {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' };
  if (lastId) headers['Last-Event-ID'] = lastId;
  const response = await reach('/api/chat/events', { headers, signal, cache: 'no-store' });
  if (!response.ok) throw await refusal(response);
  return response;
}

/** Uploads with progress (0-100): fetch cannot tell how much has gone. */
export function upload(token, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name || 'archivo');
    request.open('POST', '/api/chat/attachments');
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onProgress(Math.round((100 * event.loaded) / event.total)));
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(request.response);
      else reject(new Refused(request.status, Number(request.getResponseHeader('Retry-After')) || 0, request.response?.detail || ''));
    });
    request.addEventListener('error', () => reject(new Unreachable('upload')));
    request.send(form);
  });
}

async function call(method, path, { token, json, keepalive = false } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (json) headers['Content-Type'] = 'application/json';
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), PATIENCE_MS);
  try {
    const body = json && JSON.stringify(json);
    const response = await reach(`/api/chat/${path}`, { method, headers, body, keepalive, signal: cut.signal, cache: 'no-store' });
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? null : await response.json();
  } catch (error) {
    throw error instanceof Refused ? error : new Unreachable(path);
  } finally {
    clearTimeout(timer);
  }
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: 'omit', ...options });
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

async function refusal(response) {
  const wait = Number(response.headers.get('Retry-After')) || 0;
  let detail = '';
  try {
    detail = (await response.json()).detail || '';
  } catch { /* a proxy's own page */ }
  return new Refused(response.status, wait, detail);
}
