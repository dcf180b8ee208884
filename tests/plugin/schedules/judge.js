"use strict";

const { undo, redo, undoDepth } = require("@codemirror/commands");
const fs = require("node:fs");
const path = require("node:path");
const { differing, plain } = require("../double/buffers.js");
const { outside, wordsOf } = require("./notes.js");

/** Return the state after undo (or redo), and the same state where there is nothing to undo. */
function stepped(step, state) {
  let after = state;
  step({ state, dispatch: (transaction) => (after = transaction.state) });
  return after;
}

/** Says what went wrong, as it happens. `stage.fault` takes each fault. */
class Judge {
  constructor(stage) {
    this.stage = stage;
    this.counts = { edits: 0, processed: 0, undoChecks: 0, cursors: 0, reloads: 0, daemonMerges: 0, outsideMerges: 0, composing: 0, coarse: 0, held: 0 };
    this.disk = new Map();
    this.writer = new Map();
    this.tainted = new Set();
    this.mixed = new WeakMap();
  }

  get words() {
    return this.stage.typist.words;
  }

  // The disk

  /** Read what a file says now, and note who wrote it. */
  wrote(where, by) {
    const before = this.disk.get(where);
    const file = path.join(this.stage.root, where);
    const after = fs.existsSync(file) ? plain(fs.readFileSync(file, "utf8")) : null;
    this.writer.set(where, by);
    if (after === "" && before) return; // half of a save
    this.disk.set(where, after);
    if (!["plugin", "daemon"].includes(by) || !before || before === after || after === null) return;
    this.#lost(where, before, after, `a write to the file by the ${by}`);
    if (by === "daemon") return;
    this.counts.processed += 1;
    if (this.stage.renaming === 0) this.#outside(where, before, after, "a write through the vault");
  }

  // The buffers

  edited(text, update, by) {
    if (!update.docChanged) return;
    const before = update.startState.doc.toString();
    const after = update.state.doc.toString();
    if (by === "user") this.#followed(text, update);
    if (by !== "plugin") return;
    const where = text.file.path;
    this.counts.edits += 1;
    this.stage.typist.say(`PLUGIN edits ${where}${text.leaf ? "" : " (embedded)"}`);
    if (text.getMode() !== "source") this.fault(`edited ${where} behind the reading view`);
    if (before !== text.lastSavedData) this.fault(`edited ${where} while it was dirty`);
    if (text.cm.composing) this.counts.composing += 1;
    this.#lost(where, before, after, "an edit in the editor");
    this.#outside(where, before, after, "an edit in the editor");
    this.#cursor(where, update);
    this.#steps(where, update);
    this.mixed.set(text, update.state);
    this.stage.meddler.edited(text, update);
  }

  reloaded({ view, file, before, after }) {
    this.counts.reloads += 1;
    view.stale = false;
    this.stage.typist.say(`APP loads ${file.path} again (${this.writer.get(file.path)})`);
    this.#lost(file.path, before, after, `a reload after a write by the ${this.writer.get(file.path)}`);
  }

  merged({ file, base, buffer, disk, text, dropped }) {
    const by = this.writer.get(file.path);
    this.stage.typist.say(`APP merges ${file.path} (${by}), ${dropped} dropped`);
    const gone = [...wordsOf(buffer)].filter((word) => !wordsOf(text).has(word) && this.words.paths.get(word) === file.path);
    if (by === "daemon" && !this.stage.hasWriter) {
      this.counts.daemonMerges += 1;
      if (gone.length > 0 || dropped > 0) this.tainted.add(file.path);
      return;
    }
    if (by === "outside") {
      this.counts.outsideMerges += 1;
      if (gone.length > 0) this.tainted.add(file.path);
      return;
    }
    this.fault(
      `the app merged into a dirty buffer of ${file.path} after a write by the ${by}; words gone: ${gone}\n` +
        `--- base\n${base}\n--- buffer\n${buffer}\n--- disk\n${disk}`,
    );
  }

  failed(error) {
    this.fault(`thrown: ${error?.stack ?? error}`);
  }

  fault(what) {
    this.stage.fault(what);
  }

  // What must hold

