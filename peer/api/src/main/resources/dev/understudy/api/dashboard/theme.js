/* Light, dark, or as the system has it. The choice stays in this browser. */

import {$, text} from './dom.js';

const NAMES = ['auto', 'light', 'dark'];
const LABELS = {auto: 'Auto', light: 'Light', dark: 'Dark'};

function stored() {
  try {
    const name = localStorage.getItem('understudy-theme');
    return NAMES.includes(name) ? name : 'auto';
  } catch {
    return 'auto'; // a browser may forbid it
  }
}

function show(name) {
  document.documentElement.dataset.theme = name;
  const button = $('theme');
  text(button, `◐ ${LABELS[name]}`);
  button.setAttribute('aria-label', `Colours: ${LABELS[name].toLowerCase()}`);
  button.title = 'Colours: auto, light or dark';
}

export function startTheme() {
  let current = stored();
  show(current);
  $('theme').addEventListener('click', () => {
    current = NAMES[(NAMES.indexOf(current) + 1) % NAMES.length];
    show(current);
    try {
      localStorage.setItem('understudy-theme', current);
    } catch {
      // For this page it is chosen all the same.
    }
  });
}
