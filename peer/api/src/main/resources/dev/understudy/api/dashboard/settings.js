/* What the machines agree on about seats, within its limits. */

import {$, confirmed, el} from './dom.js';
import {putJson} from './api.js';

const FIELDS = [
  ['activeSize', 'Seats', 'machines that vote; an odd number serves best', 1],
  ['removeDelay', 'Remove delay', 'seconds of silence after which a peer loses its seat', 'any'],
  ['syncInterval', 'Sync interval', 'seconds between two looks of a standby at its cluster', 'any'],
];

let inputs = null;
let shown = {};

function build(view) {
  inputs = new Map();
  const rows = FIELDS.map(([name, label, note, step]) => {
    const {min, max} = view.configLimits[name];
    const input = el('input', {type: 'number', min, max, step, required: true, name, id: `config-${name}`});
    inputs.set(name, input);
    return el('label', {}, el('span', {class: 'label'}, label), input,
      el('span', {class: 'note'}, `${note}; at least ${min}`));
  });
  $('config').replaceChildren(...rows,
    el('div', {class: 'row'},
      el('button', {type: 'submit', class: 'primary'}, 'Save'),
      el('button', {type: 'button', onclick: () => fill(shown, true)}, 'Reset')),
    el('p', {id: 'config-said', role: 'status', hidden: true}));
}

function fill(config, always) {
  for (const [name, input] of inputs) {
    const untouched = input.value !== '' && Number(input.value) === shown[name];
    if (always || untouched && document.activeElement !== input) {
      input.value = config[name];
    }
  }
  shown = config;
}

function say(words, type) {
  const line = $('config-said');
  line.hidden = false;
  line.className = type;
  line.textContent = words;
}

async function save(event, refused) {
  event.preventDefault();
  const change = {};
  for (const [name, input] of inputs) {
    if (Number(input.value) !== shown[name]) {
      change[name] = Number(input.value);
    }
  }
  if (!Object.keys(change).length) {
    say('Nothing has changed.', 'note');
    return;
  }
  const fewer = change.activeSize < shown.activeSize;
  if (fewer && !await confirmed(`Only ${change.activeSize} seats?`, 'Peers beyond that lose their seats, one after the other.', 'Change')) {
    return;
  }
  try {
    fill(await putJson('/dashboard/data/config', change), true);
    say('Saved.', 'done');
  } catch (failure) {
    say(failure.message, 'wrong');
    refused(failure);
  }
}

/** Shows the config as it is; what is being typed stays. */
export function showSettings(view, refused) {
  if (!inputs) {
    build(view);
    $('config').addEventListener('submit', (event) => save(event, refused));
    fill(view.config, true);
    return;
  }
  fill(view.config, false);
}