  #lost(where, before, after, by) {
    const had = wordsOf(before);
    const has = wordsOf(after);
    const gone = this.words.of(where).filter((word) => had.has(word) && !has.has(word));
    if (gone.length === 0 || this.tainted.has(where)) return;
    if (this.writer.get(where) === "outside") return;
    this.fault(`${where}: ${by} took ${gone}\n--- before\n${before}\n--- after\n${after}`);
  }

  #outside(where, before, after, by) {
    if (outside(before) !== outside(after))
      this.fault(`${where}: ${by} changed what is not ours\n--- before\n${before}\n--- after\n${after}`);
  }

  /** The cursor stands where it stood: by what is before it, by what is after it, or behind the same word. */
  #cursor(where, update) {
    this.counts.cursors += 1;
    const before = update.startState.doc.toString();
    const after = update.state.doc.toString();
    const head = update.startState.selection.main.head;
    const now = update.state.selection.main.head;
    const [from, to, end] = differing(before, after);
    let isBeside = false; // what is put in right at the cursor may come before or behind it
    update.changes.iterChangedRanges((start, stop) => (isBeside ||= start === stop && start === head));
    if (isBeside) {
      if (![-1, 1].map((side) => update.changes.mapPos(head, side)).includes(now))
        this.fault(`${where}: the cursor left its place: ${head} to ${now}`);
    } else if (head < from) {
      if (now !== head) this.fault(`${where}: the cursor went from ${head} to ${now}, all edits being behind it`);
    } else if (head > to) {
      if (now !== head + end - to) this.fault(`${where}: the cursor left its place: ${head} to ${now}; differs at ${from} to ${to}, then ${end}; ${JSON.stringify(update.changes)}\n--- before\n${before}\n--- after\n${after}`);
    } else {
      const word = /zq\d+$/.exec(before.slice(0, head))?.[0];
      if (!word || this.words.paths.get(word) !== where || !after.includes(word) || after.slice(0, now).endsWith(word)) return;
      let isCovered = false;
      update.changes.iterChangedRanges((start, stop) => (isCovered ||= start < head && head <= stop));
      if (isCovered) this.counts.coarse += 1;
      if (!isCovered)
        this.fault(`${where}: the cursor left the word ${word}; ${JSON.stringify(update.changes)}\n--- before\n${before}\n--- after\n${after}`);
    }
  }

  /** Undo takes the daemon's edit back as one step, then what the person did before it. */
  #steps(where, update) {
    this.counts.undoChecks += 1;
    const [before, after] = [update.startState, update.state];
    const once = stepped(undo, after);
    if (!once.doc.eq(before.doc)) {
      this.fault(`${where}: undo does not take the daemon's edit back as one step\n--- before\n${before.doc}\n--- edited\n${after.doc}\n--- undone\n${once.doc}`);
      return;
    }
    if (!stepped(redo, once).doc.eq(after.doc)) this.fault(`${where}: redo does not bring the daemon's edit back`);
    if (undoDepth(before) === 0) return;
    const [twice, own] = [stepped(undo, once), stepped(undo, before)];
    if (!twice.doc.eq(own.doc)) this.fault(`${where}: the second undo is not the person's own last step`);
  }

  /** What the person types right after an edit of the daemon is a step of its own. */
  #followed(text, update) {
    const edited = this.mixed.get(text);
    this.mixed.delete(text);
    if (edited === undefined || !update.startState.doc.eq(edited.doc)) return;
    if (update.transactions.some((each) => each.isUserEvent("undo") || each.isUserEvent("redo"))) return;
    this.counts.undoChecks += 1;
    if (!stepped(undo, update.state).doc.eq(edited.doc))
      this.fault(`${text.file.path}: what was typed after the daemon's edit is undone together with it`);
  }

  // The end

  /** Minutes after the last key nothing of a note in front may wait but its properties. */
  inFront({ waits, stale }) {
    for (const [where] of waits.filter(([, because]) => because === "writer")) {
      const regions = stale[where] ?? [];
      if (regions.every((region) => region === "backlinks")) continue;
      this.counts.held += 1;
      if (this.stage.rules.strict) this.fault(`${where} waits although nobody has typed for minutes (${regions})`);
    }
  }

  /** All words are there, and buffers say what the disk says. */
  atRest() {
    const { stage } = this;
    for (const where of new Set(this.words.paths.values())) {
      const file = path.join(stage.root, where);
      if (!fs.existsSync(file)) {
        this.fault(`${where} is gone, with ${this.words.of(where)}`);
        continue;
      }
      const text = fs.readFileSync(file, "utf8");
      const missing = this.words.missing(where, text);
      if (missing.length > 0 && !this.tainted.has(where)) this.fault(`${where}: ${missing} are missing at the end\n${text}`);
    }
    for (const text of stage.world?.app.workspace.texts() ?? []) {
      const disk = plain(fs.readFileSync(path.join(stage.root, text.file.path), "utf8"));
      if (text.getViewData() !== disk) this.fault(`${text.file.path}: at rest the buffer is not what stands on disk`);
    }
  }
}

module.exports = { Judge };
