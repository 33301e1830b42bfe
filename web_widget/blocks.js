/* The pieces of a conversation: bubble, choices, products, the order's ticket, payment, a person's arrival. */
import { element, icon, prose, spoken } from './element.js';
import { picture } from './drawings.js';
import { language, nameOf, say } from './texts.js';

const FEW = 6; // more choices than this go in one row that scrolls
const SHOP_CURRENCY = document.documentElement.dataset.currency || '';
const SHOP_TIME_ZONE = document.documentElement.dataset.timeZone || 'UTC';

export function time(at) {
  const said = at.toLocaleTimeString('es', { hour: '2-digit', minute: '2-digit', hour12: false });
  return element('time', { datetime: at.toISOString() }, said);
}

/** `from`: customer, bot or person. `who`: what a screen reader says before the text. */
export function bubble({ from, text, at, who }) {
  const mine = from === 'customer';
  const body = element('div.b', {}, spoken(`${who}: `), prose(text, mine), time(at));
  return element(mine ? 'div.m.me' : 'div.m', {}, body);
}

export function personName(name) {
  return element('p.who', { 'aria-hidden': 'true' }, icon('user-round', true), name);
}

export function personBand(name) {
  const words = element('span', {}, element('b', {}, say('person_joined', { name })), say('person_joined_more'));
  return element('div.ho', {}, element('span.av', { 'aria-hidden': 'true' }, icon('user-round')), words);
}

export function note(text, kind = '') {
  return element(kind ? `p.note.${kind}` : 'p.note', {}, text);
}

/** `options`: `[{title, payload}]`. They go away when one is chosen. */
export function choices(options, choose) {
  const group = element(options.length > FEW ? 'div.qr.many' : 'div.qr', { role: 'group', 'aria-label': say('quick') });
  for (const option of options) group.append(element('button', { type: 'button', onclick: () => choose(option) }, option.title));
  return group;
}

export function cards(list, choose) {
  const items = list.map((card) => {
    const price = money(card.price);
    const words = element('div.tx', {}, element('b', {}, card.title), element('span.p', {}, price || card.subtitle || ''));
    if (price && card.subtitle) words.insertBefore(element('span.sub', {}, card.subtitle), words.lastChild);
    if (card.payload) {
      const label = [say('add_named', { name: card.title }), price].filter(Boolean).join(', ');
      words.append(element('button', { type: 'button', 'aria-label': label, onclick: () => choose(card) }, say('add')));
    }
    return element('li', {}, element('div.ph', {}, picture(card.title, card.image)), words);
  });
  return element('ul.pc', { 'aria-label': say('products'), tabindex: '0' }, ...items);
}

/** The order as a kitchen ticket. `options` become its buttons; the first is the main one. */
export function ticket(order, options, choose) {
  const title = order.number ? say('order_number', { number: order.number }) : say('order');
  const state = element(order.status === 'draft' ? 'span' : `span.${order.status === 'cancelled' ? 'no' : 'ok'}`, {}, nameOf('status', order.status) || order.status);
  const paper = element('div', {}, element('h2', {}, order.number ? icon('clipboard-list') : null, title, state), bill(order));
  paper.append(...particulars(order));
  if (options.length) paper.append(actions(options, choose));
  return element('section.m.wide.tk', { 'aria-label': say('order_summary'), 'data-order': order.id }, paper);
}

/** Where to, for when, whose, how it is paid: one line each, as far as it is known. */
function particulars(order) {
  const delivered = order.fulfilment === 'delivery';
  const { name, phone } = order.customer || {};
  const { method, status } = order.payment || {};
  const lines = [
    [delivered ? 'map-pin' : 'store', delivered ? order.address : order.fulfilment === 'pickup' ? say('pickup') : ''],
    ['clock', order.due && say('due', { when: dayAndTime(order.due) })],
    ['user-round', [name, phone].filter(Boolean).join(' · ')],
    ['wallet', method && [nameOf('method', method) || method, nameOf('paid', status)].filter(Boolean).join(' · ')],
  ];
  return lines.filter(([, words]) => words).map(([drawing, words]) => element('p.wh', {}, icon(drawing, true), words));
}

