/* What a page does by itself: theme, copying, dialogs, menus, notices, and a chat that stays at its last line.
   The rest is HTMX and the server. Everything is asked for by a `data-` attribute in the page. */
const NOTICE_MS = 6000;
const $ = (selector, from = document) => from.querySelector(selector);

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  document.cookie = `tendero-theme=${theme}; path=/admin; max-age=31536000; samesite=lax`; // the server writes it into <html>
}

/* A notice goes by itself, but not while somebody reads or presses in it. */
function fade(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), NOTICE_MS); };
  const stop = () => clearTimeout(timer);
  for (const name of ['mouseenter', 'focusin']) toast.addEventListener(name, stop);
  for (const name of ['mouseleave', 'focusout']) toast.addEventListener(name, start);
  start();
}

function say(text) {
  const toast = document.createElement('div');
  toast.className = 'toast';
  toast.textContent = text;
  $('#notices').replaceChildren(toast);
}

async function copy(button) {
  const source = $(button.dataset.copy);
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    say(button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(source);
  }
}

function reveal(button) {
  const field = $(button.dataset.reveal);
  field.type = field.type === 'password' ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(field.type === 'text'));
}

/* What fills itself is put where the cursor is. */
function insert(button) {
  const field = $(button.dataset.into);
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  field.focus();
}

/* Menus open beside their button and stay on the screen. */
function place(menu) {
  const button = menu.opener;
  if (!button || menu.classList.contains('more')) return;
  const box = button.getBoundingClientRect();
  menu.style.position = 'fixed';
  menu.style.top = `${Math.max(8, Math.min(box.bottom + 6, innerHeight - menu.offsetHeight - 8))}px`;
  const left = menu.classList.contains('says') ? box.left - 12 : box.right - menu.offsetWidth;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
}

const PRESSED = {
  themeSwitch: switchTheme,
  copy,
  reveal,
  insert,
  open: (button) => $(button.dataset.open).showModal(),
  close: (button) => button.closest('dialog').close(),
  print: () => print(),
};

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[popovertarget]');
  if (opener) document.getElementById(opener.getAttribute('popovertarget')).opener = opener;
  const menu = event.target.closest('[popover]');
  if (menu && event.target.closest('a,button')) menu.hidePopover();
  const button = event.target.closest('button,a');
  for (const name of Object.keys(button?.dataset ?? {})) PRESSED[name]?.(button);
});

document.addEventListener('toggle', (event) => {
  if (event.newState === 'open' && event.target.matches('[popover]')) place(event.target);
}, true);

document.addEventListener('keydown', (event) => {
  const field = event.target.closest?.('textarea[data-enter-sends]');
  if (!field || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit();
});

/* A form with `data-guard` asks before what was typed in it is lost; a button that only changes the form saves nothing. */
let unsaved = false;
document.addEventListener('input', (event) => { if (event.target.closest('[data-guard]')) unsaved = true; });
document.addEventListener('submit', ({ target, submitter }) => {
  const stays = [target, submitter].some((one) => one?.hasAttribute('hx-post'));
  if (!stays || !submitter?.formNoValidate) unsaved = false;
});
addEventListener('beforeunload', (event) => { if (unsaved) event.preventDefault(); });

/* The agent's two switches (menu and top bar) are one. */
document.addEventListener('change', (event) => {
  if (!event.target.matches('.agent .sw')) return;
  const on = event.target.checked;
  for (const twin of document.querySelectorAll('.agent .sw')) twin.checked = on;
  for (const words of document.querySelectorAll('[data-agent-on]')) words.hidden = !on;
  for (const words of document.querySelectorAll('[data-agent-off]')) words.hidden = on;
});

/* What was sent leaves its field; what was refused stays in it. */
document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  if (ctx?.sourceElement?.matches('form[data-clears]') && ctx.response.status < 300) ctx.sourceElement.reset();
});

/* A part with `data-while-open` is asked for again when its <details> is opened, and while it stays open. */
const AGAIN_MS = 5000;
const askAgain = (parts) => { for (const part of parts) part.dispatchEvent(new CustomEvent('again')); };
if ($('[data-while-open]')) {
  setInterval(() => { if (!document.hidden) askAgain(document.querySelectorAll('details[open]>[data-while-open]')); }, AGAIN_MS);
}
document.addEventListener('toggle', (event) => {
  if (event.newState === 'open') askAgain(event.target.querySelectorAll(':scope>[data-while-open]'));
}, true);

/* News of the stream `/admin/live`: how much waits, and a page's own parts by `hx-trigger="orders from:#live"`. */
function told(event) {
  const counts = JSON.parse(event.detail.data);
  for (const badge of document.querySelectorAll('[data-count]')) {
    const count = counts[badge.dataset.count];
    const more = count > Number($('b', badge).textContent);
    $('b', badge).textContent = count;
    badge.hidden = !count;
    if (more && badge.dataset.count === event.type) ring();
  }
}

/* A bell, only where the page has the switch and somebody has turned it on (and pressed something, as browsers ask). */
function ring() {
  const bell = $('[data-bell]');
  if (!bell?.checked) return;
  const audio = new AudioContext();
  for (const [at, tone] of [[0, 880], [0.18, 1175]]) {
    const [voice, volume] = [audio.createOscillator(), audio.createGain()];
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.25, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.5);
    voice.connect(volume).connect(audio.destination);
    voice.start(audio.currentTime + at);
    voice.stop(audio.currentTime + at + 0.5);
  }
}

const live = $('#live');
if (live) {
  for (const name of ['chats', 'orders']) live.addEventListener(name, told);
  const offline = $('[data-offline]');
  let failures = 0;
  live.addEventListener('htmx:sse:after:connection', (event) => {
    if (event.detail.connection?.status !== 200) return;
    failures = 0;
    offline.hidden = true;
  });
  live.addEventListener('htmx:sse:error', () => {
    failures += 1;
    if (failures < 2 || !offline.hidden) return;
    $('[data-offline-since]').textContent = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: 'short' });
    offline.hidden = false;
  });
}

const bell = $('[data-bell]');
if (bell) {
  try { bell.checked = localStorage.getItem('bell') === 'on'; } catch { /* off then */ }
  bell.addEventListener('change', () => {
    try { localStorage.setItem('bell', bell.checked ? 'on' : 'off'); } catch { /* only for this page then */ }
    if (bell.checked) ring();
  });
}

/* Dialogs that come from the server open as they arrive; ones that are empty again close. */
document.addEventListener('htmx:after:settle', (event) => {
  const dialog = $('dialog[data-open-now]', event.target.ownerDocument);
  if (!dialog) return;
  dialog.removeAttribute('data-open-now');
  if (!dialog.open) dialog.showModal();
});

new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) fade(node);
}).observe($('#notices'), { childList: true });

const toEnd = (log) => { log.scrollTop = log.scrollHeight; };
for (const log of document.querySelectorAll('.log')) {
  let reading = false; // somebody has gone further up
  toEnd(log);
  log.addEventListener('scroll', () => { reading = log.scrollHeight - log.scrollTop - log.clientHeight > 80; });
  new MutationObserver(() => {
    if (!reading) toEnd(log);
    $('form:not([data-clears]) textarea[data-enter-sends]')?.form.reset();
  }).observe(log, { childList: true });
}
