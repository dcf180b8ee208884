"use strict";

/** What the app's objects tell: `on` returns a ref that `offref` takes back. */
class Events {
  constructor() {
    /** @type {{name: string, call: Function, self: unknown, e: Events}[]} */
    this.heard = [];
  }

  on(name, call, self) {
    const ref = { name, call, self, e: this };
    this.heard.push(ref);
    return ref;
  }

  off(name, call) {
    this.heard = this.heard.filter((ref) => ref.name !== name || ref.call !== call);
  }

  offref(ref) {
    this.heard = this.heard.filter((each) => each !== ref);
  }

  trigger(name, ...data) {
    for (const ref of [...this.heard]) if (ref.name === name) this.tryTrigger(ref, data);
  }

  /** Call one listener; what it throws is told on the console of the app, and stops nobody. */
  tryTrigger(ref, data) {
    try {
      ref.call.apply(ref.self, data);
    } catch (error) {
      Events.failed(error);
    }
  }
}

/** Hears of what a listener threw; a schedule counts it as a fault. */
Events.failed = (error) => {
  throw error;
};

/** What is loaded and unloaded, and takes back what was registered while it was loaded. */
class Component {
  constructor() {
    this._loaded = false;
    this._children = [];
    this._undo = [];
  }

  load() {
    if (this._loaded) return undefined;
    this._loaded = true;
    const begun = this.onload();
    for (const child of this._children) child.load();
    return begun;
  }

  unload() {
    if (!this._loaded) return;
    this._loaded = false;
    for (const child of this._children.splice(0)) child.unload();
    for (const undo of this._undo.splice(0).reverse()) undo();
    this.onunload();
  }

  onload() {}

  onunload() {}

  addChild(child) {
    this._children.push(child);
    if (this._loaded) child.load();
    return child;
  }

  removeChild(child) {
    this._children = this._children.filter((each) => each !== child);
    child.unload();
    return child;
  }

  register(undo) {
    this._undo.push(undo);
  }

  registerEvent(ref) {
    this.register(() => ref.e.offref(ref));
  }

  registerDomEvent(element, name, call, options) {
    element.addEventListener(name, call, options);
    this.register(() => element.removeEventListener(name, call));
  }

  registerInterval(id) {
    this.register(() => Component.clearInterval(id));
    return id;
  }
}

/** Ends an interval; the clock of the world that runs. */
Component.clearInterval = (id) => clearInterval(id);

module.exports = { Events, Component };
