// Sends one question and shows the rows. What comes back is put in as text, whatever it says.
const mostShown = 500;

export function start() {
  const form = document.querySelector('[data-sql]');
  const text = form.querySelector('textarea');
  // Until now nothing would have come of pressing it.
  form.querySelector('button').disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run(form, text.value);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      form.requestSubmit();
    }
  });
  form.querySelector('[data-sql-examples]').addEventListener('change', (event) => {
    if (event.target.value) {
      text.value = event.target.value;
    }
  });
}

async function run(form, sql) {
  const button = form.querySelector('button');
  const status = document.querySelector('[data-sql-status]');
  const place = document.querySelector('[data-sql-result]');
  button.disabled = true;
  status.textContent = 'Asking …';
  place.replaceChildren();
  try {
    const began = performance.now();
    const answer = await fetch('/v1/sql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: sql });
    const told = await answer.json();
    if (!answer.ok) {
      status.textContent = `${told.title} ${told.detail}`;
      return;
    }

    place.append(tableOf(told.columns, told.rows.slice(0, mostShown)));
    const shown = told.rows.length > mostShown ? `, the first ${mostShown} of which are shown` : '';
    status.textContent = `${told.rows.length} rows${shown}${told.truncated ? '; there are more, and the answer was cut' : ''}, in ${Math.round(performance.now() - began)} ms.`;
  } catch (failure) {
    status.textContent = `The index did not answer: ${failure.message}`;
  } finally {
    button.disabled = false;
  }
}

function tableOf(columns, rows) {
  const region = Object.assign(document.createElement('div'), { className: 'table', tabIndex: 0 });
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', 'Rows');
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const name of columns) {
    head.append(Object.assign(document.createElement('th'), { scope: 'col', textContent: name }));
  }

  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, i) => {
      const cell = line.insertCell();
      cell.dataset.label = columns[i];
      cell.className = typeof value === 'number' ? 'number' : '';
      const kept = document.createElement('bdi');
      kept.className = 'stranger';
      kept.textContent = value === null ? '–' : shortened(String(value));
      cell.append(kept);
    });
  }

  region.append(table);
  return region;
}

const shortened = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
