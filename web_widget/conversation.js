/* One conversation with the shop: its session, its history, what is still to be sent, and what arrives live. Draws nothing. */
import { Refused, Unreachable, forgetSession, messagesAfter, openSession, sendFeedback, sendMessage, upload } from './api.js';
import { Live } from './live.js';
import { Patience, backOff } from './patience.js';
import { Store } from './store.js';

const CLOSED_TRIES = 6; // the longest wait at once: the shop has switched its web chat off
const TRIES = 4; // of a server that answers badly; without network it goes on for as long as it takes

export class Conversation {
  #store;
  #business;
  #locale;
  #listen;
  #token = '';
  #seen = new Set();
  #lastId = '';
  #queue = [];
  #files = new Map(); // client_id -> File: a file is not kept over a reload
  #sending = false;
  #opening = null;
  #patience = new Patience();
  #live;
  #person = false;
  #told = ''; // the order that the last message of the stream was about

  /** `listen`: messages(list, history), speaker(handoff, taken, name), typing(bool), sent(entry, state, more), reached(bool), order(order), notice(key, values).
      An entry's states: sending, uploading {percent}, queued, later {seconds}, failed {again, detail}, sent {message_id}. */
  constructor(business, locale, listen) {
    this.#store = new Store(business);
    this.#business = business;
    this.#locale = locale;
    this.#listen = listen;
    this.#live = new Live({
      event: (name, data, id) => this.#event(name, data, id),
      poll: () => this.#poll(),
      expired: () => this.#renew(),
      reached: (yes) => listen.reached(yes),
    });
  }

  /** Takes up the kept conversation, or opens one; then sends what was left to send. */
  async start() {
    const kept = this.#store.read();
    this.#token = kept.token;
    this.#queue = kept.queue.filter((entry) => !entry.file);
    const waiting = [...this.#queue];
    this.#finishForgetting(kept.forgetting);
    if (!this.#token || !(await this.#resume())) await this.#open();
    waiting.forEach((entry) => this.#listen.sent(entry, 'sending'));
    this.#drain();
  }

  /** What the customer says: `{text, payload, file, location}`. Returns the entry its bubble belongs to. */
  say({ text = '', payload, file }) {
    const entry = { client_id: newId(), text };
    if (payload !== undefined) entry.payload = payload;
    if (file) {
      entry.file = { name: file.name, size: file.size, type: file.type };
      this.#files.set(entry.client_id, file);
    }
    this.#enqueue(entry);
    return entry;
  }

  retry(entry) {
    if (!this.#queue.some((other) => other.client_id === entry.client_id)) this.#enqueue(entry);
    else this.wake();
  }

  wake() {
    this.#patience.wake();
    this.#live.wake();
  }

  async rate(messageId, value) {
    await sendFeedback(this.#token, messageId, value);
  }

  /** Forgets it here and at the shop. The next conversation starts by `start()`. */
  forget() {
    const token = this.#token;
    this.#live.stop();
    const forgetting = [...this.#store.read().forgetting, token].filter(Boolean);
    this.#store.clear();
    this.#store.change({ forgetting });
    this.#token = this.#lastId = '';
    this.#queue = [];
    this.#seen.clear();
    this.#files.clear();
    this.#person = false;
    this.#finishForgetting(forgetting);
  }

  /** A deletion the network cut short is asked for again at the next start: the token is kept for nothing else. */
  async #finishForgetting(tokens) {
    for (const token of tokens) {
      try {
        await forgetSession(token);
      } catch (error) {
        if (!(error instanceof Refused) || error.status >= 500) return;
      }
      this.#store.change({ forgetting: this.#store.read().forgetting.filter((other) => other !== token) });
    }
  }

  async #resume() {
    for (let tries = 1; ; tries += 1) {
      try {
        const { messages, handoff } = await messagesAfter(this.#token, '');
        this.#listen.reached(true);
        this.#person = handoff;
        this.#listen.speaker(handoff);
        this.#take(messages, { history: true });
        this.#live.start(this.#token, this.#lastId);
        return true;
      } catch (error) {
        if (error instanceof Refused && [401, 403, 404].includes(error.status)) return false;
        await this.#hold(error, tries);
      }
    }
  }

  #open() {
    this.#opening ??= this.#openOnce().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #openOnce() {
    for (let tries = 1; ; tries += 1) {
      try {
        const { token, conversation_id, greeting } = await openSession(this.#business, this.#locale);
        this.#token = token;
        this.#store.change({ token, conversation: conversation_id });
        this.#listen.reached(true);
        this.#person = false;
        this.#listen.speaker(false);
        this.#take(greeting.map((out) => ({ from: 'bot', greeting: true, ...out })));
        this.#live.start(token, this.#lastId);
        return;
      } catch (error) {
        const closed = error instanceof Refused && error.status < 500 && error.status !== 429;
        if (error.status === 429) this.#listen.notice('busy', { seconds: error.wait || 5 });
        if (closed && tries === 1) this.#listen.notice('switched_off');
        await this.#hold(error, closed ? CLOSED_TRIES : tries);
      }
    }
  }

  async #renew() {
    if (this.#opening) return this.#opening;
    this.#store.change({ token: '', conversation: '' });
    this.#listen.notice('renewed');
    return this.#open();
  }

  async #hold(error, tries) {
    if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
    this.#listen.reached(error instanceof Refused);
    await this.#patience.wait(error.wait ? error.wait * 1000 : backOff(tries));
  }

  #enqueue(entry) {
    this.#queue.push(entry);
    this.#keepQueue();
    this.#listen.sent(entry, navigator.onLine ? 'sending' : 'queued');
    this.#drain();
  }

  #keepQueue() {
    this.#store.change({ queue: this.#queue });
  }

  async #drain() {
    if (this.#sending || !this.#token) return;
    this.#sending = true;
    try {
      while (this.#queue.length) {
        const entry = this.#queue[0];
        await this.#deliver(entry);
        this.#queue = this.#queue.filter((other) => other !== entry);
        this.#keepQueue();
      }
    } finally {
      this.#sending = false;
      this.#listen.typing(false);
    }
  }

  /** Ends when the message is answered or is beyond help; the same client_id makes every repetition harmless. */
  async #deliver(entry) {
    for (let tries = 1; this.#queue.includes(entry); tries += 1) {
      try {
        if (!this.#person) this.#listen.typing(true);
        await this.#attach(entry);
        const { client_id, text, payload, attachment_id } = entry;
        const answer = await sendMessage(this.#token, { client_id, text: text || undefined, payload, attachment_id });
        if (!this.#queue.includes(entry)) return;
        this.#listen.reached(true);
        this.#listen.typing(false);
        this.#seen.add(answer.message_id);
        this.#files.delete(client_id);
        this.#listen.sent(entry, 'sent', { message_id: answer.message_id });
        this.#person = answer.handoff;
        this.#listen.speaker(answer.handoff);
        this.#take(answer.replies.map((out) => ({ from: 'bot', ...out })), { reply: true });
        return;
      } catch (error) {
        if (!this.#queue.includes(entry)) return;
        if (await this.#giveUp(entry, error, tries)) return;
      }
    }
  }

  async #attach(entry) {
    if (!entry.file || entry.attachment_id) return;
    const file = this.#files.get(entry.client_id);
    const progress = (percent) => this.#listen.sent(entry, 'uploading', { percent });
    progress(0);
    entry.attachment_id = (await upload(this.#token, file, progress)).attachment_id;
    this.#listen.sent(entry, 'sending');
  }

  async #giveUp(entry, error, tries) {
    if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
    this.#listen.typing(false);
    if (error instanceof Unreachable) {
      this.#listen.reached(false);
      this.#queue.forEach((other) => this.#listen.sent(other, 'queued'));
      await this.#patience.wait(backOff(tries));
      this.#queue.forEach((other) => this.#listen.sent(other, 'sending'));
      return false;
    }
    if (error.status === 401) {
      await this.#renew();
      return false;
    }
    if (error.status === 429 || (error.status >= 500 && error.wait)) {
      const seconds = error.wait || 5;
      this.#listen.sent(entry, 'later', { seconds });
      await this.#patience.wait(seconds * 1000);
      this.#listen.sent(entry, 'sending');
      return false;
    }
    if (error.status >= 500 && tries < TRIES) {
      await this.#patience.wait(backOff(tries));
      return false;
    }
    this.#listen.sent(entry, 'failed', { again: error.status >= 500, detail: error.detail });
    return true;
  }

  async #poll() {
    try {
      const { messages, handoff } = await messagesAfter(this.#token, this.#lastId);
      this.#listen.reached(true);
      this.#person = handoff;
      this.#listen.speaker(handoff);
      this.#take(messages);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) await this.#renew();
      else this.#listen.reached(error instanceof Refused);
    }
  }

  #event(name, data, id) {
    if (name === 'status') {
      const taken = data.speaker === 'person' && !this.#person && !this.#sending; // else the bot called for a person
      this.#person = data.speaker === 'person';
      this.#listen.speaker(this.#person, taken, data.name);
      this.#listen.typing(Boolean(data.typing));
    } else if (name === 'order') {
      if (JSON.stringify(data) !== this.#told) this.#listen.order(data); // else its message has shown it
    } else if (name === 'message') {
      this.#told = JSON.stringify(data.order);
      const message = { id: data.id || id, ...data };
      if (this.#seen.has(message.id)) return;
      if (!message.from && this.#person) this.#poll(); // only the history says who wrote it
      else this.#take([{ from: 'bot', ...message }]);
    }
  }

  /** Each message once, whichever way it came. Only what came in order (history, polls, events) moves `lastId`: a reply may overtake a person's message. */
  #take(messages, { history = false, reply = false } = {}) {
    const fresh = [];
    for (const message of messages) {
      const id = message.id || message.message_id;
      if (!reply && id > this.#lastId) this.#lastId = id;
      if (this.#seen.has(id) || (!history && this.#isBeingSent(message))) continue;
      this.#seen.add(id);
      fresh.push({ ...message, id });
    }
    if (fresh.length || history) this.#listen.messages(fresh, history);
  }

  #isBeingSent(message) {
    return message.from === 'customer' && this.#queue.some((entry) => entry.text === message.text);
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only over https or localhost
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
