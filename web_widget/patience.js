/* Waiting that can be cut short: back online, page shown again, "Reintentar". */

export class Patience {
  #wake = null;

  /** Resolves after `ms`, or at the first `wake()`. */
  wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake?.();
  }
}

/** Seconds before try number `tries` (1, 2, …): 1, 2, 4 … 30, with a little chance so that all do not come back at once. */
export function backOff(tries, first = 1000, most = 30_000) {
  return Math.min(most, first * 2 ** (tries - 1)) * (0.8 + Math.random() * 0.4);
}
