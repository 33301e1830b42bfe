/* Elements are made with DOM calls only: whatever a message says stays text. */

/** `element('button.bt.p', { type: 'button', onclick }, 'Confirmar')`; functions become listeners, false and null are left out. */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (typeof value === 'function') node.addEventListener(key.replace(/^on/, ''), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

export function icon(name, small = false) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', small ? 'i s' : 'i');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `/widget/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Words only a screen reader says. */
export function spoken(text) {
  return element('span.vh', {}, text);
}

const LINK = /https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;
const BOLD = /(^|[^\p{L}\p{N}*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\p{L}\p{N}*])/u; // no lookbehind: iOS before 16.4

/** Text of the shop: line breaks stay, *bold* as in WhatsApp, https addresses can be followed. Text of the customer stays as typed. */
export function prose(text, theirs = false) {
  const node = element('p', { dir: 'auto' });
  if (theirs) {
    node.textContent = text;
    return node;
  }
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    node.append(...bolded(text.slice(from, match.index)));
    node.append(element('a', { href: match[0], target: '_blank', rel: 'noopener noreferrer nofollow ugc' }, match[0]));
    from = match.index + match[0].length;
  }
  node.append(...bolded(text.slice(from)));
  return node;
}

function bolded(text) {
  const pieces = text.split(BOLD); // text, what came before the star, the bold words, text, …
  return pieces.map((piece, place) => (place % 3 === 2 ? element('strong', {}, piece) : piece));
}
