/* The page around the iframe: it is told "listo", "cerrar", "sin-leer"; it says "abrir" and "cerrar". No word of the customer goes this way. */

/** The host page's origin is taken from what the browser says and must be on the server's list; messages go to exactly that origin. */
export class HostPage {
  #origin = '';
  #allowed;
  #listen;

  /** `listen`: open(), close(). */
  constructor(listen) {
    this.#listen = listen;
    const list = document.querySelector('meta[name="allowed-sites"]')?.content || '';
    this.#allowed = new Set([location.origin, ...list.split(/[\s,]+/).map(originOf).filter(Boolean)]);
    if (!this.framed) return;
    this.#meet(location.ancestorOrigins?.[0] || originOf(document.referrer));
    addEventListener('message', (event) => this.#hear(event));
  }

  get framed() {
    return window.parent !== window;
  }

  ready() {
    this.#tell({ tipo: 'listo' });
  }

  close() {
    this.#tell({ tipo: 'cerrar' });
  }

  unread(n) {
    this.#tell({ tipo: 'sin-leer', n });
  }

  #hear(event) {
    if (event.source !== window.parent || !this.#allowed.has(event.origin) || event.data?.de !== 'tendero') return;
    this.#meet(event.origin);
    if (event.data.tipo === 'abrir') this.#listen.open();
    else if (event.data.tipo === 'cerrar') this.#listen.close();
  }

  #meet(origin) {
    if (!this.#allowed.has(origin) || this.#origin === origin) return;
    const late = !this.#origin && document.readyState === 'complete';
    this.#origin = origin;
    if (late) this.ready();
  }

  #tell(message) {
    if (this.framed && this.#origin) window.parent.postMessage({ de: 'tendero', ...message }, this.#origin);
  }
}

function originOf(address) {
  try {
    const { origin } = new URL(address);
    return origin === 'null' ? '' : origin;
  } catch {
    return '';
  }
}
