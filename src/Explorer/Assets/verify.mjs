// The buttons that verify, and what they show.
export function start() {
  // Until now nothing would have come of pressing them.
  document.querySelectorAll('[data-verify-start], [data-verify-file] button').forEach((button) => (button.disabled = false));
  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('[data-verify-start]');
    if (button) {
      const section = button.closest('[data-verify]');
      await show(button, section.querySelector('[data-verify-result]'), () => ofRequest(section.dataset.verify));
    }
  });
  const form = document.querySelector('[data-verify-file]');
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    await show(form.querySelector('button'), document.querySelector('[data-verify-result]'), async () => {
      const { checksOfFile } = await import('./receipt.mjs');
      return checksOfFile(JSON.parse(form.querySelector('textarea').value));
    });
  });
  form?.querySelector('[data-verify-choose]').addEventListener('change', async (event) => {
    form.querySelector('textarea').value = (await event.target.files[0]?.text()) ?? '';
  });
}

async function ofRequest(id) {
  const [{ checksOfCustody }, custody, status, shown] = await Promise.all([import('./receipt.mjs'), ask(`/v1/requests/${id}/custody`), ask('/v1/status'), shownEvidence()]);
  return checksOfCustody(id, status.chain_id, custody, shown);
}

// What the fields of evidence on this page were cut from; undefined where there are none, or the bytes cannot be had now.
async function shownEvidence() {
  const address = document.querySelector('[data-evidence-bytes]')?.dataset.evidenceBytes;
  const answer = address && await fetch(address);
  return answer?.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
}

async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error(`The index answered ${answer.status}.`);
  }

  return answer.json();
}

async function show(button, place, verify) {
  button.disabled = true;
  place.textContent = 'Verifying …';
  try {
    const checks = await verify();
    const wrong = checks.filter((check) => check.held === false).length;
    const unknown = checks.filter((check) => check.held === null).length;
    const verdict = document.createElement('p');
    verdict.className = `verdict ${wrong ? 'bad' : 'good'}`;
    verdict.textContent = wrong ? 'Something is wrong with it.' : `It holds${unknown ? ', as far as can be told here' : ''}.`;
    verdict.dataset.verdict = wrong ? 'wrong' : 'holds';
    const list = Object.assign(document.createElement('ul'), { className: 'checks' });
    list.append(...checks.map(itemOf));
    place.replaceChildren(verdict, list);
  } catch (failure) {
    place.replaceChildren(Object.assign(document.createElement('p'), { className: 'verdict bad', textContent: `It cannot be verified: ${failure.message}` }));
  } finally {
    button.disabled = false;
  }
}

function itemOf({ what, held, detail }) {
  const item = document.createElement('li');
  const [word, kind] = held === null ? ['not told here', 'plain'] : held ? ['holds', 'good'] : ['wrong', 'bad'];
  const pill = Object.assign(document.createElement('span'), { className: `pill ${kind}`, textContent: word });
  const mark = document.createElement('span');
  mark.append(pill);
  item.dataset.held = String(held);
  item.append(mark, Object.assign(document.createElement('span'), { textContent: what }), Object.assign(document.createElement('span'), { className: 'detail', textContent: detail }));
  return item;
}
