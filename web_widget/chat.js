/* The chat inside its iframe: joins the conversation, what is seen of it, and the page around it. */
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Log } from './log.js';
import { HostPage } from './parent.js';
import { language, say, translatePage } from './texts.js';

const UNDO_MS = 6000;
const $ = (id) => document.getElementById(id);
const page = document.documentElement;

translatePage();

const unread = { open: true, count: 0 };
const host = new HostPage({ open: opened, close: () => { unread.open = false; } });
unread.open = !host.framed;
const log = new Log($('log'), $('below'), { choose, retry: (entry) => conversation.retry(entry), rate });
const conversation = new Conversation(new URLSearchParams(location.search).get('business') || '', language, {
  messages(messages, history) {
    log.add(messages, history);
    if (!history) announce(messages.filter((message) => message.from !== 'customer').length);
    if (messages.some((message) => message.from === 'person')) speaker.joined = true;
    if (messages.at(-1)?.from === 'bot' && !speaker.handoff) speaker.joined = false;
    showSpeaker();
  },
  speaker(handoff, taken = false, name = '') {
    if (speaker.handoff && !handoff && speaker.joined) log.personLeft();
    if (!handoff) speaker.joined = false;
    speaker.handoff = handoff;
    if (name) speaker.name = name;
    if (taken) {
      speaker.joined = true;
      log.personJoined(speaker.name);
    }
    showSpeaker();
  },
  typing: (on) => log.typing(on, speaker.joined ? speaker.name : undefined),
  sent: (entry, state, more) => log.mine(entry, state, more),
  reached,
  order: (order) => log.order(order),
  notice(key, values) {
    log.note(say(key, values));
    if (key === 'switched_off' && page.dataset.phone) log.note(say('call_us', { phone: page.dataset.phone }));
  },
});
const speaker = { handoff: false, joined: false, name: say('a_person') };
const composer = new Composer($('write'), { maxMb: Number(page.dataset.uploadMb) || 10, send });
let forgetting = null; // the timer of a deletion that can still be undone

buttons();
keyboard();
screen();
reached(navigator.onLine);
conversation.start();
host.ready();

function send({ text, file }) {
  finishForgetting();
  conversation.say({ text, file });
}

function choose({ title, payload }) {
  finishForgetting();
  conversation.say({ text: title, payload });
  if (matchMedia('(pointer:fine)').matches) composer.focus();
  else $('log').focus({ preventScroll: true });
}

async function rate(messageId, value) {
  try {
    await conversation.rate(messageId, value);
  } catch { /* a thumb is not worth an error */ }
}

function showSpeaker() {
  const text = speaker.joined ? say('person_online', { name: speaker.name }) : say(speaker.handoff ? 'waiting_person' : 'automatic');
  if ($('status').textContent !== text) $('status').textContent = text;
  $('status').classList.toggle('waiting', speaker.handoff && !speaker.joined);
}

function reached(yes) {
  const online = navigator.onLine;
  $('offline').hidden = yes && online;
  $('offline').textContent = yes && online ? '' : say(online ? 'unreachable' : 'offline');
}

function announce(n) {
  if (unread.open || !n) return;
  unread.count += n;
  host.unread(unread.count);
}

function opened() {
  unread.open = true;
  unread.count = 0;
  if (matchMedia('(pointer:fine)').matches) composer.focus();
  else $('name').focus({ preventScroll: true });
}

function shut() {
  unread.open = false;
  host.close();
}

function buttons() {
  $('person').addEventListener('click', () => choose({ title: say('ask_person_text') }));
  $('close').hidden = !host.framed;
  $('close').addEventListener('click', shut);
  $('more').addEventListener('click', () => menu($('menu').hidden));
  $('forget').addEventListener('click', () => { menu(false); forget(); });
  for (const node of document.querySelectorAll('[data-privacy]')) {
    node.addEventListener('click', (event) => {
      menu(false);
      if (node.getAttribute('href') !== '#privacy') return;
      event.preventDefault();
      $('privacy').showModal();
    });
  }
  if (page.dataset.keepDays > 0) $('keep-days').textContent = say('privacy_days', { days: page.dataset.keepDays });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('#menu, #more')) menu(false);
  });
}

function menu(open) {
  $('menu').hidden = !open;
  $('more').setAttribute('aria-expanded', String(open));
}

/** First it is gone from sight, with "Deshacer"; after six seconds, or at the next message, it is gone for good. */
function forget() {
  finishForgetting();
  $('log').hidden = true;
  $('forgotten').hidden = false;
  forgetting = setTimeout(() => finishForgetting(), UNDO_MS);
  $('undo').focus({ preventScroll: true });
}

$('undo').addEventListener('click', () => {
  clearTimeout(forgetting);
  forgetting = null;
  $('log').hidden = false;
  $('forgotten').hidden = true;
  composer.focus();
});

function finishForgetting(leaving = false) {
  if (!forgetting) return;
  clearTimeout(forgetting);
  forgetting = null;
  if (document.activeElement === $('undo')) composer.focus();
  $('log').hidden = false;
  $('forgotten').hidden = true;
  log.clear();
  conversation.forget();
  if (leaving) return;
  log.note(say('forgotten'));
  conversation.start();
}

function keyboard() {
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || $('privacy').open) return;
    if (!$('menu').hidden) {
      menu(false);
      $('more').focus();
    } else if (host.framed) {
      shut();
    }
  });
}

function screen() {
  addEventListener('online', () => { reached(true); conversation.wake(); });
  addEventListener('offline', () => reached(false));
  addEventListener('pagehide', () => finishForgetting(true));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && conversation.wake());
  const seen = window.visualViewport; // the page opened by itself on iOS: the keyboard covers, it does not shrink
  if (!host.framed) seen?.addEventListener('resize', () => { document.body.style.height = seen.scale === 1 ? `${seen.height}px` : ''; });
}
