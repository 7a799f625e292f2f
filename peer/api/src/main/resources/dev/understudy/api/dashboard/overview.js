/* The facts in a row, and a line for each machine. */

import {$, duration, el, text, whole} from './dom.js';
import {roleOf} from './seats.js';

function fact(label, value, note) {
  return el('div', {class: 'fact'},
    el('span', {class: 'label'}, label),
    el('strong', {}, value),
    el('span', {class: 'meta'}, note || '\u00a0'));
}

export function showFacts(view) {
  const leader = view.machines.find((machine) => machine.leader);
  const peers = view.machines.filter((machine) => machine.mode === 'peer');
  const standbys = view.machineCount - peers.length;
  $('facts').replaceChildren(
    fact('Leader', leader ? leader.name : 'none',
      view.leaderSinceMillis ? `for ${duration(Math.max(0, view.nowMillis - view.leaderSinceMillis))}` : ''),
    fact('Seats', `${peers.length} of ${view.config.activeSize}`,
      `${standbys} ${standbys === 1 ? 'stands' : 'stand'} by`),
    fact('May fail now', String(view.failureTolerance), view.failureTolerance === 1 ? 'machine' : 'machines'),
    fact('Term', whole(view.term), 'grows with elections'),
    fact('Committed', whole(view.commit), 'entries'));
}

function healthOf(machine) {
  if (machine.healthy) {
    return el('span', {class: 'state well'}, 'healthy');
  }
  return el('span', {},
    el('span', {class: `state ${machine.alive ? 'ill' : 'dead'}`}, machine.alive ? 'not well' : 'silent'),
    el('span', {class: 'why'}, machine.ailment));
}

function lagOf(machine) {
  if (machine.leader) {
    return '–';
  }
  return machine.mode === 'standby' ? 'no data' : whole(machine.lagEntries);
}

function cell(label, content, type) {
  return el('td', {'data-label': label, class: type}, content);
}

function line(machine, here) {
  return el('tr', {'data-machine': machine.name},
    el('th', {scope: 'row'},
      el('span', {class: 'name', title: machine.name}, machine.name),
      machine.name === here ? el('span', {class: 'tag'}, 'this page') : null,
      machine.zone ? el('span', {class: 'tag'}, machine.zone) : null),
    cell('Role', el('span', {class: `role ${roleOf(machine)}`}, roleOf(machine))),
    cell('Health', healthOf(machine)),
    cell('Last heard', machine.leader ? '–' : duration(machine.silentMillis), 'number'),
    cell('Lag', lagOf(machine), 'number'),
    cell('Version', machine.version || '–'),
    cell('Client address', el('span', {class: 'address'}, machine.clientUrl || '–')));
}

/** Whether somebody is about to copy something from there. */
function isSelectedIn(node) {
  const selection = getSelection();
  return !selection.isCollapsed && node.contains(selection.anchorNode);
}

export function showMachines(view, here) {
  if (isSelectedIn($('machines'))) {
    return;
  }
  $('machines').replaceChildren(...view.machines.map((machine) => line(machine, here)));
  const hidden = view.machineCount - view.machines.length;
  $('machines-more').hidden = hidden <= 0;
  text($('machines-more'), `and ${hidden} standbys more`);
}

/** The sign beside the name of the page. */
export function showHealth(state, words) {
  const pill = $('health');
  pill.className = `pill ${state}`;
  text(pill, words);
}
