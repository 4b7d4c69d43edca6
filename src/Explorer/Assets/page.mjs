// One key leads to the search, as on many pages; while somebody writes it is a letter. It waits for nothing that is brought in.
document.addEventListener('keydown', (event) => {
  const writes = event.target.closest?.('input, textarea, select');
  if (event.key === '/' && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.querySelector('.search input').focus();
  }
});

// What each page starts with: it brings in only what the page has a place for.
const parts = [
  ['[data-live]', './live.mjs'],
  ['[data-chart]', './chart.mjs'],
  ['[data-verify], [data-verify-file]', './verify.mjs'],
  ['[data-sql]', './sql.mjs'],
];

for (const [place, module] of parts) {
  if (document.querySelector(place)) {
    const { start } = await import(module);
    start();
  }
}
