/* Who led, who held a seat and who stood by: what this page has seen, and what the leader knew. */

import {$, clock, duration, el, svg, whole} from './dom.js';
import {roleOf} from './seats.js';

const SHORTEST_MILLIS = 60_000;
const LONGEST_MILLIS = 1_800_000;
const MAX_EVENTS = 40;
const ROW = 26;

const lanes = new Map();
const events = [];
let opened = 0;
let leader = null;
let term = 0;

function note(atMillis, words) {
  events.unshift({atMillis, words});
  events.length = Math.min(events.length, MAX_EVENTS);
}

function stateOf(machine) {
  return `${roleOf(machine)}${machine.healthy ? '' : ' ill'}`;
}

/** How a change of a machine reads; null for what is told otherwise, or is no change. */
function words(name, lane, machine) {
  const role = roleOf(machine);
  const last = lane.spans.at(-1);
  if (lane.gone || !last) {
    return `${name} is there${lane.gone ? ' again' : ''}, as ${role}`;
  }
  if (last.role === role) {
    const same = last.state === stateOf(machine);
    return same ? null : machine.healthy ? `${name} is well again` : `${name} is not well: ${machine.ailment}`;
  }
  if (role === 'leader') {
    return null; // told with its term
  }
  if (last.role === 'leader' && role === 'voter') {
    return `${name} does not lead any more`;
  }
  const seats = ['leader', 'voter', 'learner'];
  if (seats.includes(role) && !seats.includes(last.role)) {
    return `${name} has taken a seat`;
  }
  return seats.includes(last.role) && !seats.includes(role) ? `${name} has lost its seat, and is ${role}`
    : `${name} is ${role} now`;
}

function known(view, machine) {
  if (machine.leader && view.leaderSinceMillis) {
    return Math.max(0, view.nowMillis - view.leaderSinceMillis);
  }
  return machine.stableMillis || 0;
}

function extend(view, machine, now) {
  const isNew = !lanes.has(machine.name);
  const lane = lanes.get(machine.name) || {spans: [], gone: false};
  lanes.set(machine.name, lane);
  const state = stateOf(machine);
  const span = lane.spans.at(-1);
  if (span && span.to === null && span.state === state) {
    return;
  }
  const said = isNew && now === opened ? null : words(machine.name, lane, machine);
  if (said) {
    note(now, said);
  }
  if (span && span.to === null) {
    span.to = now;
  }
  lane.gone = false;
  lane.spans.push({state, role: roleOf(machine), from: now, since: isNew ? now - known(view, machine) : null, to: null});
}

/** Takes down what has changed since the last look. */
export function recordTimeline(view) {
  const now = Date.now();
  opened = opened || now;
  for (const machine of view.machines.slice(0, 60)) {
    extend(view, machine, now);
  }
  const present = new Set(view.machines.map((machine) => machine.name));
  for (const [name, lane] of lanes) {
    const span = lane.spans.at(-1);
    if (!present.has(name) && span && span.to === null) {
      span.to = now;
      lane.gone = true;
      note(now, `${name} is not heard of any more`);
    }
  }
  const leads = view.machines.find((machine) => machine.leader);
  if (leads && (leader !== leads.name || term !== view.term)) {
    note(leader ? now : now - known(view, leads), `${leads.name} leads in term ${whole(view.term)}`);
    leader = leads.name;
    term = view.term;
  }
}

/** There is nobody to ask: whatever was open ends here. */
export function recordSilence() {
  const now = Date.now();
  let ended = false;
  for (const lane of lanes.values()) {
    const span = lane.spans.at(-1);
    if (span && span.to === null) {
      span.to = now;
      ended = true;
    }
  }
  if (ended) {
    note(now, 'no leader answers');
  }
}

function bars(lane, y, x, start, now, width) {
  const drawn = [];
  const bar = (from, to, type) => {
    const left = Math.max(0, x(Math.max(from, start)));
    const right = Math.min(width, x(to));
    if (right > left) {
      drawn.push(svg('rect', {class: type, x: left.toFixed(1), y: y + 6, rx: 3,
        width: Math.max(2, right - left).toFixed(1), height: ROW - 12}));
    }
  };
  for (const span of lane.spans) {
    if (span.since !== null) {
      bar(span.since, span.from, `span before ${span.state}`);
    }
    bar(span.from, span.to ?? now, `span ${span.state}`);
  }
  return drawn;
}

/** Draws it to the width that there is. */
export function showTimeline() {
  const box = $('timeline');
  const now = Date.now();
  const names = [...lanes.keys()].sort((a, b) => a.localeCompare(b, undefined, {numeric: true}));
  const room = Math.max(260, box.clientWidth || 600);
  const labels = Math.min(160, Math.max(64, room * 0.14));
  const width = room - labels;
  const length = Math.min(LONGEST_MILLIS, Math.max(SHORTEST_MILLIS, now - opened + 30_000));
  const start = now - length;
  const x = (millis) => ((millis - start) / length) * width;
  const height = names.length * ROW + 22;
  const picture = svg('svg', {width: room, height, viewBox: `0 0 ${room} ${height}`, role: 'img',
    'aria-label': `The last ${duration(length)}: ${names.length} machines`});
  const plot = svg('g', {transform: `translate(${labels} 0)`});
  for (let quarter = 0; quarter <= 4; quarter++) {
    const at = (width * quarter) / 4;
    plot.append(svg('line', {class: 'grid', x1: at, x2: at, y1: 0, y2: height - 20}));
    if (quarter % 2 === 0 || room > 600) {
      plot.append(svg('text', {class: 'tick', x: at, y: height - 5,
        'text-anchor': quarter === 0 ? 'start' : quarter === 4 ? 'end' : 'middle'},
      clock(start + (length * quarter) / 4)));
    }
  }
  names.forEach((name, at) => {
    const most = Math.floor(labels / 8);
    picture.append(svg('text', {class: 'lane', x: 0, y: at * ROW + 18},
      name.length > most ? `${name.slice(0, most - 1)}…` : name));
    plot.append(...bars(lanes.get(name), at * ROW, x, start, now, width));
  });
  picture.append(plot);
  box.replaceChildren(picture);
  showEvents();
}

function showEvents() {
  const list = $('events');
  const newest = events.length ? `${events[0].atMillis} ${events.length}` : '';
  if (list.dataset.newest !== newest) {
    list.dataset.newest = newest;
    list.replaceChildren(...events.slice(0, 12).map((event) =>
      el('li', {}, el('time', {}, clock(event.atMillis)), el('span', {}, event.words))));
  }
}
