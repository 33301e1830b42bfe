/* The conversation on screen: bubbles in order, days, typing, choices, marks of what was sent. Never moves the focus. */
import { bubble, cards, choices, note, payment, personBand, personName, ticket } from './blocks.js';
import { element, icon, spoken } from './element.js';
import { language, say } from './texts.js';

const TYPING_MS = 20_000;
const NEAR_PX = 80;

export class Log {
  #node;
  #below;
  #act;
  #pending = new Map(); // client_id -> bubble
  #day = '';
  #choices = null;
  #feedback = null;
  #typing = null;
  #typingEnds = 0;
  #band = false;
  #person = say('a_person');

  /** `act`: choose({title, payload}, kind), retry(entry), rate(message_id, value). */
  constructor(node, below, act) {
    this.#node = node;
    this.#below = below;
    this.#act = act;
    below.addEventListener('click', () => this.#toEnd());
    node.addEventListener('scroll', () => { if (this.#nearEnd()) below.hidden = true; }, { passive: true });
  }

  clear() {
    this.#node.replaceChildren();
    this.#pending.clear();
    this.#day = '';
    this.#choices = this.#feedback = this.#typing = null;
    this.#band = false;
  }

  /** Messages of the server, oldest first. History is put up quietly. */
  add(messages, history) {
    const follow = history || this.#nearEnd();
    this.#node.setAttribute('aria-busy', String(history));
    this.typing(false);
    messages.forEach((message, place) => this.#one(message, place === messages.length - 1, history));
    this.#node.setAttribute('aria-busy', 'false');
    const first = history || !messages.length ? null : this.#shown(messages[0].id);
    if (follow) this.#toEnd(first);
    else if (messages.length) this.#below.hidden = false;
  }

  /** The customer's own message, or its next state. */
  mine(entry, state, more = {}) {
    let node = this.#pending.get(entry.client_id);
    if (!node) {
      node = this.#put(this.#own(entry), new Date());
      this.#pending.set(entry.client_id, node);
      this.#dropChoices();
      this.#dropFeedback();
      this.#toEnd();
    }
    if (state === 'sent') {
      this.#pending.delete(entry.client_id);
      if (this.#shown(more.message_id)) return node.remove(); // history had it already
      node.dataset.id = more.message_id;
    }
    const mark = this.#mark(entry, state, more);
    node.querySelector('.st')?.remove();
    if (mark) node.append(mark);
    if (mark && this.#nearEnd()) this.#toEnd();
  }

  /** Dots, at most 20 seconds. */
  typing(on, who = say('assistant')) {
    clearTimeout(this.#typingEnds);
    if (!on) {
      this.#typing?.remove();
      this.#typing = null;
      return;
    }
    const follow = this.#nearEnd();
    this.#typing ??= element('div.m', {}, spoken(say('typing', { name: who })), element('div.b.ty', { 'aria-hidden': 'true' }, element('i'), element('i'), element('i')));
    this.#node.append(this.#typing);
    this.#typingEnds = setTimeout(() => this.typing(false), TYPING_MS);
    if (follow) this.#toEnd();
  }

  note(text, kind) {
    const follow = this.#nearEnd();
    this.#place(note(text, kind));
    if (follow) this.#toEnd();
  }

  /** A person has come in (said once, until `personLeft`). */
  personJoined(name = this.#person) {
    this.#person = name;
    if (this.#band) return;
    this.#band = true;
    this.#place(personBand(name));
    this.#toEnd();
  }

  personLeft() {
    this.#band = false;
  }

  /** An order's new state, on the ticket it has. */
  order(order) {
    this.#ticketOf(order.id)?.replaceWith(ticket(order, [], () => {}));
  }

  #one(message, last, history) {
    const { from, id } = message;
    const at = message.created_at ? new Date(message.created_at) : new Date();
    const who = from === 'customer' ? say('you') : from === 'person' ? this.#person : say('assistant');
    if (from === 'person') this.personJoined();
    if (from === 'bot') this.personLeft();
    this.#dropChoices();
    this.#dropFeedback();
    const text = shownText(message);
    if (text) {
      const node = bubble({ from, text, at, who });
      if (from === 'person') node.prepend(personName(this.#person));
      this.#put(node, at).dataset.id = id;
    }
    if (from === 'customer') return;
    this.#extras(message, last);
    if (from === 'bot' && last && !history && !message.greeting && message.kind !== 'order_summary') this.#offerFeedback(id);
    if (last && this.#choices) this.#node.append(this.#choices);
  }

  #extras(message, last) {
    const options = last ? message.quick_replies || [] : [];
    const choose = (option) => this.#act.choose(option);
    const once = (block) => (option) => {
      block.querySelectorAll('button').forEach((button) => { button.disabled = true; });
      choose(option);
    };
    if (message.cards?.length) this.#place(cards(message.cards, choose));
    let block = null;
    if (message.kind === 'order_summary' && message.order) {
      this.#ticketOf(message.order.id)?.remove(); // an order has one ticket, where it was last spoken of
      block = ticket(message.order, options, (option) => once(block)(option));
    } else if (message.order) this.order(message.order);
    if (message.kind === 'payment_link' && message.url) block = payment(message.url, message.order, options, (option) => once(block)(option));
    if (block) this.#place(block);
    else if (options.length) this.#choices = choices(options, choose);
  }

  #ticketOf(id) {
    return this.#node.querySelector(`[data-order="${CSS.escape(id)}"]`);
  }

  #own(entry) {
    const node = bubble({ from: 'customer', text: entry.text, at: new Date(), who: say('you') });
    if (entry.file) node.querySelector('.b').insertBefore(fileRow(entry.file.name), node.querySelector('p'));
    return node;
  }

  #mark(entry, state, { percent = 0, seconds, again, detail } = {}) {
    const words = { sending: 'sending', uploading: 'uploading', queued: 'queued', later: 'slow_down', failed: 'not_sent' }[state];
    if (!words) return null;
    const mark = element(state === 'failed' ? 'p.st.bad' : 'p.st', {}, say(words, { percent, seconds }));
    if (state === 'uploading') mark.prepend(element('progress', { max: '100', value: String(percent), 'aria-label': say('uploading', { percent }) }));
    if (state === 'failed' && detail) mark.append(` ${detail}`);
    if ((state === 'failed' && again) || state === 'queued') {
      mark.append(' ', element('button.ln', { type: 'button', onclick: () => this.#act.retry(entry) }, say('retry')));
    }
    return mark;
  }

  #offerFeedback(id) {
    const rate = (value) => {
      row.replaceChildren(element('span', { role: 'status' }, say('thanks')));
      this.#feedback = null;
      this.#act.rate(id, value);
    };
    const row = element('div.fb', {},
      element('button', { type: 'button', 'aria-label': say('good'), onclick: () => rate('up') }, icon('thumbs-up', true)),
      element('button', { type: 'button', 'aria-label': say('bad'), onclick: () => rate('down') }, icon('thumbs-down', true)));
    this.#feedback = row;
    this.#node.append(row);
  }

  #dropFeedback() {
    this.#feedback?.remove();
    this.#feedback = null;
  }

  #dropChoices() {
    this.#choices?.remove();
    this.#choices = null;
  }

  #put(node, at) {
    const day = dayName(at);
    if (day !== this.#day) this.#place(element('p.day', {}, day));
    this.#day = day;
    this.#place(node);
    return node;
  }

  /** Last, but above the typing dots. */
  #place(node) {
    if (this.#typing) this.#typing.before(node);
    else this.#node.append(node);
  }

  #shown(id) {
    return this.#node.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #nearEnd() {
    return this.#node.scrollHeight - this.#node.scrollTop - this.#node.clientHeight < NEAR_PX;
  }

  /** To the end, but never past the beginning of `first`: a long answer is read from its top. */
  #toEnd(first = null) {
    const top = first ? first.offsetTop - 34 : Infinity;
    this.#node.scrollTop = Math.min(this.#node.scrollHeight, top);
    this.#below.hidden = true;
  }
}

/** Tickets and cards already say what their text repeats for channels without them: its list is not said twice. */
function shownText({ from, kind, order, cards: shown, text = '' }) {
  if (kind === 'order_summary' && order) return text.split('\n')[0];
  if (shown?.length) return text.split('\n').filter((line) => !/^\s*(•|-|\d+[.)])\s/.test(line)).join('\n').trim();
  if (!text && from === 'customer') return say('file_sent');
  return text;
}

function fileRow(name) {
  return element('span.file', {}, icon('file-text', true), element('span', {}, name));
}

function dayName(at) {
  const key = (date) => date.toDateString();
  const now = new Date();
  if (key(at) === key(now)) return say('today');
  if (key(at) === key(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return say('yesterday');
  return at.toLocaleDateString(language, { weekday: 'short', day: 'numeric', month: 'short' }).replace(/\./g, '').replace(',', '');
}
