// The module `obsidian` in a browser: what the plugin draws with, on real elements. What it does to notes is
// proved elsewhere, in Node.
import { StateField } from "@codemirror/state";
import { SVG } from "./dom.js";

/** What the icons that the plugin names look like, roughly: lines on a field of 24 by 24. */
const ICONS = {
  "alert-triangle": "M12 4 L21 20 H3 Z M12 10 V14 M12 17 V17.1",
  "check": "M5 12 L10 17 L19 7",
  "chevron-down": "M6 9 L12 15 L18 9",
  "chevron-right": "M9 6 L15 12 L9 18",
  "circle-off": "M12 3 a9 9 0 1 0 .01 0 M5.5 5.5 L18.5 18.5",
  "clock": "M12 3 a9 9 0 1 0 .01 0 M12 7 V12 L15 14",
  "file-text": "M6 3 H14 L19 8 V21 H6 Z M9 12 H16 M9 16 H16",
  "info": "M12 3 a9 9 0 1 0 .01 0 M12 11 V16 M12 8 V8.1",
  "link": "M10 14 a4 4 0 0 0 6 0 L19 11 a4 4 0 0 0 -6 -6 L12 6 M14 10 a4 4 0 0 0 -6 0 L5 13 a4 4 0 0 0 6 6 L12 18",
  "list-checks": "M4 6 L6 8 L9 4 M4 14 L6 16 L9 12 M12 6 H20 M12 14 H20 M4 20 H20",
  "loader": "M12 3 V7 M12 17 V21 M3 12 H7 M17 12 H21 M5.6 5.6 L8.5 8.5 M15.5 15.5 L18.4 18.4 M5.6 18.4 L8.5 15.5 M15.5 8.5 L18.4 5.6",
  "pencil": "M4 20 L5 16 L16 5 L19 8 L8 19 Z",
  "refresh-cw": "M20 5 V10 H15 M4 19 V14 H9 M19 10 A8 8 0 0 0 5 9 M5 14 A8 8 0 0 0 19 15",
  "x-circle": "M12 3 a9 9 0 1 0 .01 0 M9 9 L15 15 M15 9 L9 15",
};

class Events {
  constructor() {
    this.listeners = new Set();
  }

  on(name, call) {
    const listener = { name, call, owner: this };
    this.listeners.add(listener);
    return listener;
  }

  offref(listener) {
    this.listeners.delete(listener);
  }

  trigger(name, ...said) {
    for (const listener of [...this.listeners]) if (listener.name === name) listener.call(...said);
  }
}

class Component {
  constructor() {
    this.ends = [];
    this.children = [];
  }

  load() {
    this.onload();
    for (const child of this.children) child.load();
  }

  unload() {
    for (const child of this.children) child.unload();
    for (const end of this.ends.splice(0)) end();
    this.onunload();
  }

  onload() {}

  onunload() {}

  addChild(child) {
    this.children.push(child);
    child.load();
    return child;
  }

  register(end) {
    this.ends.push(end);
  }

  registerEvent(listener) {
    this.register(() => listener.owner.offref(listener));
  }

  registerDomEvent(element, type, call, options) {
    element.addEventListener(type, call, options);
    this.register(() => element.removeEventListener(type, call, options));
  }

  registerInterval(id) {
    this.register(() => window.clearInterval(id));
    return id;
  }
}

class MarkdownRenderChild extends Component {
  constructor(element) {
    super();
    this.containerEl = element;
  }
}

class View extends Component {
  constructor(leaf) {
    super();
    this.leaf = leaf;
    this.app = leaf.app;
    this.containerEl = createDiv("workspace-leaf-content");
  }
}

class ItemView extends View {
  constructor(leaf) {
    super(leaf);
    this.containerEl.setAttr("data-type", this.getViewType());
    this.containerEl.createDiv("view-header");
    this.contentEl = this.containerEl.createDiv("view-content");
  }

  addAction() {
    return createDiv();
  }
}

