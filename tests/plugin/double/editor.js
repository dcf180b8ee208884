"use strict";

const { EditorState, EditorSelection, Transaction } = require("@codemirror/state");
const { history, undo, redo, undoDepth, redoDepth } = require("@codemirror/commands");
const { EditorView, ViewPlugin, ViewUpdate } = require("@codemirror/view");

/** The facet that holds view plugins: not exported, but each plugin is an extension of it. */
const VIEW_PLUGINS = ViewPlugin.define(() => ({})).extension[0].facet;

/**
 * A CodeMirror view without a document: a state, the plugins and listeners of that state, and whether an input
 * method is at work. Everything that would be drawn is left out.
 */
class HeadlessView {
  constructor(owner, extensions) {
    this.owner = owner;
    this.shown = EditorState.create({ doc: "", extensions: [history(), extensions] });
    this.isComposing = false;
    this.isFocused = false;
    this.dispatch = this.dispatch.bind(this);
    this.instances = new Map();
    for (const name of ["dom", "contentDOM", "scrollDOM"])
      Object.defineProperty(this, name, { value: owner.app.world.element("div") });
    this.makePlugins();
  }

  get state() {
    return this.shown;
  }

  get composing() {
    return this.isComposing;
  }

  get compositionStarted() {
    return this.isComposing;
  }

  get hasFocus() {
    return this.isFocused;
  }

  get viewport() {
    return { from: 0, to: this.shown.doc.length };
  }

  get visibleRanges() {
    return [this.viewport];
  }

  plugin(plugin) {
    return this.instances.get(plugin) ?? null;
  }

  dispatch(...specs) {
    const time = Transaction.time.of(this.owner.app.world.clock.wall());
    for (const spec of specs) {
      if (spec instanceof Transaction) {
        this.update([spec]);
        return;
      }
    }
    const dated = specs.map((spec, number) =>
      number === 0 ? { ...spec, annotations: [spec.annotations ?? [], time].flat() } : spec,
    );
    this.update([this.shown.update(...dated)]);
  }

  update(transactions) {
    const update = ViewUpdate.create(this, transactions.at(-1).state, transactions);
    this.shown = transactions.at(-1).state;
    if (transactions.some((tr) => tr.reconfigured)) this.makePlugins();
    for (const instance of this.instances.values()) instance.update?.(update);
    for (const listener of this.shown.facet(EditorView.updateListener)) listener(update);
    if (update.docChanged || update.selectionSet) this.owner.updated(update);
  }

  /** Put another text in, as at opening: undo begins anew. */
  setState(state) {
    this.shown = state;
    this.makePlugins();
  }

  fresh(doc, extensions, cursor = 0) {
    const selection = EditorSelection.cursor(Math.min(cursor, doc.length));
    this.setState(EditorState.create({ doc, selection, extensions: [history(), extensions] }));
  }

  makePlugins() {
    const wanted = this.shown.facet(VIEW_PLUGINS);
    const before = this.instances;
    this.instances = new Map();
    for (const { plugin, arg } of wanted) {
      const kept = before.get(plugin);
      if (kept === undefined) this.instances.set(plugin, plugin.create(this, arg));
      else this.instances.set(plugin, kept);
    }
    for (const [plugin, instance] of before) if (!this.instances.has(plugin)) instance.destroy?.();
  }

  destroy() {
    for (const instance of this.instances.values()) instance.destroy?.();
    this.instances.clear();
  }

  requestMeasure() {}

  focus() {
    this.isFocused = true;
  }

  coordsAtPos() {
    return null;
  }

  posAtDOM() {
    return 0;
  }

  domAtPos() {
    return { node: this.dom, offset: 0 };
  }
}

Object.setPrototypeOf(HeadlessView.prototype, EditorView.prototype);

/** The app's Editor over such a view. */
class Editor {
  constructor(cm) {
    this.cm = cm;
  }

  getDoc() {
    return this;
  }

  refresh() {}

  getValue() {
    return this.cm.state.doc.toString();
  }

  setValue(text) {
    this.cm.dispatch({ changes: { from: 0, to: this.cm.state.doc.length, insert: text } });
  }

