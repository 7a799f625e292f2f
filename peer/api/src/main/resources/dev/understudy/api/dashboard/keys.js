/* One key at a time: its value, its time to live, and who has changed it meanwhile. */

import {$, confirmed, el, text, whole} from './dom.js';
import {deleteKey, readKey, writeKey} from './api.js';
import {Tree} from './tree.js';

const COMPARE_FAILED = 101;

let tree = null;
let asked = 0;
let refused = () => {};

const clean = (key) => `/${key.split('/').filter(Boolean).join('/')}`;
const above = (key) => key.slice(0, key.lastIndexOf('/')) || '/';

function field(label, control, note) {
  return el('label', {}, el('span', {class: 'label'}, label), control, note ? el('span', {class: 'note'}, note) : null);
}

function fact(label, value) {
  return [el('dt', {}, label), el('dd', {}, value)];
}

function show(...content) {
  asked++; // whatever is still being read has come too late
  $('key-detail').replaceChildren(...content);
}

function said(words, type) {
  return el('p', {class: type, role: type === 'wrong' ? 'alert' : 'status', id: 'key-said'}, words);
}

/** What a refusal means to whoever has pressed a button. */
function explained(failure) {
  if (failure.code === COMPARE_FAILED) {
    return 'Somebody else has changed this key meanwhile; reload it to see how.';
  }
  return failure.status === 401 ? 'You may not do this with that key.' : failure.message;
}

async function attempt(form, work) {
  const buttons = form.querySelectorAll('button');
  buttons.forEach((button) => { button.disabled = true; });
  form.querySelector('#key-said')?.remove();
  try {
    await work();
  } catch (failure) {
    form.append(said(explained(failure), 'wrong'));
    refused(failure);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

function ttlFields(input) {
  const ttl = input.value.trim();
  return ttl === '' ? {} : {ttl};
}

function ttlInput(ttl) {
  return el('input', {type: 'number', min: 1, step: 1, value: ttl ?? '', placeholder: 'for ever', inputmode: 'numeric'});
}

function submitsByKey(form) {
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return form;
}

function facts(node) {
  return el('dl', {class: 'pairs'},
    fact('Modified at index', whole(node.modifiedIndex)),
    fact('Created at index', whole(node.createdIndex)),
    node.expiration ? fact('Expires', new Date(node.expiration).toLocaleString([], {hour12: false})) : []);
}

function showValue(node) {
  const value = el('textarea', {rows: 10, spellcheck: 'false', id: 'key-value'});
  value.value = node.value ?? '';
  const shown = value.value; // which has other line ends, perhaps
  const ttl = ttlInput(node.ttl);
  const form = submitsByKey(el('form', {class: 'fields'},
    el('h2', {class: 'key'}, node.key),
    field('Value', value),
    field('Time to live', ttl, 'seconds; nothing means for ever'),
    facts(node),
    el('div', {class: 'row'},
      el('button', {type: 'submit', class: 'primary', title: 'Ctrl+Enter'}, 'Save'),
      el('button', {type: 'button', onclick: () => choose(node.key)}, 'Reload'),
      el('span', {class: 'spring'}),
      el('button', {type: 'button', class: 'danger', onclick: () => remove(form, node)}, 'Delete…'))));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(form, async () => {
      // Only if nobody has changed it since it was read.
      const written = await writeKey(node.key,
        {value: value.value === shown ? node.value ?? '' : value.value, prevIndex: node.modifiedIndex,
          ...ttlFields(ttl)});
      showValue(written);
      $('key-detail').firstElementChild.append(said('Saved.', 'done'));
      await tree.refresh(above(node.key));
    });
  });
  show(form);
}

async function remove(form, node) {
  const what = node.dir ? 'the directory and all that is in it' : 'the key';
  if (await confirmed(`Delete ${node.key}?`, `This deletes ${what}, and cannot be undone.`, 'Delete')) {
    attempt(form, async () => {
      await deleteKey(node.key, node.dir ? {dir: true, recursive: true} : {prevIndex: node.modifiedIndex});
      show(said(`${node.key} is deleted.`, 'done'));
      await tree.refresh(above(node.key));
    });
  }
}

function showDirectory(node) {
  const key = node.key || '/';
  const count = (node.nodes || []).length;
  const form = el('form', {class: 'fields'},
    el('h2', {class: 'key'}, key),
    el('p', {class: 'note'}, `A directory with ${count} ${count === 1 ? 'entry' : 'entries'}${node.ttl ? `; it expires in ${node.ttl} s` : ''}.`),
    key === '/' ? null : facts(node),
    el('div', {class: 'row'},
      el('button', {type: 'button', onclick: () => showNew(key)}, 'New key here'),
      el('span', {class: 'spring'}),
      key === '/' ? null
        : el('button', {type: 'button', class: 'danger', onclick: () => remove(form, node)}, 'Delete…')));
  form.addEventListener('submit', (event) => event.preventDefault());
  show(form);
}

async function choose(key) {
  const turn = ++asked;
  try {
    const node = await readKey(key);
    if (turn !== asked) {
      return; // another was chosen meanwhile
    }
    if (node.dir) {
      showDirectory(node);
    } else {
      showValue(node);
    }
  } catch (failure) {
    show(el('h2', {class: 'key'}, key), said(explained(failure), 'wrong'));
    refused(failure);
  }
}

function showNew(directory) {
  const path = el('input', {value: directory === '/' ? '/' : `${directory}/`, required: true, spellcheck: 'false'});
  const value = el('textarea', {rows: 8, spellcheck: 'false'});
  const ttl = ttlInput();
  const form = submitsByKey(el('form', {class: 'fields'},
    el('h2', {}, 'New key'),
    field('Path', path),
    field('Value', value),
    field('Time to live', ttl, 'seconds; nothing means for ever'),
    el('div', {class: 'row'}, el('button', {type: 'submit', class: 'primary', title: 'Ctrl+Enter'}, 'Create'))));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(form, async () => {
      const key = clean(path.value);
      const node = await writeKey(key, {value: value.value, prevExist: false, ...ttlFields(ttl)});
      await tree.refresh(above(key));
      await tree.reveal(key);
      showValue(node);
      $('key-detail').firstElementChild.append(said('Created.', 'done'));
    });
  });
  show(form);
  path.focus();
  path.setSelectionRange(path.value.length, path.value.length);
}

/** Shows the key space from its root; `onRefused` hears of what was refused. */
export function startKeys(onRefused) {
  refused = onRefused;
  if (!tree) {
    tree = new Tree($('tree'), {
      read: readKey,
      choose,
      failed: (failure) => {
        show(said(explained(failure), 'wrong'));
        refused(failure);
      },
    });
    $('key-new').addEventListener('click', () => showNew('/'));
    $('key-go').addEventListener('submit', async (event) => {
      event.preventDefault();
      const key = clean($('key-path').value);
      await choose(key);
      await tree.reveal(key);
    });
  }
  return tree.start();
}

/** Forgets what is shown, because somebody else looks now. */
export function clearKeys() {
  $('tree').replaceChildren();
  const note = el('p', {class: 'note'});
  text(note, 'Choose a key to see its value. Arrow keys walk the tree.');
  show(note);
}
