/* Launcher of the chat. On the shop's page: <div id="ai-bot" data-business="..."></div> and this script, in either order.
   The iframe is created at the first click; until then the page pays for this file only. */
(() => {
  if (window.aiBot) return;
  const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
  const home = new URL(script.src, location.href);
  const PHONE = '(max-width:520px)';
  const TEXTS = {
    es: { help: '¿Te ayudo?', open: 'Abrir chat', with: 'Chat con', shop: 'el negocio', close: 'Cerrar el chat',
      unread: (n) => (n === 1 ? '1 mensaje sin leer' : `${n} mensajes sin leer`) },
    en: { help: 'Need help?', open: 'Open chat', with: 'Chat with', shop: 'the shop', close: 'Close the chat',
      unread: (n) => (n === 1 ? '1 unread message' : `${n} unread messages`) },
  };
  const STYLE = `
:host{all:initial}
.l{position:fixed;z-index:2147483000;right:20px;bottom:calc(20px + env(safe-area-inset-bottom));display:flex;align-items:center;gap:10px;height:60px;padding:0 20px 0 6px;border:0;border-radius:30px;background:#1d2766;color:#fff;font:600 16px/1 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;cursor:pointer;box-shadow:0 10px 30px -6px #0d123f80,0 2px 6px #0d123f40}
.l:hover{background:#2a3685}
.l:focus-visible,.x:focus-visible{outline:3px solid #1d2766;outline-offset:3px;box-shadow:0 0 0 3px #fff,0 0 0 8px #f9a934}
.l svg{width:48px;height:48px;border-radius:50%;flex:none}
.t{white-space:nowrap}
.n{position:absolute;top:-5px;left:42px;min-width:22px;height:22px;padding:0 4px;border-radius:11px;background:#b8196f;color:#fff;font-size:13px;display:grid;place-items:center;border:2px solid #fff;box-sizing:border-box}
.f{position:fixed;z-index:2147483001;right:20px;bottom:calc(20px + env(safe-area-inset-bottom));width:384px;height:min(660px,calc(100vh - 40px));height:min(660px,calc(100dvh - 40px));border:0;border-radius:20px;background:#f6f1e6;box-shadow:0 24px 70px -12px #0d123f8c,0 4px 14px #0d123f33;color-scheme:normal;animation:in .22s cubic-bezier(.2,.7,.2,1)}
.dark .f{background:#14172c}
.x{position:fixed;z-index:2147483002;right:28px;bottom:calc(min(660px,100vh - 40px) - 36px);width:44px;height:44px;border:0;border-radius:50%;background:#1d2766;color:#fff;font:400 26px/1 system-ui,sans-serif;cursor:pointer;animation:wait 2s}
.left .l,.left .f{right:auto;left:20px}
.left .x{right:auto;left:352px}
@keyframes in{from{opacity:0;transform:translateY(14px)}}
@keyframes wait{from,99%{visibility:hidden}}
@media(prefers-color-scheme:dark){.auto .f{background:#14172c}}
@media(prefers-reduced-motion:reduce){.f{animation:none}}
@media(forced-colors:active){.l,.x,.f{border:2px solid}}
@media ${PHONE}{.f,.left .f{inset:0;width:100%;height:100%;border-radius:0}.t{display:none}.l{padding:0 6px}.x,.left .x{inset:12px 10px auto auto}}
[hidden]{display:none!important}`;
  /* The shopkeeper: [tag, attributes] so that a host page with Trusted Types is not in the way. */
  const FACE = [
    ['rect', { width: 64, height: 64, fill: '#f6b23c' }],
    ['path', { d: 'M8 64c2-13 12-18 24-18s22 5 24 18z', fill: '#2d3aa0' }],
    ['path', { d: 'M25 45h14v6a7 7 0 0 1-14 0z', fill: '#b9774a' }],
    ['ellipse', { cx: 32, cy: 35, rx: 14, ry: 16, fill: '#cf8d5c' }],
    ['path', { d: 'M17 30c1-9 7-13 15-13s14 4 15 13c-4-4-9-5-15-5s-11 1-15 5z', fill: '#2a1d18' }],
    ['ellipse', { cx: 32, cy: 22.5, rx: 25, ry: 5.6, fill: '#fff3d6' }],
    ['path', { d: 'M19 21c0-10 5-14 13-14s13 4 13 14c-4 2-9 2.6-13 2.6S23 23 19 21z', fill: '#fff3d6' }],
    ['path', { d: 'M19.2 18.6c4 2 8.4 2.6 12.8 2.6s8.8-.6 12.8-2.6v3C41 23.4 36.6 24 32 24s-9-.6-12.8-2.4z', fill: '#d0246f' }],
    ['circle', { cx: 26.5, cy: 33, r: 1.9, fill: '#2a1d18' }],
    ['circle', { cx: 37.5, cy: 33, r: 1.9, fill: '#2a1d18' }],
    ['path', { d: 'M20.5 41c3-4 8.5-4.6 11.5-2 3-2.6 8.5-2 11.5 2-3.5 2.2-8.5 2-11.5-.4-3 2.4-8 2.6-11.5.4z', fill: '#2a1d18' }],
    ['path', { d: 'M28 44.8c2.5 1.7 5.5 1.7 8 0', stroke: '#8a4f2c', 'stroke-width': 1.8, fill: 'none', 'stroke-linecap': 'round' }],
  ];

  let launcher; // what mount() built, once the page has its <div id="ai-bot">

  function mount() {
    const place = document.getElementById('ai-bot');
    if (launcher || !place || place.shadowRoot) return launcher;
    const options = place.dataset;
    const root = place.attachShadow({ mode: 'open' });
    const english = /^en/i.test(document.documentElement.lang);
    const text = TEXTS[english ? 'en' : 'es'];
    const label = [...(options.label || text.help)].slice(0, 18).join('');
    const theme = ['light', 'dark'].includes(options.theme) ? options.theme : 'auto';
    dress(root);
    const box = make('div', { class: `${theme} ${options.position === 'left' ? 'left' : 'right'}` });
    const badge = make('span', { class: 'n', hidden: '' });
    const button = make('button', { class: 'l', type: 'button', 'aria-expanded': 'false' });
    const caption = make('span', { class: 't' });
    caption.textContent = label;
    button.append(face(), caption, badge);
    const exit = make('button', { class: 'x', type: 'button', 'aria-label': text.close, hidden: '' });
    exit.textContent = '×';
    box.append(button, exit);
    root.append(box);
    launcher = { box, badge, button, exit, text, label, theme, options, frame: null, ready: false, scroll: '' };
    button.addEventListener('click', open);
    exit.addEventListener('click', close);
    count(0);
    return launcher;
  }

  function open() {
    const it = mount();
    if (!it || (it.frame && !it.frame.hidden)) return;
    if (it.frame && !it.ready) it.frame.remove(); // it never loaded: try again
    if (!it.frame || !it.ready) it.box.append((it.frame = frame(it)));
    it.frame.hidden = false;
    it.button.hidden = true;
    it.exit.hidden = it.ready;
    it.button.setAttribute('aria-expanded', 'true');
    count(0);
    if (matchMedia(PHONE).matches) {
      it.scroll = document.documentElement.style.overflow;
      document.documentElement.style.overflow = 'hidden';
    }
    fit();
    if (it.ready) tell('abrir');
    it.frame.focus();
  }

  function close() {
    const it = launcher;
    if (!it || !it.frame || it.frame.hidden) return;
    tell('cerrar');
    it.frame.hidden = it.exit.hidden = true;
    it.button.hidden = false;
    it.button.setAttribute('aria-expanded', 'false');
    document.documentElement.style.overflow = it.scroll;
    it.button.focus();
  }

  function frame(it) {
    const page = new URL('/widget', home);
    page.searchParams.set('business', it.options.business || '');
    if (it.theme !== 'auto') page.searchParams.set('theme', it.theme);
    const node = make('iframe', { class: 'f', title: `${it.text.with} ${it.options.name || it.text.shop}` });
    node.referrerPolicy = 'origin'; // the chat learns which site it is on, and nothing else
    node.src = page.href;
    node.addEventListener('load', () => it.ready || tell('abrir'));
    return node;
  }

  function count(n) {
    const { badge, button, text, label } = launcher;
    badge.hidden = !n;
    badge.textContent = n > 9 ? '9+' : n || '';
    button.setAttribute('aria-label', n ? `${text.open}: ${label}, ${text.unread(n)}` : `${text.open}: ${label}`);
  }

  function tell(tipo) {
    launcher.frame.contentWindow?.postMessage({ de: 'tendero', tipo }, home.origin);
  }

  /* iOS keeps the page's height under the keyboard: the frame follows what is really visible. */
  function fit() {
    const node = launcher?.frame;
    const seen = window.visualViewport;
    if (!node || !seen) return;
    const full = matchMedia(PHONE).matches && seen.scale === 1;
    node.style.height = full ? `${seen.height}px` : '';
    node.style.top = full ? `${seen.offsetTop}px` : '';
    node.style.bottom = full ? 'auto' : '';
  }

  function dress(root) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      const node = make('style', {});
      node.textContent = STYLE;
      root.append(node);
    }
  }

  function face() {
    const svg = (tag, attributes) => set(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes);
    const picture = svg('svg', { viewBox: '0 0 64 64', 'aria-hidden': 'true' });
    picture.append(...FACE.map(([tag, attributes]) => svg(tag, attributes)));
    return picture;
  }

  function make(tag, attributes) {
    return set(document.createElement(tag), attributes);
  }

  function set(node, attributes) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  window.aiBot = { open, close };
  addEventListener('message', (event) => {
    const it = launcher;
    if (!it?.frame || event.source !== it.frame.contentWindow || event.origin !== home.origin) return;
    const said = event.data;
    if (!said || said.de !== 'tendero') return;
    if (said.tipo === 'listo') {
      it.ready = true;
      it.exit.hidden = true;
      tell(it.frame.hidden ? 'cerrar' : 'abrir');
    } else if (said.tipo === 'cerrar') close();
    else if (said.tipo === 'sin-leer' && it.frame.hidden) count(Math.max(0, Math.min(99, Math.trunc(said.n) || 0)));
  });
  addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && close());
  document.addEventListener('click', (event) => {
    const opener = event.target instanceof Element && event.target.closest('[data-ai-bot-open]');
    if (!opener || !mount()) return;
    event.preventDefault();
    open();
  });
  window.visualViewport?.addEventListener('resize', fit);
  window.visualViewport?.addEventListener('scroll', fit);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mount);
  else mount();
})();
