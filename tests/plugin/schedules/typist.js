"use strict";

const { KEEP, places, placeAt, hasRegions, proseSpots, regionSpots, freeLines, wordsOf } = require("./notes.js");

/** What a person does, and how often. */
const DEEDS = {
  writes: 30,
  writesInARegion: 22,
  deletesAWord: 8,
  deletesALine: 3,
  removesAMark: 4,
  switches: 14,
  pauses: 16,
  setsAProperty: 3,
  undoes: 6,
  composes: 4,
  opensASecondTab: 4,
  worksEmbedded: 4,
  readsOnly: 3,
  renames: 2,
  deletesANote: 1,
  makesANote: 2,
};

/** The words that have to be there: typed, and neither deleted by the person nor given back to a source. */
class Words {
  constructor() {
    this.paths = new Map();
    this.homes = new Map(); // where a word was typed: undo may bring one back that a source had given elsewhere
    this.released = new Set();
    this.made = 0;
  }

  next() {
    this.made += 1;
    return `zq${this.made}`;
  }

  /** Take note of what the person's own deed did to a text. */
  changed(where, before, after) {
    const old = wordsOf(before);
    const now = wordsOf(after);
    for (const word of old) if (!now.has(word)) this.paths.delete(word);
    for (const word of now) {
      if (old.has(word) || this.released.has(word)) continue;
      if (!this.homes.has(word)) this.homes.set(word, where);
      if (this.homes.get(word) === where) this.paths.set(word, where);
    }
  }

  /** Give the words of a line back to their source: they may stay or go, also after undo and redo. */
  given(text) {
    for (const word of wordsOf(text)) {
      this.paths.delete(word);
      this.released.add(word);
    }
  }

  of(where) {
    return [...this.paths].filter(([, path]) => path === where).map(([word]) => word);
  }

  missing(where, text) {
    const there = wordsOf(text);
    return this.of(where).filter((word) => !there.has(word));
  }

  renamed(from, to) {
    for (const words of [this.paths, this.homes])
      for (const [word, where] of words) if (where === from) words.set(word, to);
  }
}

/**
 * One person in the app. `life` never ends: it yields pauses in seconds, with deeds between them. What the
 * person does to the world beyond the editors (`away`) is the stage's.
 */
class Typist {
  constructor(stage) {
    this.stage = stage;
    this.words = new Words();
    this.trace = [];
    this.notes = 0;
  }

  get app() {
    return this.stage.world.app;
  }

  get chance() {
    return this.stage.chance;
  }

  *life() {
    yield* this.focuses(this.chance.one(this.paths()));
    for (;;) {
      yield* this.chance.weighed(this.stage.deeds())();
      yield this.pause(0.1, 4);
      if (this.front() === null) yield* this.focuses(this.chance.one(this.paths()));
    }
  }

  // Where the person is

  paths() {
    return this.stage.notesOnDisk();
  }

  /** Return the text that has the focus, if it can be typed in. */
  front() {
    const text = this.app.workspace.activeEditor;
    return text && !text.closed && text.file !== null && !text.file.deleted && text.getMode() === "source" ? text : null;
  }

  pause(least, most) {
    return this.chance.uniform(least, most) * this.stage.pace;
  }

  say(what) {
    this.trace.push(`${this.stage.clock.now.toFixed(3)} ${what}`);
  }

  *focuses(path, how = {}) {
    const { workspace, vault } = this.app;
    const file = vault.getFileByPath(path);
    if (file === null) {
      yield this.pause(0.5, 2);
      return;
    }
    this.say(`open ${path}`);
    const known = workspace.leaves.filter((leaf) => leaf.view.getState().file === path);
    if (known.length > 0 && !how.second) {
      const leaf = this.chance.one(known);
      yield leaf.loadIfDeferred();
      workspace.setActiveLeaf(leaf);
    } else {
      const roots = workspace.leaves.filter((leaf) => leaf.side === "root");
      const instead = !how.second && (roots.length >= 4 || this.chance.random() < 0.4);
      yield workspace.getLeaf(instead ? false : "tab").openFile(file);
    }
  }

