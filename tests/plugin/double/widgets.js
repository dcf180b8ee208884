"use strict";

const { FakeElement } = require("./elements.js");
const { Component } = require("./events.js");

/** What a plugin shows outside its views: kept as values, so that a test can read and click it. */

class Modal {
  constructor(app) {
    this.app = app;
    this.containerEl = new FakeElement("div");
    this.modalEl = this.containerEl.createDiv("modal");
    this.titleEl = this.modalEl.createDiv("modal-title");
    this.contentEl = this.modalEl.createDiv("modal-content");
    this.scope = { register() {} };
  }

  open() {
    this.app.world.modals.push(this);
    this.onOpen();
  }

  close() {
    this.app.world.modals = this.app.world.modals.filter((each) => each !== this);
    this.onClose();
  }

  setTitle(text) {
    this.titleEl.setText(text);
    return this;
  }

  setContent(content) {
    this.contentEl.append(content);
    return this;
  }

  onOpen() {}

  onClose() {}
}

class SuggestModal extends Modal {
  setPlaceholder() {}

  setInstructions() {}
}

class FuzzySuggestModal extends SuggestModal {}

class PluginSettingTab {
  constructor(app, plugin) {
    this.app = app;
    this.plugin = plugin;
    this.containerEl = new FakeElement("div");
  }

  display() {}

  hide() {}

  update() {}
}

/** A control that takes every setter and gives itself back. */
function control(element, held = {}) {
  const made = { inputEl: element, buttonEl: element, selectEl: element, toggleEl: element, extraSettingsEl: element };
  made.getValue = () => held.value;
  made.setValue = (value) => {
    held.value = value;
    return made;
  };
  made.onChange = (call) => {
    held.change = call;
    return made;
  };
  made.onClick = (call) => {
    element.addEventListener("click", call);
    return made;
  };
  made.then = undefined;
  return new Proxy(made, {
    get: (target, name) => (name in target ? target[name] : () => proxied(target, made)),
  });
}

function proxied(target) {
  return new Proxy(target, { get: (own, name) => (name in own ? own[name] : () => proxied(own)) });
}

class Setting {
  constructor(container) {
    this.settingEl = container.createDiv("setting-item");
    this.infoEl = this.settingEl.createDiv("setting-item-info");
    this.nameEl = this.infoEl.createDiv("setting-item-name");
    this.descEl = this.infoEl.createDiv("setting-item-description");
    this.controlEl = this.settingEl.createDiv("setting-item-control");
    this.components = [];
  }

  setName(text) {
    this.nameEl.setText(text);
    return this;
  }

  setDesc(text) {
    if (typeof text === "string") this.descEl.setText(text);
    else this.descEl.append(text);
    return this;
  }

  setClass(name) {
    this.settingEl.addClass(name);
    return this;
  }

  setHeading() {
    return this;
  }

  setTooltip() {
    return this;
  }

  setDisabled() {
    return this;
  }

  clear() {
    this.controlEl.empty();
    return this;
  }

  then(call) {
    call(this);
    return this;
  }
}

for (const kind of ["Button", "ExtraButton", "Toggle", "Text", "TextArea", "Dropdown", "Slider", "Search", "MomentFormat", "ColorPicker"]) {
  Setting.prototype[`add${kind}`] = function add(call) {
    const made = control(this.controlEl.createEl(kind === "Button" ? "button" : "input"));
    this.components.push(made);
    call(made);
    return this;
  };
}

class MenuItem {
  constructor() {
    this.title = "";
    this.call = () => {};
  }

  setTitle(title) {
    this.title = title;
    return this;
  }

  onClick(call) {
    this.call = call;
    return this;
  }
}

for (const name of ["setIcon", "setChecked", "setDisabled", "setSection", "setWarning", "setIsLabel"]) {
  MenuItem.prototype[name] = function same() {
    return this;
  };
}

class Menu extends Component {
  constructor() {
    super();
    this.items = [];
  }

  addItem(call) {
    const item = new MenuItem();
    this.items.push(item);
    call(item);
    return this;
  }

  addSeparator() {
    return this;
  }

  setNoIcon() {
    return this;
  }

  showAtMouseEvent() {
    return this;
  }

  showAtPosition() {
    return this;
  }

  hide() {
    return this;
  }

  close() {}

  onHide() {}
}

/** `debounce` of the app: further calls move the moment only with `reset`. */
function debounceOf(clock) {
  return (call, milliseconds = 0, reset = false) => {
    let timer = null;
    let given = [];
    const run = () => {
      timer = null;
      return call(...given);
    };
    const debounced = (...args) => {
      given = args;
      if (timer !== null && !reset) return debounced;
      if (timer !== null) clock.clear(timer);
      timer = clock.setTimeout(run, milliseconds);
      return debounced;
    };
    debounced.cancel = () => {
      if (timer !== null) clock.clear(timer);
      timer = null;
      return debounced;
    };
    debounced.run = () => (timer === null ? undefined : (debounced.cancel(), call(...given)));
    return debounced;
  };
}

module.exports = { Modal, SuggestModal, FuzzySuggestModal, PluginSettingTab, Setting, Menu, MenuItem, debounceOf };
