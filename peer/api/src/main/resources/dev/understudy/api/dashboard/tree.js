/* The key space as a tree whose directories are read when they are opened. */

import {el} from './dom.js';

const SHOWN = 200;

const nameOf = (key) => key.slice(key.lastIndexOf('/') + 1) || '/';

/**
 * A tree that is walked by the arrow keys, as the ARIA pattern has it.
 *
 * `read` gives a node with its children, `choose` hears which key is chosen, `failed` what went wrong.
 */
export class Tree {
  constructor(root, {read, choose, failed}) {
    this.root = root;
    this.read = read;
    this.choose = choose;
    this.failed = failed;
    root.addEventListener('keydown', (event) => this.key(event));
    root.addEventListener('click', (event) => {
      const row = event.target.closest('.key-row');
      if (row) {
        this.act(row.parentElement);
      }
    });
  }

  async start() {
    this.root.replaceChildren(this.item({key: '/', dir: true}));
    const top = this.root.firstElementChild;
    top.tabIndex = 0;
    await this.open(top);
  }

  item(node) {
    const key = node.key || '/';
    const row = el('div', {class: 'key-row'},
      el('span', {class: 'twist', 'aria-hidden': 'true'}),
      el('span', {class: `name${node.dir ? ' dir' : ''}`}, nameOf(key)),
      node.ttl ? el('span', {class: 'tag'}, `${node.ttl} s`) : null);
    const item = el('li', {role: 'treeitem', tabindex: '-1', 'aria-selected': 'false'}, row);
    if (node.dir) {
      item.setAttribute('aria-expanded', 'false');
    }
    item.dataset.key = key;
    return item;
  }

  isDirectory(item) {
    return item.hasAttribute('aria-expanded');
  }

  async act(item) {
    if (item.dataset.more) {
      this.more(item);
      return;
    }
    this.focus(item);
    if (this.isDirectory(item)) {
      await (item.getAttribute('aria-expanded') === 'true' ? this.close(item) : this.open(item));
    }
    this.select(item);
  }

  mark(item) {
    this.root.querySelectorAll('[aria-selected=true]').forEach((other) => other.setAttribute('aria-selected', 'false'));
    item.setAttribute('aria-selected', 'true');
  }

  select(item) {
    this.mark(item);
    this.choose(item.dataset.key, this.isDirectory(item));
  }

  async open(item) {
    try {
      const node = await this.read(item.dataset.key);
      item.querySelector(':scope > ul')?.remove();
      const list = el('ul', {role: 'group'});
      this.append(list, node.nodes || []);
      item.append(list);
      item.setAttribute('aria-expanded', 'true');
    } catch (failure) {
      this.failed(failure);
    }
  }

  append(list, nodes) {
    list.append(...nodes.slice(0, SHOWN).map((node) => this.item(node)));
    if (nodes.length > SHOWN) {
      const more = el('li', {role: 'treeitem', tabindex: '-1', class: 'more'},
        el('div', {class: 'key-row'}, el('span', {class: 'twist'}), `${nodes.length - SHOWN} more…`));
      more.dataset.more = 'yes';
      more.rest = nodes.slice(SHOWN);
      list.append(more);
    }
    if (!nodes.length) {
      list.append(el('li', {class: 'nothing', role: 'none'}, 'empty'));
    }
  }

  more(item) {
    const list = item.parentElement;
    const next = item.previousElementSibling;
    item.remove();
    this.append(list, item.rest);
    this.focus(next.nextElementSibling);
  }

  close(item) {
    item.setAttribute('aria-expanded', 'false');
    item.querySelector(':scope > ul')?.remove();
  }

  /** Reads a directory again that is open. */
  async refresh(directory) {
    const item = this.find(directory);
    if (item && item.getAttribute('aria-expanded') === 'true') {
      const chosen = this.root.querySelector('[aria-selected=true]')?.dataset.key;
      await this.open(item);
      this.find(chosen)?.setAttribute('aria-selected', 'true');
    }
  }

  /** Opens what is above a key, as far as it is there, and marks it; who calls has it already. */
  async reveal(key) {
    let at = this.find('/');
    let path = '';
    for (const part of key.split('/').filter(Boolean)) {
      path += `/${part}`;
      if (at.getAttribute('aria-expanded') === 'false') {
        await this.open(at);
      }
      const next = this.find(path);
      if (!next) {
        return;
      }
      at = next;
    }
    this.focus(at);
    this.mark(at);
  }

  find(key) {
    return [...this.root.querySelectorAll('[role=treeitem]')].find((item) => item.dataset.key === key);
  }

  focus(item) {
    this.root.querySelectorAll('[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
  }

  key(event) {
    const item = event.target.closest('[role=treeitem]');
    const all = [...this.root.querySelectorAll('[role=treeitem]')];
    const at = all.indexOf(item);
    const go = {
      ArrowDown: () => all[at + 1] && this.focus(all[at + 1]),
      ArrowUp: () => all[at - 1] && this.focus(all[at - 1]),
      Home: () => this.focus(all[0]),
      End: () => this.focus(all.at(-1)),
      ArrowRight: () => this.inward(item),
      ArrowLeft: () => this.outward(item),
      Enter: () => this.act(item),
      ' ': () => this.act(item),
    }[event.key];
    if (go && item && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      go();
    }
  }

  inward(item) {
    if (item.getAttribute('aria-expanded') === 'false') {
      this.open(item);
    } else {
      const first = item.querySelector(':scope > ul > [role=treeitem]');
      if (first) {
        this.focus(first);
      }
    }
  }

  outward(item) {
    if (item.getAttribute('aria-expanded') === 'true') {
      this.close(item);
    } else {
      const above = item.parentElement.closest('[role=treeitem]');
      if (above) {
        this.focus(above);
      }
    }
  }
}