  *switches() {
    const paths = this.paths();
    const targets = paths.filter((path) => /^(Synth|Accueil)/.test(path));
    yield* this.focuses(this.chance.one(targets.length > 0 && this.chance.random() < 0.4 ? targets : paths));
    const open = this.app.workspace.leaves.filter((leaf) => leaf.side === "root");
    if (open.length > 1 && this.chance.random() < 0.2) {
      const leaf = this.chance.one(open);
      this.say(`close ${leaf.view.getState().file}`);
      yield leaf.close();
    }
    yield this.pause(0.2, 5);
  }

  *pauses() {
    yield this.pause(...this.chance.one([[2, 8], [5, 40], [30, 90], [60, 180]]));
  }

  // Typing

  /** Change a text as the person; false where another buffer of the note has not caught up with the person. */
  edit(text, from, to, insert, event = "input.type") {
    if (!this.stage.mayEdit(text)) return false;
    const before = text.editor.getValue();
    this.say(`${text.file.path}${text.leaf ? "" : " (embedded)"} @${from} ${to > from ? `-${to - from} ` : ""}${JSON.stringify(insert)}`);
    this.stage.world.byUser(() =>
      text.cm.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        userEvent: event,
      }),
    );
    this.words.changed(text.file.path, before, text.editor.getValue());
    this.stage.userEdited(text);
    return true;
  }

  cursor(text) {
    return text.cm.state.selection.main.head;
  }

  go(text, at) {
    this.stage.world.byUser(() => text.cm.dispatch({ selection: { anchor: at } }));
  }

  mayType(text) {
    if (text !== this.front()) return false;
    const said = text.editor.getValue();
    const at = this.cursor(text);
    if (at > 0 && /^[\p{L}\p{N}]{2}$/u.test(said.slice(at - 1, at + 1))) return false;
    return !["front", "marker"].includes(placeAt(said, at));
  }

  /** Type at the cursor; a blank after it where another word would touch it. */
  insert(text, typed, isWord = false) {
    const at = this.cursor(text);
    const follows = text.editor.getValue().slice(at, at + 1);
    const tail = isWord && /[\p{L}\p{N}[<*]/u.test(follows) ? " " : "";
    if (!this.edit(text, at, at, typed + tail)) return false;
    this.go(text, at + typed.length);
    return true;
  }

  *types(text, lead = "", count = 3) {
    if (lead) {
      if (!this.insert(text, lead)) return;
      yield this.pause(0.1, 1);
    }
    for (let number = 0; number < count; number++) {
      if (!this.mayType(text)) return;
      const at = this.cursor(text);
      const before = text.editor.getValue().slice(Math.max(at - 1, 0), at);
      const word = this.words.next();
      if (!this.insert(text, (["", " ", "\n"].includes(before) ? "" : " ") + word, true)) return;
      const rests = number % 7 === 6 && this.chance.random() < 0.3;
      yield rests ? this.pause(3, 20) : this.pause(0.1, 1.2);
    }
  }

  *writes() {
    const text = this.front();
    if (text === null) return;
    const said = text.editor.getValue();
    const spots = proseSpots(said, this.chance);
    if (spots.length === 0) return;
    const at = this.chance.one(spots);
    this.go(text, at);
    let lead = this.chance.one(["", "", "\n", "\n\n", "\n- "]);
    if (lead && !["", "\n"].includes(said.slice(at, at + 1))) lead = "";
    yield* this.types(text, lead, this.chance.whole(1, 12));
  }

  *writesInARegion() {
    let text = this.front();
    if (text === null || !hasRegions(text.editor.getValue())) {
      const targets = this.paths().filter((path) => path.startsWith("Synth"));
      if (targets.length === 0) return;
      yield* this.focuses(this.chance.one(targets));
      yield this.pause(0.3, 3);
      text = this.front();
    }
    const spots = text === null ? [] : regionSpots(text.editor.getValue());
    if (spots.length === 0) return;
    const [kind, at] = this.chance.one(spots);
    this.go(text, at);
    if (kind === "row") yield* this.typesARow(text);
    else if (kind === "new item") yield* this.types(text, "\n- ", this.chance.whole(1, 4));
    else if (kind === "entry") yield* this.types(text, ", ", this.chance.whole(1, 3));
    else yield* this.types(text, "", this.chance.whole(1, 4));
  }

  *typesARow(text) {
    const label = this.chance.one([null, null, null, "Courriel", "Facturation"]);
    if (!this.insert(text, `\n| ${label ?? ""}`)) return;
    yield* this.types(text, "", label ? 0 : 1);
    for (let cell = 0; cell < 4; cell++) {
      if (!this.mayType(text) || !this.insert(text, " | ")) return;
      yield* this.types(text, "", this.chance.one([0, 1, 1, 2]));
    }
    if (this.mayType(text)) this.insert(text, " |");
  }

  /** Compose a word with an input method: what stands at the cursor changes until it is done. */
  *composes() {
    const text = this.front();
    if (text === null || !this.mayType(text) || !this.stage.mayEdit(text)) return;
    let at = this.cursor(text);
    const { cm } = text;
    const word = this.words.next();
    if (at > 0 && !/\s/.test(text.editor.getValue()[at - 1])) {
      if (!this.insert(text, " ")) return;
      at = this.cursor(text);
    }
    cm.isComposing = true;
    let shown = "";
    for (let end = 1; end <= word.length; end++) {
      const from = this.cursor(text) - shown.length;
      if (text !== this.front() || !cm.composing || text.editor.getValue().slice(from, from + shown.length) !== shown) {
        if (cm.composing && text === this.front()) this.stage.fault(`what was being composed in ${text.file.path} was moved`);
        break;
      }
      if (!this.edit(text, from, from + shown.length, word.slice(0, end), `input.type.compose${end === 1 ? ".start" : ""}`)) break;
      shown = word.slice(0, end);
      yield this.chance.random() < 0.3 ? this.pause(1.5, 6) : this.pause(0.05, 0.5);
    }
    cm.isComposing = false;
    const end = this.cursor(text);
    if (text === this.front() && /[\p{L}\p{N}[<*]/u.test(text.editor.getValue().slice(end, end + 1))) this.insert(text, " ");
  }

  // Taking away

  *deletesAWord() {
    const text = this.front();
    if (text === null) return;
    const said = text.editor.getValue();
    const spans = places(said)
      .filter(({ place }) => !["front", "marker"].includes(place))
      .flatMap(({ start, line }) => [...line.matchAll(/[\p{L}\p{N}_]+/gu)].map((found) => [start + found.index, found[0].length]))
      .filter(([at]) => said.lastIndexOf("<!--", at) <= said.lastIndexOf("-->", at));
    if (spans.length === 0) return;
    const [at, length] = this.chance.one(spans);
    this.edit(text, at, at + length, "", "delete.selection");
    yield this.pause(0.1, 1);
  }

  *deletesALine() {
    const text = this.front();
    const lines = text === null ? [] : freeLines(text.editor.getValue());
    if (lines.length === 0) return;
    const { start, end } = this.chance.one(lines);
    this.edit(text, start, end + 1, "", "delete.line");
    yield this.pause(0.1, 1);
  }

  /** Delete a keep mark: the words of its line go back to their source, or stay, as it comes. */
  *removesAMark() {
    const text = this.front();
    const said = text?.editor.getValue() ?? "";
    const marks = [...said.matchAll(new RegExp(KEEP, "g"))].map((found) => found.index);
    if (marks.length === 0) return;
    const at = this.chance.one(marks);
    const { line } = places(said).find(({ start, end }) => start <= at && at <= end);
    if (!this.edit(text, at, at + KEEP.length, "", "delete.selection")) return;
    this.words.given(line);
    yield this.pause(0.1, 2);
  }

  *undoes() {
    const text = this.front();
    if (text === null) return;
    const steps = this.chance.whole(1, 4);
    for (let step = 0; step < steps; step++) {
      if (text !== this.front() || !this.stage.mayEdit(text)) return;
      this.historic(text, "undo");
      yield this.pause(0.1, 3);
    }
    for (let step = this.chance.whole(0, steps); step > 0; step--) {
      if (text !== this.front() || !this.stage.mayEdit(text)) return;
      this.historic(text, "redo");
      yield this.pause(0.1, 3);
    }
  }

  historic(text, which) {
    const before = text.editor.getValue();
    this.stage.world.byUser(() => text.editor[which]());
    const after = text.editor.getValue();
    if (after === before) return;
    this.say(`${text.file.path} ${which}`);
    this.words.changed(text.file.path, before, after);
    this.stage.userEdited(text);
  }

  *setsAProperty() {
    const text = this.front();
    const found = text && /^priorite: .*$/m.exec(text.editor.getValue());
    if (!found) return;
    const cursor = this.cursor(text);
    const value = this.chance.one(["haute", "moyenne", "basse"]);
    this.edit(text, found.index, found.index + found[0].length, `priorite: ${value}`, "set.property");
    this.go(text, Math.min(cursor, text.cm.state.doc.length));
    yield this.pause(0.3, 3);
  }

  // Windows

  *opensASecondTab() {
    const text = this.front();
    if (text === null) return;
    const { path } = text.file;
    yield* this.focuses(path, { second: true });
    yield this.pause(0.1, 3);
    yield* this.chance.random() < 0.5 ? this.writes() : this.writesInARegion();
    yield* this.focuses(path);
    yield this.pause(0.05, 2);
    yield* this.writes();
  }

  /** Open a note inside another, and type there. */
  *worksEmbedded() {
    const path = this.chance.one(this.paths());
    const file = this.app.vault.getFileByPath(path);
    if (file === null) return;
    this.say(`embed ${path}`);
    const made = this.app.workspace.embed(file);
    yield made;
    const text = this.app.workspace.embedded.at(-1);
    if (!text) return;
    yield this.pause(0.1, 30);
    if (text.closed) return;
    this.app.workspace.focusEmbedded(text);
    yield* this.chance.random() < 0.5 ? this.writes() : this.writesInARegion();
    if (this.chance.random() < 0.3) yield this.pause(0.5, 60);
    if (!text.closed && this.chance.random() < 0.8) yield this.app.workspace.unembed(text);
  }

  /** Go to the reading view for a while. */
  *readsOnly() {
    const text = this.front();
    if (!text?.leaf) return;
    this.say(`${text.file.path} reading view`);
    yield text.setMode("preview");
    yield this.pause(...this.chance.one([[0.2, 3], [5, 60]]));
    if (!text.closed) yield text.setMode("source");
  }

  // Notes

  *renames() {
    const path = this.chance.one(this.paths());
    const file = this.app.vault.getFileByPath(path);
    if (file === null || this.app.workspace.texts().some((text) => !this.stage.mayEdit(text))) return;
    this.notes += 1;
    const to = `${path.replace(/\.md$/, "").replace(/ bis\d*$/, "")} bis${this.notes}.md`;
    this.say(`rename ${path} to ${to}`);
    this.stage.renaming += 1;
    const ref = this.app.vault.on("rename", (_, from) => this.words.renamed(from, to));
    const done = this.app.fileManager.renameFile(file, to);
    yield done.finally(() => (this.stage.renaming -= 1));
    this.app.vault.offref(ref);
    yield this.pause(0.5, 5);
  }

  *deletesANote() {
    const children = this.paths().filter((path) => !/^(Synth|Accueil)/.test(path));
    if (children.length <= 2) return;
    const path = this.chance.one(children);
    const file = this.app.vault.getFileByPath(path);
    if (file === null) return;
    this.say(`delete ${path}`);
    yield this.app.fileManager.trashFile(file);
    for (const word of this.words.of(path)) this.words.paths.delete(word);
    yield this.pause(0.5, 5);
  }

  *makesANote() {
    if (this.paths().length > 8) return;
    this.notes += 1;
    const path = `Nouveau ${this.notes}.md`;
    this.say(`create ${path}`);
    yield this.app.vault.create(path, "");
    yield* this.focuses(path);
    yield this.pause(0.2, 6);
    const text = this.front();
    if (text?.file.path !== path) return;
    const [one, two] = [this.words.next(), this.words.next()];
    const made = `---\ncategory: domaine\nscope: Cabinet Un\npriorite: basse\n---\n# ${this.chance.one(["Courriel", "Sauvegardes", "📧 Courriel"])}\n\n## Constats\n- Constat ${one} ❌\n\n## Actions\n- **Court terme** : action ${two}\n`;
    this.edit(text, 0, text.cm.state.doc.length, made, "input.paste");
    yield this.pause(0.5, 5);
    yield* this.writes();
  }
}

module.exports = { Typist, DEEDS };
