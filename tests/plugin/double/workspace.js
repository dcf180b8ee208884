"use strict";

const { Events } = require("./events.js");
const { FakeElement } = require("./elements.js");
const { MarkdownView, DeferredView, EmbeddedEditor, View } = require("./views.js");

class WorkspaceLeaf extends Events {
  constructor(app, side) {
    super();
    this.app = app;
    this.side = side;
    this.parent = { children: [] };
    this.view = new View(this);
    this.pinned = false;
    this.containerEl = new FakeElement("div");
  }

  get isDeferred() {
    return this.view instanceof DeferredView;
  }

  async loadIfDeferred() {
    if (this.isDeferred) await this.setViewState(this.view.state);
  }

  getDisplayText() {
    return this.view.getDisplayText();
  }

  getViewState() {
    return { type: this.view.getViewType(), state: this.view.getState() };
  }

  getRoot() {
    return this.app.workspace.rootSplit;
  }

  getContainer() {
    return this.app.workspace.rootSplit;
  }

  async open(view) {
    await this.#leave();
    this.view = view;
    await view.load();
    await view.onOpen();
    return view;
  }

  async openFile(file, state) {
    await this.setViewState({ type: "markdown", state: { file: file.path, ...state?.state } });
    if (state?.active !== false) this.app.workspace.setActiveLeaf(this);
    if (state?.eState) this.setEphemeralState(state.eState);
  }

  async setViewState(wanted) {
    const { workspace, vault } = this.app;
    if (wanted.type === "markdown") {
      const file = vault.getFileByPath(wanted.state?.file ?? "");
      if (this.view instanceof MarkdownView && this.view.file === file) return;
      const view = new MarkdownView(this);
      if (file !== null) await view.open(file);
      await this.#leave();
      this.view = view;
      view.load();
      if (wanted.state?.mode === "preview") await view.setMode("preview");
      workspace.trigger("file-open", file);
    } else {
      const make = workspace.viewTypes.get(wanted.type);
      if (make) await this.open(make(this));
    }
    if (wanted.active) workspace.setActiveLeaf(this);
    workspace.trigger("layout-change");
  }

  setEphemeralState(state) {
    const line = state?.line ?? state?.startLoc?.line;
    if (this.view instanceof MarkdownView && typeof line === "number")
      this.view.editor.setCursor({ line, ch: state.ch ?? state.startLoc?.col ?? 0 });
  }

  getEphemeralState() {
    return {};
  }

  setPinned(pinned) {
    this.pinned = pinned;
  }

  detach() {
    void this.close();
  }

  /** Save and close the tab. */
  async close() {
    this.app.workspace.forget(this);
    await this.#leave();
    this.app.workspace.trigger("layout-change");
  }

  async #leave() {
    const view = this.view;
    if (view instanceof MarkdownView) await view.close();
    await view.onClose();
    view.unload();
  }
}

/** The window: leaves in order, the one that is active, and editors that no leaf knows of. */
class Workspace extends Events {
  constructor(app) {
    super();
    this.app = app;
    this.leaves = [];
    this.embedded = [];
    this.viewTypes = new Map();
    this.activeLeaf = null;
    this.activeEditor = null;
    this.layoutReady = false;
    this.waiting = [];
    this.containerEl = new FakeElement("div");
    this.rootSplit = { containerEl: new FakeElement("div"), win: FakeElement.window, doc: FakeElement.document };
    this.leftSplit = { collapsed: true };
    this.rightSplit = { collapsed: true, expand() {} };
  }

  // Leaves

  getLeaf(how = false) {
    if (!how && this.activeLeaf && this.activeLeaf.side === "root" && !this.activeLeaf.pinned)
      return this.activeLeaf;
    return this.#add("root");
  }

  getRightLeaf() {
    return this.#add("right");
  }

  getLeftLeaf() {
    return this.#add("left");
  }

