// Shows what is new: the API's streams say that something happened, and the server renders the page's live part again.
const restMs = 700;
const mostStreams = 2;

let open = [];
let waiting;
let isStale = false;

export function start() {
  listen();
  // Browsers give few connections to one address, and tabs that nobody looks at need none.
  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : listen()));
}

function listen() {
  const streams = (document.querySelector('[data-live]')?.dataset.live ?? '').split(' ').filter(Boolean);
  if (document.hidden || open.length > 0) {
    return;
  }

  open = streams.slice(0, mostStreams).map((address) => {
    const stream = new EventSource(address);
    stream.addEventListener('row', changed);
    stream.addEventListener('reorg', changed);
    stream.addEventListener('open', show);
    stream.addEventListener('error', show);
    return stream;
  });
  if (isStale) {
    changed();
  }

  isStale = false;
}

function stop() {
  open.forEach((stream) => stream.close());
  open = [];
  isStale = true;
  show();
}

function show() {
  const on = open.length > 0 && open.every((stream) => stream.readyState === EventSource.OPEN);
  document.querySelectorAll('[data-live-sign]').forEach((sign) => {
    sign.toggleAttribute('data-on', on);
    sign.textContent = on ? 'live' : 'not live';
  });
}

// Several events at once are one change.
function changed() {
  waiting ??= setTimeout(async () => {
    try {
      await renew();
    } finally {
      waiting = undefined;
    }
  }, restMs);
}

async function renew() {
  const here = document.querySelector('#live');
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) {
    return;
  }

  const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#live');
  if (!there || here.innerHTML === there.innerHTML) {
    show();
    return;
  }

  // Whoever is in the middle of something stays there.
  const focused = document.activeElement?.closest('#live a')?.getAttribute('href');
  const unfolded = [...here.querySelectorAll('details[open]')].map((details) => details.textContent);
  here.replaceChildren(...there.childNodes);
  here.querySelectorAll('details').forEach((details) => (details.open = unfolded.includes(details.textContent)));
  if (focused) {
    [...here.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused)?.focus();
  }

  show();
}