/** By the shop's clock, wherever the customer is. */
function dayAndTime(at) {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', hour12: false };
  return new Date(at).toLocaleString(language, { ...parts, timeZone: SHOP_TIME_ZONE });
}

function bill(order) {
  const rows = element('dl');
  const row = (name, amount, style = '') => rows.append(
    element(`dt${style}`, {}, name), element(`dd${style}`, {}, money(amount, order.currency)));
  for (const line of order.lines || []) {
    const [name, details] = lineWords(line);
    rows.append(element('dt', {}, name, details && element('small', {}, details)), element('dd', {}, money(line.total, order.currency)));
  }
  const charged = (amount) => amount && Number(amount) !== 0;
  if (charged(order.delivery_fee)) row(say('delivery_fee'), order.delivery_fee, '.mu');
  if (charged(order.discount)) row(say('discount'), `-${String(order.discount).replace('-', '')}`, '.mu');
  if (charged(order.tax)) row(say('tax'), order.tax, '.mu');
  row(say('total'), order.total, '.tot');
  return rows;
}

function lineWords(line) {
  const amount = line.unit ? `${line.qty} ${line.unit}` : line.qty;
  const plain = (id) => String(id).replace(/_/g, ' ');
  const chosen = Object.values(line.options || {}).flat().map(plain);
  const kinds = { add: 'with', extra: 'extra', light: 'light', no: 'without', no_extra: 'without' };
  const extras = (line.extras || []).map((extra) => say(kinds[extra.kind] || 'with', { what: plain(extra.name || extra.id) }));
  const refused = (line.without_options || []).map((id) => say('without', { what: plain(id.split(':').pop()) }));
  return [`${amount} × ${line.name}`, [...chosen, ...extras, ...refused, line.note].filter(Boolean).join(', ')];
}

/** Paying happens on the provider's own page: only https, its host in sight. */
export function payment(url, order, options, choose) {
  const address = paymentAddress(url);
  if (!address) return null;
  const block = element('section.m.wide.pay', { 'aria-label': say('payment') });
  if (order?.total) block.append(element('p.am', {}, money(order.total, order.currency)));
  block.append(element('p.sm', {}, icon('lock', true), say('pay_at', { host: address.host })));
  const link = element('a.bt.p', { href: address.href, target: '_blank', rel: 'noopener noreferrer' }, say('pay_now'), icon('external-link', true));
  const others = options.map((option) => element('button.bt', { type: 'button', onclick: () => choose(option) }, option.title));
  block.append(element('div.ac', {}, link, ...others));
  return block;
}

function paymentAddress(url) {
  try {
    const address = new URL(url, location.origin);
    return address.protocol === 'https:' || address.origin === location.origin ? address : null;
  } catch {
    return null;
  }
}

function actions(options, choose) {
  const row = element('div.ac');
  options.forEach((option, place) => row.append(
    element(place ? 'button.bt' : 'button.bt.p', { type: 'button', onclick: () => choose(option) }, option.title)));
  return row;
}

/** Money as the shop writes it: `C$ 1,240`, cents only when there are any. What is not a bare number is already written. */
export function money(amount, currency = SHOP_CURRENCY) {
  if (amount == null || amount === '') return '';
  if (!/^-?\d+(\.\d+)?$/.test(String(amount)) || !/^[A-Z]{3}$/.test(currency)) return String(amount);
  const cents = Number(amount) % 1 !== 0;
  const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: cents ? 2 : 0, maximumFractionDigits: cents ? 2 : 0 };
  const region = currency === 'USD' ? 'US' : currency.slice(0, 2); // a currency begins with its country
  const parts = new Intl.NumberFormat(`${language}-${region}`, options).formatToParts(Number(amount));
  const number = parts.filter((part) => !['currency', 'literal', 'minusSign'].includes(part.type)).map((part) => part.value).join('');
  const symbol = parts.find((part) => part.type === 'currency').value;
  return `${Number(amount) < 0 ? '-' : ''}${symbol}\u00a0${number}`;
}