class TextFileView extends ItemView {}
class MarkdownView extends TextFileView {}

class Modal {
  constructor(app) {
    this.app = app;
    this.containerEl = createDiv({ cls: "modal-container mod-dim" });
    this.containerEl.createDiv("modal-bg");
    this.modalEl = this.containerEl.createDiv({ cls: "modal", attr: { role: "dialog", "aria-modal": "true" } });
    this.modalEl.createDiv({ cls: "modal-close-button", attr: { role: "button", tabindex: "0", "aria-label": "×" } });
    this.titleEl = this.modalEl.createDiv({ cls: "modal-title", attr: { id: "modal-title" } });
    this.modalEl.setAttr("aria-labelledby", "modal-title");
    this.contentEl = this.modalEl.createDiv("modal-content");
  }

  open() {
    document.body.append(this.containerEl);
    this.onOpen();
  }

  close() {
    this.containerEl.remove();
    this.onClose();
  }

  onOpen() {}

  onClose() {}
}

class Notice {
  constructor(message) {
    const holder = document.querySelector(".notice-container") ?? document.body.createDiv("notice-container");
    this.noticeEl = holder.createDiv({ cls: "notice", text: message, attr: { role: "alert" } });
  }

  hide() {
    this.noticeEl.remove();
  }
}

class MenuItem {
  constructor(menu) {
    this.dom = menu.dom.createDiv({ cls: "menu-item", attr: { role: "menuitem", tabindex: "0" } });
  }

  setTitle(title) {
    this.dom.createDiv({ cls: "menu-item-title", text: title });
    return this;
  }

  setIcon(icon) {
    setIcon(this.dom.createDiv("menu-item-icon"), icon);
    return this;
  }

  setDisabled(on) {
    this.dom.toggleClass("is-disabled", on);
    return this;
  }

  onClick(call) {
    this.dom.addEventListener("click", (event) => {
      this.dom.parentElement.remove();
      call(event);
    });
    return this;
  }
}

class Menu extends Component {
  constructor() {
    super();
    this.dom = createDiv({ cls: "menu", attr: { role: "menu" } });
  }

  addItem(call) {
    call(new MenuItem(this));
    return this;
  }

  addSeparator() {
    this.dom.createDiv({ cls: "menu-separator", attr: { role: "separator" } });
    return this;
  }

  showAtMouseEvent(event) {
    return this.showAtPosition({ x: event.clientX, y: event.clientY });
  }

  showAtPosition({ x, y }) {
    document.body.append(this.dom);
    this.dom.style.insetInlineStart = `${x}px`;
    this.dom.style.top = `${y}px`;
    return this;
  }
}

class Setting {
  constructor(container) {
    this.settingEl = container.createDiv("setting-item");
    const info = this.settingEl.createDiv("setting-item-info");
    this.nameEl = info.createDiv("setting-item-name");
    this.descEl = info.createDiv("setting-item-description");
    this.controlEl = this.settingEl.createDiv("setting-item-control");
  }

  setName(text) {
    this.nameEl.setText(text);
    return this;
  }

  setDesc(text) {
    this.descEl.setText(text);
    return this;
  }

  addText(call) {
    const inputEl = this.controlEl.createEl("input", { type: "text", attr: { "aria-label": this.nameEl.getText() } });
    return this.added(call, inputEl, "value", "input");
  }

  addToggle(call) {
    const toggleEl = this.controlEl.createEl("input", { type: "checkbox", attr: { "aria-label": this.nameEl.getText() } });
    return this.added(call, toggleEl, "checked", "change");
  }

  addButton(call) {
    return this.added(call, this.controlEl.createEl("button"), "value", "click");
  }

  added(call, element, property, event) {
    const made = {
      setValue: (value) => ((element[property] = value), made),
      setPlaceholder: (text) => ((element.placeholder = text), made),
      setButtonText: (text) => (element.setText(text), made),
      setCta: () => (element.addClass("mod-cta"), made),
      onChange: (then) => (element.addEventListener(event, () => then(element[property])), made),
      onClick: (then) => (element.addEventListener("click", then), made),
    };
    call(made);
    return this;
  }
}

