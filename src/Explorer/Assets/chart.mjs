// Draws the tables of figures. Without it, the tables are there.
const height = 220;
const colours = ['--one', '--two', '--three'];

export async function start() {
  await load();
  const drawn = new Map();
  const draw = (figure) => {
    drawn.get(figure)?.destroy();
    drawn.set(figure, plot(figure));
  };

  const width = new ResizeObserver((changes) => changes.forEach(({ target }) => drawn.get(target.closest('figure'))?.setSize({ width: target.clientWidth, height })));
  const figures = [...document.querySelectorAll('[data-chart]')];
  figures.forEach((figure) => {
    draw(figure);
    width.observe(figure.querySelector('[data-plot]'));
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => figures.forEach(draw));
}

// uPlot's packed form is a plain script.
function load() {
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL('./uplot/uPlot.min.css', import.meta.url).href;
  const script = document.createElement('script');
  script.src = new URL('./uplot/uPlot.iife.min.js', import.meta.url).href;
  return new Promise((resolve, reject) => {
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error('The charts could not be loaded.')));
    document.head.append(style, script);
  });
}

function plot(figure) {
  const { uPlot } = globalThis;
  const table = figure.querySelector('table');
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const times = rows.map((row) => Number(row.cells[0].dataset.x));
  const values = names.map((_, i) => rows.map((row) => {
    const value = row.cells[i + 1].dataset.y;
    return value === undefined || value === '' ? null : Number(value);
  }));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isBars = figure.dataset.chart === 'bars';
  // Bars stand on each other: each is drawn from nothing to the sum of those below it, the highest first.
  const sums = isBars ? values.map((_, i) => times.map((__, at) => values.slice(0, i + 1).reduce((sum, line) => sum + (line[at] ?? 0), 0))) : values;
  const order = isBars ? names.map((_, i) => names.length - 1 - i) : names.map((_, i) => i);
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  const place = figure.querySelector('[data-plot]');
  const top = Number(figure.dataset.most ?? 0);
  const around = Math.max((times.at(-1) - times[0]) * 0.03, 3600);
  place.replaceChildren();
  return new uPlot({
    width: place.clientWidth,
    height,
    scales: {
      // Of the times themselves: to one bucket alone uPlot gives a thousand days.
      x: { range: () => [times[0] - around, times.at(-1) + around] },
      // A line along the top is seen whole.
      y: { range: (_, least, most) => [0, top > 0 ? top * 1.03 : Math.max(most * 1.1, 1)] },
    },
    axes: [axis, { ...axis, size: 56 }],
    cursor: { y: false },
    series: [
      { label: 'From', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
      ...order.map((i) => ({
        label: names[i],
        stroke: colour(colours[i % colours.length]),
        width: isBars ? 0 : 2,
        fill: isBars ? colour(colours[i % colours.length]) : undefined,
        paths: isBars ? uPlot.paths.bars({ size: [0.7, 28] }) : undefined,
        points: { show: !isBars && times.length < 60, size: 6 },
        value: (_, __, ___, at) => (at === null ? '–' : values[i][at] ?? '–'),
      })),
    ],
  }, [times, ...order.map((i) => sums[i])], place);
}
