/* What a page does by itself: theme, copying, and a chat that stays at its last line. The rest is HTMX and the server. */
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem('theme', theme); } catch { /* only for this page then */ }
}

function say(text) {
  const toast = document.createElement('div');
  toast.className = 'toast';
  toast.textContent = text;
  const place = document.getElementById('notices');
  place.replaceChildren(toast);
  setTimeout(() => toast.remove(), 6000);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    say(button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(document.querySelector(button.dataset.copy));
  }
}

const toEnd = (log) => { log.scrollTop = log.scrollHeight; };

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-theme-switch],[data-copy]');
  if (!button) return;
  if ('copy' in button.dataset) copy(button);
  else switchTheme();
});

document.addEventListener('keydown', (event) => {
  const field = event.target.closest('textarea[data-enter-sends]');
  if (!field || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit();
});

for (const log of document.querySelectorAll('.log')) {
  toEnd(log);
  new MutationObserver(() => {
    toEnd(log);
    document.querySelector('textarea[data-enter-sends]')?.form.reset();
  }).observe(log, { childList: true });
}
