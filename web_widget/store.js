/* What the browser remembers of a conversation: an anonymous token and what could not be sent yet.
   It lives in the iframe's own storage for 30 days; where storage is blocked, only in memory. */

const DAYS = 30;

export class Store {
  #key;
  #memory = null;

  constructor(business) {
    this.#key = `tendero:${business}`;
  }

  /** `{token, conversation, queue, forgetting}`; empty when nothing is kept or it is too old. */
  read() {
    let kept = this.#memory;
    try {
      kept = JSON.parse(localStorage.getItem(this.#key)) || kept;
    } catch { /* blocked or broken: memory has it */ }
    const nothing = { token: '', conversation: '', queue: [], forgetting: [] };
    return kept?.until > Date.now() ? { ...nothing, ...kept } : nothing;
  }

  change(values) {
    this.#memory = { until: Date.now() + DAYS * 864e5, ...this.#memory, ...this.read(), ...values };
    if (values.token) this.#memory.until = Date.now() + DAYS * 864e5;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#memory));
    } catch { /* as above */ }
  }

  clear() {
    this.#memory = null;
    try {
      localStorage.removeItem(this.#key);
    } catch { /* as above */ }
  }
}
