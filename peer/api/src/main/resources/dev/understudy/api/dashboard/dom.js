/* Elements without markup: whatever comes from the cluster goes in as text. */

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, String(value));
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** An element of HTML; children are elements, or text that is never read as markup. */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An element of SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export const $ = (id) => document.getElementById(id);

/** Sets a text only where it has changed, so that what is selected stays so. */
export function text(node, value) {
  if (node.textContent !== value) {
    node.textContent = value;
  }
}

/** Asks before something that cannot be undone. */
export function confirmed(title, detail, verb) {
  const dialog = $('ask');
  text($('ask-title'), title);
  text($('ask-text'), detail);
  text($('ask-yes'), verb);
  dialog.returnValue = 'no';
  dialog.showModal();
  $('ask-no').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true});
  });
}

const UNITS = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1_000, 's']];

/** A length of time in its two largest units: 2 h 5 min, 40 s, 120 ms. */
export function duration(millis) {
  const at = UNITS.findIndex(([size]) => millis >= size);
  if (at < 0) {
    return `${Math.round(millis)} ms`;
  }
  const [size, unit] = UNITS[at];
  const first = Math.floor(millis / size);
  const next = UNITS[at + 1];
  const second = next && at < 3 ? Math.floor((millis - first * size) / next[0]) : 0;
  return second > 0 ? `${first} ${unit} ${second} ${next[1]}` : `${first} ${unit}`;
}

/** A number of at most four digits and a sign for its size. */
export function short(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  const abs = Math.abs(value);
  for (const [size, sign] of [[1e9, 'G'], [1e6, 'M'], [1e4, 'k']]) {
    if (abs >= size) {
      return `${(value / (sign === 'k' ? 1e3 : size)).toFixed(1)} ${sign}`;
    }
  }
  if (abs >= 100 || Number.isInteger(value)) {
    return String(Math.round(value));
  }
  return abs >= 1 ? value.toFixed(1) : value.toFixed(2);
}

export const clock = (millis) => new Date(millis).toLocaleTimeString([], {hour12: false});

/** With the thousands apart. */
export const whole = (value) => Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');
