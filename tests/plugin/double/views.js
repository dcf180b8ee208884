"use strict";

const { Component } = require("./events.js");
const { FakeElement } = require("./elements.js");
const { textBehaviour } = require("./buffers.js");
const { HeadlessView, Editor } = require("./editor.js");

class View extends Component {
  constructor(leaf) {
    super();
    this.leaf = leaf;
    this.app = leaf.app;
    this.icon = "file";
    this.navigation = false;
    this.containerEl = new FakeElement("div");
    this.scope = null;
  }

  getViewType() {
    return "";
  }

  getDisplayText() {
    return "";
  }

  getIcon() {
    return this.icon;
  }

  async onOpen() {}

  async onClose() {}

  getState() {
    return {};
  }

  async setState() {}

  getEphemeralState() {
    return {};
  }

  setEphemeralState() {}

  onResize() {}

  onPaneMenu() {}
}

class ItemView extends View {
  constructor(leaf) {
    super(leaf);
    this.containerEl.createDiv("view-header");
    this.contentEl = this.containerEl.createDiv("view-content");
    this.actions = [];
  }

  addAction(icon, title, call) {
    const made = new FakeElement("a");
    this.actions.push({ icon, title, call, made });
    made.addEventListener("click", call);
    return made;
  }
}

class FileView extends ItemView {
  constructor(leaf) {
    super(leaf);
    this.file = null;
    this.allowNoFile = false;
    this.navigation = true;
  }

  getDisplayText() {
    return this.file?.basename ?? "";
  }

  getState() {
    return { file: this.file?.path };
  }

  async onLoadFile() {}

  async onUnloadFile() {}

  async onRename() {}

  canAcceptExtension() {
    return false;
  }
}

class EditableFileView extends FileView {}

class TextFileView extends EditableFileView {}

textBehaviour(TextFileView.prototype);

/** A note in a tab: an editor, or the reading view, which has a text of its own. */
class MarkdownView extends TextFileView {
  constructor(leaf) {
    super(leaf);
    this.beginText();
    this.hoverPopover = null;
    this.cm = new HeadlessView(this, this.app.extensionsOf(this));
    this.editor = new Editor(this.cm);
    this.editMode = {
      get: () => this.editor.getValue(),
      set: (text, clear) => this.setEditor(text, clear),
    };
    this.previewMode = {
      said: "",
      containerEl: new FakeElement("div"),
      get: () => this.previewMode.said,
      set: (text) => {
        this.previewMode.said = text;
      },
      rerender: () => {},
    };
    this.currentMode = this.editMode;
  }

  getViewType() {
    return "markdown";
  }

  getMode() {
    return this.currentMode === this.editMode ? "source" : "preview";
  }

  getState() {
    return { file: this.file?.path, mode: this.getMode(), source: false };
  }

  /** Go from the editor to the reading view, or back; what is unsaved is saved. */
  async setMode(mode) {
    if (this.getMode() === mode) return;
    const text = this.getViewData();
    await this.save();
    this.currentMode = mode === "source" ? this.editMode : this.previewMode;
    this.currentMode.set(text, false);
    this.app.workspace.trigger("layout-change");
  }

  getViewData() {
    return this.currentMode.get();
  }

  setViewData(text, clear) {
    this.currentMode.set(text, clear);
  }

  clear() {
    this.setViewData("", true);
  }

  showSearch() {}
}

/** A tab in the background that was not shown since the start: it holds no note yet. */
class DeferredView extends View {
  constructor(leaf, state) {
    super(leaf);
    this.state = state;
  }

  getViewType() {
    return this.state.type;
  }

  getState() {
    return this.state.state;
  }
}

/** An editor inside another note, a canvas card or a popover: a buffer that no leaf knows of. */
class EmbeddedEditor extends Component {
  constructor(app) {
    super();
    this.app = app;
    this.file = null;
    this.hoverPopover = null;
    this.beginText();
    this.cm = new HeadlessView(this, app.extensionsOf(this));
    this.editor = new Editor(this.cm);
  }

  getMode() {
    return "source";
  }

  getViewData() {
    return this.editor.getValue();
  }

  setViewData(text, clear) {
    this.setEditor(text, clear);
  }
}

textBehaviour(EmbeddedEditor.prototype);

module.exports = {
  View,
  ItemView,
  FileView,
  EditableFileView,
  TextFileView,
  MarkdownView,
  DeferredView,
  EmbeddedEditor,
};