class PluginSettingTab {
  constructor(app) {
    this.app = app;
    this.containerEl = createDiv("vertical-tab-content");
  }
}

class Plugin extends Component {
  constructor(app, manifest) {
    super();
    this.app = app;
    this.manifest = manifest;
    /** What the plugin has registered, for the pages to use. */
    this.registered = { views: new Map(), extensions: [], processors: [], commands: [], tabs: [] };
  }

  registerView(type, make) {
    this.registered.views.set(type, make);
  }

  registerEditorExtension(extension) {
    this.registered.extensions.push(extension);
  }

  registerMarkdownPostProcessor(process) {
    this.registered.processors.push(process);
    return process;
  }

  addCommand(command) {
    this.registered.commands.push(command);
    return command;
  }

  addSettingTab(tab) {
    this.registered.tabs.push(tab);
  }

  addRibbonIcon() {
    return createDiv();
  }

  addStatusBarItem() {
    const bar = document.querySelector(".status-bar") ?? document.body.createDiv("status-bar");
    return bar.createDiv(`status-bar-item plugin-${this.manifest.id}`);
  }

  async loadData() {
    return null;
  }

  async saveData() {}
}

function setIcon(element, name) {
  element.empty();
  const icon = element.createSvg("svg", {
    cls: `svg-icon lucide-${name}`,
    attr: { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-linecap": "round", "stroke-linejoin": "round" },
  });
  if (ICONS[name] === undefined) throw new Error(`this page draws no icon ${name}`);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", ICONS[name]);
  icon.append(line);
}

/** @param {string} language @param {string} apiVersion */
export function moduleOf(language, apiVersion) {
  return {
    Component,
    Events,
    ItemView,
    Keymap: { isModEvent: () => false },
    MarkdownRenderChild,
    MarkdownView,
    Menu,
    Modal,
    Notice,
    Platform: { isDesktop: true, isDesktopApp: true, isMobile: false },
    Plugin,
    PluginSettingTab,
    Setting,
    TextFileView,
    TFile: class TFile {},
    apiVersion,
    debounce: (call) => call,
    editorInfoField,
    editorLivePreviewField,
    getLanguage: () => language,
    normalizePath: (said) => said,
    requireApiVersion: () => true,
    setIcon,
    setTooltip: (element, text) => element.setAttr("aria-label", text),
  };
}

export const editorInfoField = StateField.define({ create: () => ({ file: null }), update: (value) => value });
export const editorLivePreviewField = StateField.define({ create: () => true, update: (value) => value });

/** The app, as far as the plugin looks at it before it is connected. */
export class App {
  constructor(notes, { path: shown, text }) {
    const files = new Map(notes.map((path) => [path, { path, basename: path.split("/").at(-1).replace(/\.md$/, ""), extension: "md" }]));
    this.stored = new Map();
    this.vault = new Events();
    Object.assign(this.vault, {
      adapter: { getBasePath: () => "/vaults/Cabinet Pestalozzi" },
      configDir: ".config",
      getFileByPath: (path) => files.get(path) ?? null,
      getAbstractFileByPath: (path) => files.get(path) ?? null,
      getName: () => "Cabinet Pestalozzi",
      read: async (file) => (file.path === shown ? text : ""),
    });
    this.workspace = new Events();
    Object.assign(this.workspace, {
      activeEditor: null,
      getLeavesOfType: () => [],
      getRightLeaf: () => null,
      getActiveFile: () => null,
      getActiveViewOfType: () => null,
      iterateAllLeaves: () => {},
      onLayoutReady: () => {},
      revealLeaf: async () => {},
      updateOptions: () => {},
    });
    this.metadataCache = new Events();
    this.fileManager = {};
  }

  loadLocalStorage(key) {
    return this.stored.get(key) ?? null;
  }

  saveLocalStorage(key, value) {
    this.stored.set(key, value);
  }
}
