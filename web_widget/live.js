/* Live messages: an event stream read with fetch (the token never goes in an address); while it fails, polling with growing waits. */
import { Refused, openEvents } from './api.js';
import { Patience, backOff } from './patience.js';

const SILENCE_MS = 45_000; // the server comments every 20 s
const POLL_MS = 4000;
const POLL_MOST_MS = 60_000;

export class Live {
  #patience = new Patience();
  #listen;
  #running = null; // AbortController of the current run
  #lastId = '';

  /** `listen`: event(name, data, id), poll() as a promise, expired(), reached(bool). */
  constructor(listen) {
    this.#listen = listen;
  }

  start(token, lastId) {
    this.stop();
    this.#lastId = lastId;
    this.#running = new AbortController();
    this.#run(token, this.#running.signal);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#patience.wake();
  }

  wake() {
    this.#patience.wake();
  }

  async #run(token, stopped) {
    let failures = 0;
    while (!stopped.aborted) {
      try {
        await this.#stream(token, stopped, () => { failures = 0; });
      } catch (error) {
        if (stopped.aborted) return;
        if (error instanceof Refused && error.status === 401) return this.#listen.expired();
        if (!(error instanceof Refused)) this.#listen.reached(navigator.onLine && failures < 1);
      }
      if (stopped.aborted) return;
      failures += 1;
      if (failures > 1) await this.#listen.poll();
      if (!stopped.aborted) await this.#patience.wait(failures > 1 ? backOff(failures - 1, POLL_MS, POLL_MOST_MS) : 1000);
    }
  }

  async #stream(token, stopped, opened) {
    const cut = new AbortController();
    const end = () => cut.abort();
    stopped.addEventListener('abort', end);
    let silence = setTimeout(end, SILENCE_MS);
    try {
      const response = await openEvents(token, this.#lastId, cut.signal);
      this.#listen.reached(true);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const lines = new Lines((name, data, id) => this.#deliver(name, data, id));
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        opened();
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
        lines.push(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(silence);
      stopped.removeEventListener('abort', end);
    }
  }

  #deliver(name, data, id) {
    if (id) this.#lastId = id;
    let said;
    try {
      said = JSON.parse(data);
    } catch {
      return;
    }
    this.#listen.event(name, said, id);
  }
}

/** The event-stream format: fields by line, an empty line ends an event (HTML Standard 9.2.6). */
class Lines {
  #emit;
  #rest = '';
  #event = { name: '', data: [], id: '' };

  constructor(emit) {
    this.#emit = emit;
  }

  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line));
  }

  #line(line) {
    if (line === '') {
      const { name, data, id } = this.#event;
      if (data.length) this.#emit(name || 'message', data.join('\n'), id);
      this.#event = { name: '', data: [], id: '' };
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === 'event') this.#event.name = value;
    else if (field === 'data') this.#event.data.push(value);
    else if (field === 'id') this.#event.id = value;
  }
}
