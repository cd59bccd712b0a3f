// Makes and changes elements. Text is only ever set as text: what comes from the network is no HTML.
const SVG = 'http://www.w3.org/2000/svg';

export function byId(id) {
  return document.getElementById(id);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Sets a text if it is another, so that nothing is read aloud or selected anew without need. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function show(element, visible) {
  element.hidden = !visible;
}

/**
 * Brings a list of elements up to date with a list of items, by key, without touching what stays:
 * focus, selection and open details live on.
 */
export function keyed(parent, items, keyOf, make, update) {
  const before = new Map();
  for (const child of parent.children) {
    before.set(child.dataset.key, child);
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = before.get(key);
    before.delete(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(child, place);
    }
  }
  for (const gone of before.values()) {
    gone.remove();
  }
}

let toldTimer = 0;

/** Says in passing what has been done, or why not. */
export function tell(words) {
  const told = byId('told');
  told.textContent = words;
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => { told.textContent = ''; }, 6000);
}

/** Asks whether that is really wanted. */
export function ask(title, words, yes) {
  const dialog = byId('ask');
  byId('ask-title').textContent = title;
  byId('ask-words').textContent = words;
  byId('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
