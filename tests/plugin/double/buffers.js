"use strict";

const DiffMatchPatch = require("diff-match-patch");

/** How long after the first edit a buffer is saved, in milliseconds; further edits do not move that moment. */
const AUTOSAVE = 2000;

/**
 * What every open text does, in a tab or embedded: specs/obsidian.md §9.3. `lastSavedData` is the text last
 * loaded or saved, `dirty` whether something was edited since then.
 */
const behaviour = {
  beginText() {
    this.data = "";
    this.lastSavedData = null;
    this.dirty = false;
    this.saving = false;
    this.closed = false;
    this.saveTimer = null;
    this.loading = false;
  },

  /** Save two seconds after the first edit (A.1). */
  requestSave() {
    this.dirty = true;
    this.saveTimer ??= this.app.world.clock.setTimeout(() => {
      this.saveTimer = null;
      void this.save();
    }, AUTOSAVE);
  },

  /** Write the whole buffer, without a look at the disk (A.3). */
  async save() {
    this.app.world.clock.clear(this.saveTimer);
    this.saveTimer = null;
    if (!this.dirty || this.file === null || this.file.deleted) return;
    this.dirty = false;
    const text = this.getViewData();
    if (text === this.lastSavedData) return;
    this.lastSavedData = this.data = text;
    this.saving = true;
    const { saves } = this.app.world;
    saves.set(this.file.path, (saves.get(this.file.path) ?? 0) + 1);
    try {
      await this.app.vault.modify(this.file, text);
      this.app.world.counts.saves += 1;
    } finally {
      this.saving = false;
      saves.set(this.file.path, saves.get(this.file.path) - 1);
    }
  },

  /** Show a note from the start: undo begins anew. */
  async open(file) {
    const text = plain(await this.app.vault.read(file));
    this.file = file;
    this.dirty = false;
    this.lastSavedData = this.data = text;
    this.setViewData(text, true);
  },

  /** The app has seen that the file has another time or size. */
  onModify(file) {
    if (file === this.file && !this.saving && !this.closed) void this.loadAgain(file);
  },

  /** Take what stands on disk, or merge it with what is unsaved (C). */
  async loadAgain(file) {
    const disk = plain(await this.app.vault.read(file).catch(() => null));
    if (disk === null || this.file !== file || this.closed || this.saving) return;
    const buffer = this.getViewData();
    const base = this.lastSavedData;
    if (!this.dirty) {
      this.lastSavedData = this.data = disk;
      if (disk === buffer) return;
      this.setViewData(disk, false);
      this.app.world.reloaded({ view: this, file, before: buffer, after: disk });
    } else if (disk === base || disk === buffer) {
      this.lastSavedData = this.data = disk;
    } else {
      this.merge(file, base, buffer, disk);
    }
  },

  merge(file, base, buffer, disk) {
    const tool = new DiffMatchPatch();
    const [text, fits] = tool.patch_apply(tool.patch_make(base, buffer), disk);
    this.lastSavedData = this.data = disk;
    this.setViewData(text, false);
    this.requestSave();
    this.app.notify(`"${file.basename}" has been modified externally, merging changes automatically.`);
    const dropped = fits.filter((fit) => !fit).length;
    this.app.world.merged({ view: this, file, base, buffer, disk, text, dropped });
  },

  /** Put a text into the editor: in the place of what differs, so that the cursor stays where it can. */
  setEditor(text, clear) {
    this.loading = true;
    try {
      if (clear) {
        this.cm.fresh(text, this.app.extensionsOf(this));
        return;
      }
      const before = this.editor.getValue();
      const [from, to, end] = differing(before, text);
      if (from < to || from < end) this.cm.dispatch({ changes: { from, to, insert: text.slice(from, end) } });
    } finally {
      this.loading = false;
    }
  },

  /** The editor has a new state. */
  updated(update) {
    this.app.world.edited(this, update, this.loading);
    if (!update.docChanged || this.loading) return;
    this.requestSave();
    this.app.workspace.trigger("editor-change", this.editor, this);
  },

  async close() {
    await this.save();
    this.end();
  },

  end() {
    this.closed = true;
    this.app.world.clock.clear(this.saveTimer);
    this.cm.destroy();
  },
};

/** Give a prototype the behaviour of an open text. */
function textBehaviour(prototype) {
  for (const [name, value] of Object.entries(behaviour))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}

/** A text as the editor holds it. */
function plain(text) {
  return text === null ? null : text.replace(/\r\n/g, "\n");
}

/** Return where two texts begin to differ, and where that ends in each. */
function differing(one, other) {
  let from = 0;
  const shorter = Math.min(one.length, other.length);
  while (from < shorter && one[from] === other[from]) from++;
  let tail = 0;
  while (tail < shorter - from && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  return [from, one.length - tail, other.length - tail];
}

module.exports = { textBehaviour, differing, plain };
