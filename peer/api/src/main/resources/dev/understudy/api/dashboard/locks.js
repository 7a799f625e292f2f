/* Sessions, how long they live without a renewal, and what they hold. */

import {$, duration, el, whole} from './dom.js';
import {getJson} from './api.js';

function holds(session) {
  const keys = session.holds.map((entry) =>
    el('li', {}, el('span', {class: 'held'}, entry.key), el('span', {class: 'meta'}, `lock index ${whole(entry.lockIndex)}`)));
  const hidden = session.holdCount - session.holds.length;
  if (hidden > 0) {
    keys.push(el('li', {class: 'note'}, `and ${hidden} more`));
  }
  return keys.length ? el('ul', {class: 'holds'}, keys) : el('span', {class: 'note'}, 'nothing');
}

function line(session) {
  const cell = (label, content, type) => el('td', {'data-label': label, class: type}, content);
  return el('tr', {},
    el('th', {scope: 'row'},
      el('span', {class: 'name'}, session.name || 'without a name'),
      el('span', {class: 'meta id'}, session.id)),
    cell('Machine', session.node),
    cell('Time to live', session.ttlMillis ? duration(session.ttlMillis) : 'no end', 'number'),
    cell('Lock-delay', session.lockDelayMillis ? duration(session.lockDelayMillis) : 'none', 'number'),
    cell('When it ends', session.behavior === 'delete' ? 'deletes' : 'releases'),
    cell('Holds', holds(session)));
}

/** Shows them; a refusal is told in their place, since the rest may be permitted. */
export async function showLocks() {
  try {
    show(await getJson('/dashboard/data/locks'));
  } catch (failure) {
    $('sessions').replaceChildren(el('p', {class: 'note'},
      failure.status === 403 ? 'Sessions are not for you to see.' : `Nothing to show: ${failure.message}.`));
  }
}

function show(answer) {
  const head = ['Session', 'Machine', 'Time to live', 'Lock-delay', 'When it ends', 'Holds'];
  const table = el('table', {class: 'machines'},
    el('thead', {}, el('tr', {}, head.map((title, at) =>
      el('th', {scope: 'col', class: at === 2 || at === 3 ? 'number' : null}, title)))),
    el('tbody', {}, answer.sessions.map(line)));
  const hidden = answer.sessionCount - answer.sessions.length;
  $('sessions').replaceChildren(answer.sessions.length ? table : el('p', {class: 'note'},
    'There are no sessions. They are made under /v1/session, and lock entries under /v1/kv.'));
  if (hidden > 0) {
    $('sessions').append(el('p', {class: 'note'}, `and ${hidden} more`));
  }
}