  getLine(line) {
    return this.cm.state.doc.line(line + 1).text;
  }

  setLine(line, text) {
    const { from, to } = this.cm.state.doc.line(line + 1);
    this.cm.dispatch({ changes: { from, to, insert: text } });
  }

  lineCount() {
    return this.cm.state.doc.lines;
  }

  lastLine() {
    return this.cm.state.doc.lines - 1;
  }

  posToOffset(position) {
    const doc = this.cm.state.doc;
    if (position.line < 0) return 0;
    if (position.line >= doc.lines) return doc.length;
    const { from, length } = doc.line(position.line + 1);
    return from + Math.min(Math.max(position.ch, 0), length);
  }

  offsetToPos(offset) {
    const doc = this.cm.state.doc;
    const line = doc.lineAt(Math.min(Math.max(offset, 0), doc.length));
    return { line: line.number - 1, ch: offset - line.from };
  }

  getRange(from, to) {
    return this.cm.state.sliceDoc(this.posToOffset(from), this.posToOffset(to));
  }

  replaceRange(text, from, to = from, origin = undefined) {
    this.transaction({ changes: [{ text, from, to }] }, origin);
  }

  replaceSelection(text, origin) {
    this.cm.dispatch({ ...this.cm.state.replaceSelection(text), userEvent: origin });
  }

  getSelection() {
    const { from, to } = this.cm.state.selection.main;
    return this.cm.state.sliceDoc(from, to);
  }

  somethingSelected() {
    return !this.cm.state.selection.main.empty;
  }

  getCursor(side = "head") {
    return this.offsetToPos(this.cm.state.selection.main[side]);
  }

  listSelections() {
    return this.cm.state.selection.ranges.map((range) => ({
      anchor: this.offsetToPos(range.anchor),
      head: this.offsetToPos(range.head),
    }));
  }

  setCursor(position, ch = 0) {
    this.setSelection(typeof position === "number" ? { line: position, ch } : position);
  }

  setSelection(anchor, head = anchor) {
    this.cm.dispatch({ selection: { anchor: this.posToOffset(anchor), head: this.posToOffset(head) } });
  }

  setSelections(ranges, main = 0) {
    const made = ranges.map(({ anchor, head }) =>
      EditorSelection.range(this.posToOffset(anchor), this.posToOffset(head ?? anchor)),
    );
    this.cm.dispatch({ selection: EditorSelection.create(made, main) });
  }

  /** All changes count in the text before any of them, and make one transaction. */
  transaction(wanted, origin) {
    const spec = { userEvent: origin };
    if (wanted.changes) {
      spec.changes = wanted.changes.map(({ text, from, to }) => ({
        from: this.posToOffset(from),
        to: this.posToOffset(to ?? from),
        insert: text,
      }));
    }
    if (wanted.replaceSelection !== undefined)
      Object.assign(spec, this.cm.state.replaceSelection(wanted.replaceSelection));
    const selections = wanted.selections ?? (wanted.selection ? [wanted.selection] : null);
    if (selections !== null) {
      const state = spec.changes ? this.cm.state.update({ changes: spec.changes }).state : this.cm.state;
      const after = new Editor({ state });
      spec.selection = EditorSelection.create(
        selections.map(({ from, to }) =>
          EditorSelection.range(after.posToOffset(from), after.posToOffset(to ?? from)),
        ),
      );
    }
    this.cm.dispatch(spec);
  }

  undo() {
    return undo(this.cm);
  }

  redo() {
    return redo(this.cm);
  }

  exec(command) {
    if (command === "undo") this.undo();
    else if (command === "redo") this.redo();
  }

  focus() {
    this.cm.focus();
  }

  blur() {
    this.cm.isFocused = false;
  }

  hasFocus() {
    return this.cm.hasFocus;
  }

  getScrollInfo() {
    return { left: 0, top: 0 };
  }

  scrollTo() {}

  scrollIntoView() {}

  wordAt(position) {
    const word = this.cm.state.wordAt(this.posToOffset(position));
    return word && { from: this.offsetToPos(word.from), to: this.offsetToPos(word.to) };
  }
}

module.exports = { HeadlessView, Editor, undoDepth, redoDepth };
