/* The ticket's one button. */
document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) print(); });
