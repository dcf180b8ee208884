// What Obsidian adds to the elements of a page, as far as its type file tells; on the real DOM of a browser.

/** @param {string} tag @param {any} given @param {(made: any) => void} [call] */
function make(tag, given, call, space) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  const options = typeof given === "string" ? { cls: given } : (given ?? {});
  const classes = [options.cls ?? []].flat().join(" ").split(/\s+/).filter(Boolean);
  made.classList.add(...classes);
  if (options.text !== undefined) made.setText(options.text);
  for (const [name, value] of Object.entries(options.attr ?? {})) made.setAttr(name, value);
  for (const name of ["title", "value", "type", "href", "placeholder"])
    if (options[name] !== undefined) made[name] = options[name];
  if (options.parent) options.prepend ? options.parent.prepend(made) : options.parent.append(made);
  call?.(made);
  return made;
}

const within = (parent, given) => {
  const options = typeof given === "string" ? { cls: given } : { ...given };
  return { ...options, parent };
};

const SVG = "http://www.w3.org/2000/svg";

function define(prototype, methods) {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}

define(Node.prototype, {
  createEl(tag, given, call) { return make(tag, within(this, given), call); },
  createDiv(given, call) { return make("div", within(this, given), call); },
  createSpan(given, call) { return make("span", within(this, given), call); },
  createSvg(tag, given, call) { return make(tag, within(this, given), call, SVG); },
  detach() { this.parentNode?.removeChild(this); },
  empty() { while (this.lastChild) this.removeChild(this.lastChild); },
  appendText(text) { this.appendChild(document.createTextNode(text)); },
  insertAfter(node, child) { return this.insertBefore(node, child ? child.nextSibling : this.firstChild); },
  instanceOf(type) { return this instanceof type; },
});
for (const [name, get] of [["doc", (node) => node.ownerDocument ?? node], ["win", () => window]])
  Object.defineProperty(Node.prototype, name, { get() { return get(this); }, configurable: true });

define(Element.prototype, {
  getText() { return this.textContent; },
  setText(text) { typeof text === "string" || typeof text === "number" ? (this.textContent = String(text)) : this.replaceChildren(text); },
  addClass(...names) { this.classList.add(...names); },
  addClasses(names) { this.classList.add(...names); },
  removeClass(...names) { this.classList.remove(...names); },
  removeClasses(names) { this.classList.remove(...names); },
  toggleClass(names, on) { for (const name of [names].flat()) this.classList.toggle(name, on); },
  hasClass(name) { return this.classList.contains(name); },
  setAttr(name, value) { value === null || value === false ? this.removeAttribute(name) : this.setAttribute(name, String(value)); },
  setAttrs(all) { for (const [name, value] of Object.entries(all)) this.setAttr(name, value); },
  getAttr(name) { return this.getAttribute(name); },
  find(selector) { return this.querySelector(selector); },
  findAll(selector) { return [...this.querySelectorAll(selector)]; },
  matchParent(selector) { return this.closest(selector); },
  isActiveElement() { return document.activeElement === this; },
});

define(HTMLElement.prototype, {
  show() { this.style.removeProperty("display"); },
  hide() { this.style.display = "none"; },
  toggle(on) { on ? this.show() : this.hide(); },
  toggleVisibility(on) { this.style.visibility = on ? "" : "hidden"; },
  isShown() { return this.offsetParent !== null; },
  setCssStyles(styles) { Object.assign(this.style, styles); },
  setCssProps(props) { for (const [name, value] of Object.entries(props)) this.style.setProperty(name, value); },
  onClickEvent(call) { this.addEventListener("click", call); },
  onNodeInserted(call) { queueMicrotask(call); return () => {}; },
  onWindowMigrated() { return () => {}; },
  trigger(type) { this.dispatchEvent(new Event(type, { bubbles: true })); },
  on(type, selector, call, options) {
    this.addEventListener(type, (event) => {
      const target = event.target.closest?.(selector);
      if (target && this.contains(target)) call.call(this, event, target);
    }, options);
  },
});

define(UIEvent.prototype, { instanceOf(type) { return this instanceof type; } });

Object.assign(window, {
  activeDocument: document,
  activeWindow: window,
  createEl: (tag, given, call) => make(tag, given, call),
  createDiv: (given, call) => make("div", given, call),
  createSpan: (given, call) => make("span", given, call),
  createSvg: (tag, given, call) => make(tag, given, call, SVG),
  createFragment: (call) => { const made = document.createDocumentFragment(); call?.(made); return made; },
  sleep: (milliseconds) => new Promise((done) => window.setTimeout(done, milliseconds)),
  isBoolean: (value) => typeof value === "boolean",
});
define(String.prototype, { contains(part) { return this.includes(part); } });
define(Array.prototype, { contains(one) { return this.includes(one); }, last() { return this.at(-1); } });

export { SVG };
