/* Before the first paint: the theme chosen on this device, if any. */
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch { /* storage is blocked: the system decides */ }
