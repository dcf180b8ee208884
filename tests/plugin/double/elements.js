"use strict";

/** Just enough of elements for a plugin to build its views: a tree of names, texts, classes and listeners. */

class ClassList {
  constructor() {
    this.names = new Set();
  }

  add(...names) {
    for (const name of names) this.names.add(name);
  }

  remove(...names) {
    for (const name of names) this.names.delete(name);
  }

  contains(name) {
    return this.names.has(name);
  }

  toggle(name, on = !this.names.has(name)) {
    if (on) this.names.add(name);
    else this.names.delete(name);
    return on;
  }
}

class FakeElement {
  constructor(tag = "div") {
    this.tagName = tag.toUpperCase();
    this.children = [];
    this.parentElement = null;
    this.classList = new ClassList();
    this.attributes = new Map();
    this.listeners = [];
    this.dataset = {};
    this.style = { setProperty() {}, removeProperty() {} };
    this.ownText = "";
    this.value = "";
    this.isConnected = true;
    this.ownerDocument = FakeElement.document;
    this.doc = FakeElement.document;
    this.win = FakeElement.window;
  }

  // Making

  createEl(tag, given, call) {
    const made = new FakeElement(tag);
    const options = typeof given === "string" ? { cls: given } : (given ?? {});
    if (options.cls) made.addClasses([options.cls].flat().join(" ").split(" ").filter(Boolean));
    if (options.text !== undefined) made.setText(options.text);
    for (const [name, value] of Object.entries(options.attr ?? {})) made.setAttr(name, value);
    for (const name of ["title", "value", "type", "href", "placeholder"])
      if (options[name] !== undefined) made.setAttr(name, options[name]);
    if (options.prepend) this.prepend(made);
    else this.appendChild(made);
    call?.(made);
    return made;
  }

  createDiv(given, call) {
    return this.createEl("div", given, call);
  }

  createSpan(given, call) {
    return this.createEl("span", given, call);
  }

  createSvg(tag, given, call) {
    return this.createEl(tag, given, call);
  }

  appendChild(child) {
    child.parentElement?.removeChild(child);
    this.children.push(child);
    child.parentElement = this;
    return child;
  }

  append(...children) {
    for (const child of children) {
      if (typeof child === "string") this.createEl("#text", { text: child });
      else this.appendChild(child);
    }
  }

  appendText(text) {
    this.append(text);
  }

  prepend(child) {
    this.children.unshift(child);
    child.parentElement = this;
  }

  insertBefore(child, before) {
    this.children.splice(Math.max(this.children.indexOf(before), 0), 0, child);
    child.parentElement = this;
    return child;
  }

  replaceChildren(...children) {
    this.empty();
    this.append(...children);
  }

  removeChild(child) {
    this.children = this.children.filter((each) => each !== child);
    child.parentElement = null;
    return child;
  }

  remove() {
    this.parentElement?.removeChild(this);
  }

  detach() {
    this.remove();
  }

  empty() {
    this.children = [];
    this.ownText = "";
  }

  // Saying

  get textContent() {
    return this.ownText + this.children.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    this.setText(text);
  }

  get innerText() {
    return this.textContent;
  }

  setText(text) {
    this.empty();
    this.ownText = String(text ?? "");
    return this;
  }

  getText() {
    return this.textContent;
  }

  // Looks

  get className() {
    return [...this.classList.names].join(" ");
  }

  set className(names) {
    this.classList.names = new Set(names.split(" ").filter(Boolean));
  }

  addClass(...names) {
    this.classList.add(...names);
  }

  addClasses(names) {
    this.classList.add(...names);
  }

  removeClass(...names) {
    this.classList.remove(...names);
  }

  toggleClass(names, on) {
    for (const name of [names].flat()) this.classList.toggle(name, on);
  }

  hasClass(name) {
    return this.classList.contains(name);
  }

  setAttr(name, value) {
    if (value === null) this.attributes.delete(name);
    else this.attributes.set(name, String(value));
  }

  setAttrs(values) {
    for (const [name, value] of Object.entries(values)) this.setAttr(name, value);
  }

  setAttribute(name, value) {
    this.setAttr(name, value);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  getAttr(name) {
    return this.getAttribute(name);
  }

  hasAttribute(name) {
    return this.attributes.has(name);
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  setCssStyles() {}

  setCssProps() {}

  toggle(on) {
    this.toggleClass("is-hidden", !on);
  }

  show() {
    this.toggle(true);
  }

  hide() {
    this.toggle(false);
  }

  isShown() {
    return !this.hasClass("is-hidden");
  }

  focus() {
    FakeElement.focused = this;
  }

  blur() {
    if (FakeElement.focused === this) FakeElement.focused = null;
  }

  scrollIntoView() {}

  getBoundingClientRect() {
    return { x: 0, y: 0, top: 0, left: 0, right: 0, bottom: 0, width: 0, height: 0 };
  }

  // Being clicked

  addEventListener(name, call) {
    this.listeners.push({ name, call });
  }

  removeEventListener(name, call) {
    this.listeners = this.listeners.filter((each) => each.name !== name || each.call !== call);
  }

  onClickEvent(call) {
    this.addEventListener("click", call);
  }

  on(name, _selector, call) {
    this.addEventListener(name, call);
  }

  dispatchEvent(event) {
    for (const { name, call } of [...this.listeners]) if (name === event.type) call.call(this, event);
    return true;
  }

  click() {
    this.dispatchEvent({ type: "click", target: this, preventDefault() {}, stopPropagation() {} });
  }

  // Finding

  *all() {
    for (const child of this.children) {
      yield child;
      yield* child.all();
    }
  }

  matches(selector) {
    return selector.split(",").some((each) => {
      const [, tag, rest] = /^([\w-]*)(.*)$/s.exec(each.trim().split(/\s+/).at(-1)) ?? [];
      if (rest?.includes(":focus") && FakeElement.focused !== this) return false;
      if (rest?.includes("[contenteditable]") && !this.hasAttribute("contenteditable")) return false;
      if (tag && this.tagName !== tag.toUpperCase()) return false;
      return [...rest.matchAll(/\.([\w-]+)/g)].every(([, name]) => this.hasClass(name));
    });
  }

  querySelectorAll(selector) {
    return [...this.all()].filter((each) => each.matches(selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  findAll(selector) {
    return this.querySelectorAll(selector);
  }

  find(selector) {
    return this.querySelector(selector);
  }

  closest(selector) {
    for (let each = this; each !== null; each = each.parentElement) if (each.matches(selector)) return each;
    return null;
  }

  contains(other) {
    return other === this || [...this.all()].includes(other);
  }
}

FakeElement.window = null;
FakeElement.focused = null;
FakeElement.document = {
  createElement: (tag) => new FakeElement(tag),
  createElementNS: (_space, tag) => new FakeElement(tag),
  createDocumentFragment: () => new FakeElement("#fragment"),
  createTextNode: (text) => new FakeElement("#text").setText(text),
  addEventListener() {},
  removeEventListener() {},
  querySelector: () => null,
  querySelectorAll: () => [],
  hasFocus: () => true,
};
FakeElement.document.body = new FakeElement("body");
FakeElement.document.documentElement = new FakeElement("html");

/** What the app adds to the global scope of a plugin. */
const globals = {
  createEl: (tag, given, call) => new FakeElement().createEl(tag, given, call),
  createDiv: (given, call) => new FakeElement().createEl("div", given, call),
  createSpan: (given, call) => new FakeElement().createEl("span", given, call),
  createFragment: (call) => {
    const made = new FakeElement("#fragment");
    call?.(made);
    return made;
  },
};

module.exports = { FakeElement, globals };