  async ensureSideLeaf(type, side, options) {
    const leaf = this.getLeavesOfType(type)[0] ?? this.#add(side);
    if (leaf.view.getViewType() !== type) await leaf.setViewState({ type, ...options });
    return leaf;
  }

  getLeavesOfType(type) {
    return this.leaves.filter((leaf) => leaf.view.getViewType() === type);
  }

  iterateAllLeaves(call) {
    for (const leaf of [...this.leaves]) call(leaf);
  }

  iterateRootLeaves(call) {
    for (const leaf of [...this.leaves]) if (leaf.side === "root") call(leaf);
  }

  getMostRecentLeaf() {
    return this.activeLeaf ?? this.leaves.find((leaf) => leaf.side === "root") ?? null;
  }

  detachLeavesOfType(type) {
    for (const leaf of this.getLeavesOfType(type)) leaf.detach();
  }

  setActiveLeaf(leaf) {
    if (this.activeLeaf === leaf && this.activeEditor === leaf.view) return;
    const before = this.activeLeaf?.view;
    if (before instanceof MarkdownView) {
      before.cm.isFocused = false;
      before.cm.isComposing = false;
    }
    this.activeLeaf = leaf;
    if (leaf.view instanceof MarkdownView) {
      this.activeEditor = leaf.view;
      leaf.view.cm.isFocused = true;
    }
    this.trigger("active-leaf-change", leaf);
  }

  async revealLeaf(leaf) {
    await leaf.loadIfDeferred();
    this.setActiveLeaf(leaf);
  }

  getActiveViewOfType(type) {
    const view = this.activeLeaf?.view;
    return view instanceof type ? view : null;
  }

  getActiveFile() {
    return this.activeLeaf?.view.file ?? null;
  }

  async openLinkText(linktext, source, how, state) {
    const [linkpath] = linktext.split("#");
    const file = this.app.metadataCache.getFirstLinkpathDest(linkpath, source);
    if (file !== null) await this.getLeaf(how ?? false).openFile(file, state);
  }

  forget(leaf) {
    this.leaves = this.leaves.filter((each) => each !== leaf);
    if (this.activeLeaf !== leaf) return;
    this.activeLeaf = null;
    this.activeEditor = null;
    const next = this.leaves.findLast((each) => each.side === "root" && !each.isDeferred);
    if (next) this.setActiveLeaf(next);
  }

  /** Put a tab into the background that is loaded when it is shown. */
  defer(file) {
    const leaf = this.#add("root");
    leaf.view = new DeferredView(leaf, { type: "markdown", state: { file: file.path, mode: "source" } });
    return leaf;
  }

  // Embedded editors

  async embed(file) {
    const made = new EmbeddedEditor(this.app);
    await made.open(file);
    this.embedded.push(made);
    return made;
  }

  focusEmbedded(editor) {
    this.activeEditor = editor;
    editor.cm.isFocused = true;
  }

  async unembed(editor) {
    this.embedded = this.embedded.filter((each) => each !== editor);
    if (this.activeEditor === editor) this.activeEditor = this.getActiveViewOfType(MarkdownView);
    await editor.close();
  }

  /** Every open text, in tabs and embedded. */
  texts() {
    return [...this.leaves.map((leaf) => leaf.view).filter((view) => view instanceof MarkdownView), ...this.embedded];
  }

  // The start

  onLayoutReady(call) {
    if (this.layoutReady) call();
    else this.waiting.push(call);
  }

  ready() {
    this.layoutReady = true;
    for (const call of this.waiting.splice(0)) call();
    this.trigger("layout-ready");
    this.trigger("layout-change");
  }

  updateOptions() {
    for (const text of this.texts()) this.app.reconfigure(text);
  }

  requestSaveLayout() {}

  #add(side) {
    const leaf = new WorkspaceLeaf(this.app, side);
    this.leaves.push(leaf);
    return leaf;
  }
}

module.exports = { Workspace, WorkspaceLeaf };
