/* Waits until the server has gone and is there again, and goes on to the page it was to show then. */
const then = document.querySelector('[data-then]').dataset.then;
let gone = false;
setInterval(async () => {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' });
    if (gone && answer.ok) location.replace(then);
  } catch {
    gone = true;
  }
}, 400);
