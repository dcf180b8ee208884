"use strict";

const { Compartment, StateField } = require("@codemirror/state");
const { Events, Component } = require("./events.js");
const { FakeElement } = require("./elements.js");
const { Vault } = require("./vault.js");
const { Workspace } = require("./workspace.js");

/** Which note an editor shows; a plugin asks the state of any editor for it, embedded ones too. */
const editorInfoField = StateField.define({ create: () => ({}), update: (value) => value });
const editorEditorField = StateField.define({ create: () => null, update: (value) => value });
const editorLivePreviewField = StateField.define({ create: () => true, update: (value) => value });

class MetadataCache extends Events {
  constructor(app) {
    super();
    this.app = app;
    this.resolvedLinks = {};
    this.unresolvedLinks = {};
  }

  getFileCache() {
    return null;
  }

  getCache() {
    return null;
  }

  fileToLinktext(file) {
    return file.path.replace(/\.md$/, "");
  }

  getFirstLinkpathDest(linkpath) {
    const files = this.app.vault.getMarkdownFiles();
    const named = (file) => file.path === linkpath || file.path === `${linkpath}.md` || file.basename === linkpath;
    return files.find(named) ?? null;
  }
}

class FileManager {
  constructor(app) {
    this.app = app;
  }

  /** Give a file another name, and rewrite the links to it: in buffers where it is open, else on disk. */
  async renameFile(file, to) {
    const { vault, workspace } = this.app;
    const before = file.basename;
    for (const text of workspace.texts()) if (text.file === file) await text.save();
    await vault.rename(file, to);
    const follow = (text) =>
      text.replace(/\[\[([^\]|#\n]+)/g, (all, name) => (name === before ? `[[${file.basename}` : all));
    for (const each of vault.getMarkdownFiles()) {
      const open = workspace.texts().filter((text) => text.file === each);
      if (open.length > 0) {
        for (const text of open) this.#followIn(text, follow);
        continue;
      }
      const stands = await vault.read(each).catch(() => null);
      if (stands !== null && follow(stands) !== stands) await vault.process(each, follow);
    }
  }

  #followIn(text, follow) {
    const before = text.getViewData();
    const after = follow(before);
    if (after === before) return;
    this.app.world.byUser(() => {
      text.setViewData(after, false);
      text.requestSave();
    });
  }

  async trashFile(file) {
    await this.app.vault.trash(file);
  }

  async processFrontMatter() {
    throw new Error("not in this double");
  }

  generateMarkdownLink(file) {
    return `[[${file.basename}]]`;
  }
}

/** The app on one vault. */
class App {
  constructor(world) {
    this.world = world;
    this.appId = "double";
    this.vault = new Vault(world);
    this.metadataCache = new MetadataCache(this);
    this.fileManager = new FileManager(this);
    this.pluginExtensions = [];
    this.compartment = new Compartment();
    this.commands = { commands: {}, executeCommandById: (id) => this.runCommand(id) };
    this.setting = { open() {}, openTabById() {} };
    this.notices = [];
    this.workspace = new Workspace(this);
    this.keymap = {};
    this.scope = {};
    this.lastEvent = null;
    this.vault.on("modify", (file) => this.#toTexts((text) => text.onModify(file)));
    this.vault.on("delete", (file) => this.#deleted(file));
    this.vault.on("rename", (file, from) => this.#toTexts((text) => text.onRename?.(file, from)));
  }

  /** Start: see what is there, then show the tabs. */
  start() {
    this.vault.load();
  }

  loadLocalStorage(key) {
    return this.world.storage.get(key) ?? null;
  }

  saveLocalStorage(key, value) {
    if (value === null) this.world.storage.delete(key);
    else this.world.storage.set(key, structuredClone(value));
  }

  isDarkMode() {
    return false;
  }

  notify(text) {
    this.notices.push(String(text));
  }

  runCommand(id) {
    const command = this.commands.commands[id];
    if (command === undefined) return false;
    if (command.checkCallback) return command.checkCallback(true) && command.checkCallback(false);
    const view = this.workspace.activeEditor;
    if (command.editorCheckCallback)
      return Boolean(view) && command.editorCheckCallback(false, view.editor, view);
    if (command.editorCallback) return Boolean(view) && command.editorCallback(view.editor, view);
    return command.callback?.();
  }

  extensionsOf(owner) {
    return [
      editorInfoField.init(() => owner),
      editorLivePreviewField,
      this.compartment.of([...this.pluginExtensions]),
    ];
  }

  reconfigure(text) {
    text.cm.dispatch({ effects: this.compartment.reconfigure([...this.pluginExtensions]) });
  }

  #toTexts(call) {
    for (const text of this.workspace.texts()) call(text);
  }

  #deleted(file) {
    for (const leaf of [...this.workspace.leaves]) {
      if (leaf.view.file !== file) continue;
      leaf.view.end?.();
      this.workspace.forget(leaf);
    }
    for (const text of this.workspace.embedded.filter((each) => each.file === file)) {
      text.end();
      this.workspace.embedded = this.workspace.embedded.filter((each) => each !== text);
    }
    this.workspace.trigger("layout-change");
  }
}

/** A plugin, as a plugin's own class extends it. */
class Plugin extends Component {
  constructor(app, manifest) {
    super();
    this.app = app;
    this.manifest = manifest;
    this.statusBar = [];
    this.settingTabs = [];
    this.postProcessors = [];
  }

  addStatusBarItem() {
    const made = new FakeElement("div");
    this.statusBar.push(made);
    this.register(() => made.remove());
    return made;
  }

  addRibbonIcon(_icon, _title, call) {
    const made = new FakeElement("div");
    made.addEventListener("click", call);
    return made;
  }

  addCommand(command) {
    const id = `${this.manifest.id}:${command.id}`;
    this.app.commands.commands[id] = command;
    this.register(() => delete this.app.commands.commands[id]);
    return command;
  }

  removeCommand(id) {
    delete this.app.commands.commands[`${this.manifest.id}:${id}`];
  }

  addSettingTab(tab) {
    this.settingTabs.push(tab);
  }

  registerView(type, make) {
    this.app.workspace.viewTypes.set(type, make);
    this.register(() => this.app.workspace.viewTypes.delete(type));
  }

  registerEditorExtension(extension) {
    const { app } = this;
    app.pluginExtensions = [...app.pluginExtensions, extension];
    app.workspace.updateOptions();
    this.register(() => {
      app.pluginExtensions = app.pluginExtensions.filter((each) => each !== extension);
      app.workspace.updateOptions();
    });
  }

  registerMarkdownPostProcessor(call) {
    this.postProcessors.push(call);
    return call;
  }

  registerMarkdownCodeBlockProcessor() {}

  registerObsidianProtocolHandler() {}

  registerHoverLinkSource() {}

  registerExtensions() {}

  registerEditorSuggest() {}

  async loadData() {
    return structuredClone(this.app.world.data.get(this.manifest.id) ?? null);
  }

  async saveData(data) {
    this.app.world.data.set(this.manifest.id, structuredClone(data));
  }
}

module.exports = { App, Plugin, editorInfoField, editorEditorField, editorLivePreviewField };
