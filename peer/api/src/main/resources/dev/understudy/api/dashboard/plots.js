/* Small plots of what /metrics and /v2/stats/store tell, as rates between two looks. */

import {$, el, short, svg, text} from './dom.js';

const KEPT = 150;
const FEWEST = 30;
const SHORTEST_MILLIS = 700;
const WIDTH = 240;
const HEIGHT = 56;

/** Sums what has a name, over all labels. */
function valuesOf(scrape) {
  const values = new Map();
  for (const line of scrape.split('\n')) {
    if (line && line[0] !== '#') {
      const space = line.lastIndexOf(' ');
      const brace = line.indexOf('{');
      const name = line.slice(0, brace < 0 ? space : brace);
      const value = Number(line.slice(space + 1));
      if (!name.endsWith('_bucket') && Number.isFinite(value)) {
        values.set(name, (values.get(name) || 0) + value);
      }
    }
  }
  return values;
}

const SYNC = 'understudy_log_sync_duration_seconds';
const TURN = 'understudy_driver_turn_seconds_total';

/* What is plotted: from the growth of counters and the seconds that passed, or from a value now. */
const PLOTS = [
  {title: 'Writes', unit: '/s', of: (grown, seconds) => grown('etcd_debugging_store_writes_total') / seconds},
  {title: 'Reads', unit: '/s', of: (grown, seconds) => grown('gets') / seconds},
  {title: 'Log sync, mean', unit: ' ms', of: (grown) => 1e3 * grown(`${SYNC}_sum`) / grown(`${SYNC}_count`)},
  {title: 'Driver turn, mean', unit: ' µs', of: (grown) => 1e6 * grown(TURN) / grown('understudy_driver_turns_total')},
  {title: 'Driver busy', unit: ' %', of: (grown, seconds) => 100 * grown(TURN) / seconds},
  {title: 'Keys in memory', unit: ' MiB', of: (grown, seconds, now) => now('understudy_tree_bytes') / 2 ** 20},
  {title: 'Watches', unit: '', of: (grown, seconds, now) => now('etcd_debugging_store_watchers')},
  {title: 'Connections', unit: '', of: (grown, seconds, now) => now('understudy_client_connections')},
];

let last = null;
let cards = null;

function makeCards() {
  cards = PLOTS.map((plot) => {
    const value = el('strong', {}, '–');
    const high = el('span', {class: 'meta'}, '\u00a0');
    const area = svg('path', {class: 'area'});
    const line = svg('path', {class: 'line'});
    const picture = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none',
      role: 'img', 'aria-label': plot.title}, area, line);
    $('plots').append(el('figure', {class: 'plot'},
      el('figcaption', {}, el('span', {class: 'label'}, plot.title), value), picture, high));
    return {value, high, area, line, points: []};
  });
}

function paths(points, top) {
  const step = WIDTH / (Math.max(FEWEST, points.length) - 1);
  const start = WIDTH - step * (points.length - 1);
  const y = (value) => (HEIGHT - 2 - (HEIGHT - 6) * Math.min(1, value / top)).toFixed(1);
  let line = '';
  points.forEach((value, at) => {
    line += `${at ? 'L' : 'M'}${(start + at * step).toFixed(1)} ${y(value)}`;
  });
  return [line, `${line}L${WIDTH} ${HEIGHT}L${start.toFixed(1)} ${HEIGHT}Z`];
}

function draw(plot, card, value) {
  const idle = !Number.isFinite(value);
  card.points.push(idle ? card.points.at(-1) || 0 : value);
  card.points.splice(0, card.points.length - KEPT);
  const high = Math.max(...card.points);
  const [line, area] = paths(card.points, high > 0 ? high * 1.1 : 1);
  card.line.setAttribute('d', line);
  card.area.setAttribute('d', area);
  text(card.value, idle ? '–' : `${short(value)}${plot.unit}`);
  text(card.high, `at most ${short(high)}${plot.unit}`);
}

/** Takes one look; the first only tells where the counters stand. */
export function showRates(scrape, statistics, of) {
  const values = valuesOf(scrape);
  values.set('gets', statistics.getsSuccess + statistics.getsFail);
  const millis = performance.now();
  const before = last;
  if (before && before.of === of && millis - before.millis < SHORTEST_MILLIS) {
    return; // too short a time for a rate
  }
  last = {values, millis, of};
  if (!cards) {
    makeCards();
  }
  text($('plots-of'), of ? `of ${of}` : '');
  const number = (name) => values.get(name) ?? NaN;
  if (!before || before.of !== of || number('gets') < before.values.get('gets')) {
    return; // another process counts from another beginning
  }
  const grown = (name) => Math.max(0, number(name) - (before.values.get(name) ?? NaN));
  const seconds = (millis - before.millis) / 1e3;
  PLOTS.forEach((plot, at) => draw(plot, cards[at], plot.of(grown, seconds, number)));
}
