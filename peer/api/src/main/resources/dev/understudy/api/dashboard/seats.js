/* The seats as boxes, the standbys in their order, and the plan in words. */

import {$, duration, el, text, whole} from './dom.js';

const isPeer = (machine) => machine.mode === 'peer';

export function roleOf(machine) {
  if (machine.leader) {
    return 'leader';
  }
  if (isPeer(machine)) {
    return machine.voter ? 'voter' : 'learner';
  }
  return machine.mode;
}

/** The standbys that take seats, the next first; then who would not. */
export function queueOf(view) {
  const byName = new Map(view.machines.map((machine) => [machine.name, machine]));
  return view.takers.map((name) => byName.get(name)).filter(Boolean);
}

/** Who is about to take which seat: pairs of a seat's key and a standby's name. */
function takeovers(view, queue) {
  const takes = new Map();
  const understudy = view.machines.find((machine) => machine.mode === 'understudy');
  const coming = [...(understudy ? [understudy] : []), ...queue].map((machine) => machine.name);
  const wanted = [
    ...Array.from({length: view.openSeats}, (unused, at) => `open ${at}`),
    ...view.machines.filter((machine) => machine.verdict === 'loses').map((machine) => machine.name),
  ];
  wanted.forEach((seat, at) => {
    if (coming[at]) {
      takes.set(seat, coming[at]);
    }
  });
  if (view.preemption && view.preemption.enabled) {
    takes.set(view.preemption.peer, view.preemption.standby);
  }
  return takes;
}

function heard(machine) {
  if (machine.leader) {
    return 'leads';
  }
  return machine.everHeard ? `heard ${duration(machine.silentMillis)} ago` : 'not heard of yet';
}

function seatBox(machine, taker) {
  const kind = machine.verdict === 'loses' ? 'loses' : machine.healthy ? 'well' : 'ill';
  return el('div', {class: `seat ${kind}${machine.leader ? ' leads' : ''}`, 'data-seat': machine.name},
    el('span', {class: 'role'}, roleOf(machine)),
    el('strong', {class: 'name', title: machine.name}, machine.name),
    el('span', {class: 'meta'}, heard(machine)),
    el('span', {class: 'meta'}, machine.leader ? `entry ${whole(machine.lastIndex)}`
      : machine.lagEntries ? `${whole(machine.lagEntries)} entries behind` : 'up to date'),
    taker ? el('span', {class: 'taker'}, `← ${taker} takes it`) : null);
}

function openBox(taker) {
  return el('div', {class: 'seat open'},
    el('span', {class: 'role'}, 'open'),
    el('strong', {class: 'name'}, 'nobody'),
    el('span', {class: 'meta'}, taker ? '' : 'no standby takes it'),
    taker ? el('span', {class: 'taker'}, `← ${taker} takes it`) : null);
}

function queueRow(view, queue) {
  const waiting = view.machines.filter((machine) => machine.mode === 'standby');
  const idle = waiting.filter((machine) => !queue.includes(machine));
  const coming = view.machines.filter((machine) => machine.mode === 'understudy');
  const chip = (machine, order, why) => el('span', {class: `chip${order ? '' : ' idle'}`, title: why},
    el('span', {class: 'order'}, order || '–'),
    el('span', {class: 'name'}, machine.name),
    machine.zone ? el('span', {class: 'meta'}, machine.zone) : null);
  return [
    el('span', {class: 'label'}, waiting.length + coming.length ? 'Standbys, the next first' : 'No standbys'),
    ...coming.map((machine) => chip(machine, '»', 'copies the data to take a seat')),
    ...queue.map((machine, at) => chip(machine, String(at + 1), `seat priority ${machine.seatPriority}`)),
    ...idle.map((machine) => chip(machine, '', 'takes no seat by itself')),
  ];
}

function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

function sentences(view, queue, takes) {
  const said = [];
  const delay = duration(view.config.removeDelay * 1000);
  const peers = view.machines.filter(isPeer);
  if (view.openSeats > 0) {
    const next = queue.slice(0, view.openSeats).map((machine) => machine.name).join(', ');
    said.push(`${plural(view.openSeats, 'seat is', 'seats are')} open: `
      + (next ? `${next} comes next.` : 'no standby is there to take it.'));
  }
  for (const peer of peers.filter((machine) => machine.verdict !== 'keeps')) {
    const taker = takes.get(peer.name);
    said.push(`${peer.name} ${peer.verdict === 'loses' ? 'loses its seat' : 'is spared for now'}: ${peer.reason}`
      + (taker && peer.verdict === 'loses' ? `; ${taker} takes it.` : '.'));
  }
  for (const peer of peers.filter((machine) => machine.verdict === 'keeps' && !machine.healthy)) {
    said.push(`${peer.name} is not well: ${peer.ailment}.`
      + (!peer.alive && queue.length ? ` Should it be silent for ${delay}, ${queue[0].name} takes its seat.` : ''));
  }
  if (!said.length && queue.length) {
    said.push(`All seats are held. Should a peer be silent for ${delay}, ${queue[0].name} takes its seat.`);
  } else if (!said.length) {
    said.push(`All seats are held. Nobody stands by: a peer that is silent for ${delay} leaves its seat open.`);
  }
  if (view.preemption) {
    const {standby, peer, enabled} = view.preemption;
    said.push(enabled ? `${standby} takes the seat of ${peer}, whose seat priority is lower.`
      : `${standby} would take the seat of ${peer} if its class might.`);
  }
  if (view.newVersion) {
    said.push(`Standbys of version ${view.newVersion} come first.`);
  }
  return said;
}

export function showSeats(view) {
  const queue = queueOf(view);
  const takes = takeovers(view, queue);
  const boxes = view.machines.filter(isPeer).map((machine) => seatBox(machine, takes.get(machine.name)));
  for (let at = 0; at < Math.min(view.openSeats, 12); at++) {
    boxes.push(openBox(takes.get(`open ${at}`)));
  }
  $('seats').replaceChildren(...boxes);
  $('queue').replaceChildren(...queueRow(view, queue));
  $('plan').replaceChildren(...sentences(view, queue, takes).map((line) => el('li', {}, line)));
  text($('seats-title'), `Seats · ${view.machines.filter(isPeer).length} of ${view.config.activeSize} held`);
}
