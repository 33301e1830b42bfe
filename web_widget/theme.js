/* Before the first paint: the theme the shop's page asked for (data-theme), if any. */
(() => {
  const theme = new URLSearchParams(location.search).get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
