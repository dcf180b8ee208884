"use strict";

/** How the plugin makes an edit of the daemon: through editors and the app, and never where something is unsaved. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { undoDepth } = require("@codemirror/commands");
const { Chance } = require("../double/clock.js");
const { FakeElement, Stage, opened, types, until } = require("./stage.js");

const NOTE = "a.md";
const TEXT = "un\ndeux\n";

/** Return a writer on a vault with these files. */
async function staged(t, files = { [NOTE]: TEXT }) {
  const stage = new Stage(t);
  for (const [name, text] of Object.entries(files)) stage.writes(name, text);
  const seen = { merged: 0, processed: 0 };
  const told = { merged: () => (seen.merged += 1), processed: () => (seen.processed += 1) };
  const world = await stage.window({ told });
  const { parts } = world.plugin.constructor;
  const { writer } = world.plugin;
  /** Ask for edits in a note that says `text`, each `[start, end, text]`. */
  const edit = (text, ...edits) => writer.edit(request(text, ...edits));
  const request = (text, ...edits) => ({
    path: NOTE,
    textDigest: parts.digestOf(text),
    edits: edits.map(([start, end, said]) => ({ start, end, text: said })),
  });
  return { stage, world, writer, parts, seen, edit, request, disk: () => stage.disk(NOTE) };
}

// ---------------------------------------------------------------------------------------------- the text

test("edits count UTF-16 units of the editor's text; line ends and BOM of the file stay its own", async (t) => {
  const { parts } = await staged(t);
  const file = "\ufeffun\r\ndeux 🗂️ x\r\ntrois\r\n";
  const text = parts.editorText(file);
  assert.equal(text, "un\ndeux 🗂️ x\ntrois\n");
  const at = text.lastIndexOf("x");
  const edits = [
    { start: at, end: at + 1, text: "y\nz" },
    { start: text.length, end: text.length, text: "fin\n" },
  ];
  assert.equal(parts.applyEdits(file, edits), "\ufeffun\r\ndeux 🗂️ y\r\nz\r\ntrois\r\nfin\r\n");
});

test("whatever the line ends, edited is what the editor would hold", async (t) => {
  const { parts } = await staged(t);
  const chance = new Chance(8);
  const pieces = ["a", "é", "🗂️", "\n", "\r\n", "|", " "];
  for (let round = 0; round < 2000; round++) {
    const some = (most) => Array.from({ length: chance.whole(0, most) }, () => chance.one(pieces)).join("");
    const file = chance.one(["", "\ufeff"]) + some(30);
    const text = parts.editorText(file);
    const places = Array.from({ length: 4 }, () => chance.whole(0, text.length)).sort((one, other) => one - other);
    const edits = [places.slice(0, 2), places.slice(2)].map(([start, end]) => ({
      start,
      end,
      text: some(4).replace(/\r/g, ""),
    }));
    assert.equal(parts.areEdits(edits, text.length), true);
    const wanted =
      text.slice(0, edits[0].start) + edits[0].text + text.slice(edits[0].end, edits[1].start) +
      edits[1].text + text.slice(edits[1].end);
    assert.equal(parts.editorText(parts.applyEdits(file, edits)), wanted, JSON.stringify({ file, edits }));
  }
});

// ---------------------------------------------------------------------------------------------- where to

test("a note that is not open is changed on disk, in one go", async (t) => {
  const text = "un\ndeux\n";
  const { edit, seen, disk } = await staged(t, { [NOTE]: "un\r\ndeux\r\n" });
  assert.equal(await edit(text, [3, 7, "2"], [8, 8, "trois\n"]), "applied");
  assert.equal(disk(), "un\r\n2\r\ntrois\r\n");
  assert.equal(seen.processed, 1);
});

test("an open note is changed in its editor and saved; cursor and undo stay the person's", async (t) => {
  const { world, edit, seen, disk } = await staged(t);
  const view = await opened(world, NOTE);
  view.editor.setCursor({ line: 1, ch: 2 });
  assert.equal(await edit(TEXT, [0, 2, "UN UN"]), "applied");
  assert.equal(view.getViewData(), "UN UN\ndeux\n");
  assert.deepEqual(view.editor.getCursor(), { line: 1, ch: 2 });
  assert.equal(view.dirty, false, "it is being saved");
  await until(() => disk() === "UN UN\ndeux\n", "it is saved");
  assert.equal(undoDepth(view.cm.state), 1);
  view.editor.undo();
  assert.equal(view.getViewData(), TEXT);
  assert.equal(seen.processed, 0);
});

test("an edit is one step of undo, apart from what is typed before and after it", async (t) => {
  const { world, edit } = await staged(t, { [NOTE]: "un\n" });
  const view = await opened(world, NOTE);
  types(world, view, "a", 2);
  await view.save();
  assert.equal(await edit("una\n", [3, 3, "[Z]"]), "applied");
  types(world, view, "b", 6);
  assert.equal(view.getViewData(), "una[Z]b\n");
  const steps = [];
  while (view.editor.undo()) steps.push(view.getViewData());
  assert.deepEqual(steps, ["una[Z]\n", "una\n", "un\n"]);
});

test("two tabs of a note are changed alike, and nothing is merged", async (t) => {
  const { world, edit, seen, disk } = await staged(t);
  const views = [await opened(world, NOTE), await opened(world, NOTE)];
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
  assert.deepEqual(views.map((view) => view.getViewData()), ["UN\ndeux\n", "UN\ndeux\n"]);
  await until(() => disk() === "UN\ndeux\n" && views.every((view) => !view.dirty && !view.saving), "both saved");
  assert.equal(seen.merged, 0);
});

test("behind the reading view the file is changed: what an editor there holds would be lost", async (t) => {
  const { world, edit, seen, disk } = await staged(t);
  await (await opened(world, NOTE)).setMode("preview");
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
  assert.equal(disk(), "UN\ndeux\n");
  assert.equal(seen.processed, 1);
});

test("a tab that was not shown yet holds no text", async (t) => {
  const { world, edit, disk } = await staged(t);
  world.app.workspace.defer(world.app.vault.getFileByPath(NOTE));
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
  assert.equal(disk(), "UN\ndeux\n");
});

test("an editor in another note is changed as a tab is", async (t) => {
  const { world, edit, disk } = await staged(t);
  const embedded = await world.app.workspace.embed(world.app.vault.getFileByPath(NOTE));
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
  assert.equal(embedded.getViewData(), "UN\ndeux\n");
  await until(() => disk() === "UN\ndeux\n", "saved");
});

// ---------------------------------------------------------------------------------------------- when not

test("where something typed is not saved, the edit waits; once it is, the edit is of another text", async (t) => {
  const { world, edit, disk } = await staged(t);
  const view = await opened(world, NOTE);
  types(world, view, "X", 3);
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "later");
  await view.save();
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "refused");
  assert.equal(view.getViewData(), "un\nXdeux\n");
  assert.equal(disk(), "un\nXdeux\n");
});

test("one unsaved tab among two is enough to wait", async (t) => {
  const { world, edit } = await staged(t);
  await opened(world, NOTE);
  types(world, await opened(world, NOTE), "X", 3);
  await opened(world, NOTE);
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "later");
});

test("an editor in another note that is typed in is left alone, and a while after it is closed", async (t) => {
  const { world, writer, edit } = await staged(t);
  const embedded = await world.app.workspace.embed(world.app.vault.getFileByPath(NOTE));
  types(world, embedded, "X", 3);
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "later");
  await world.app.workspace.unembed(embedded);
  assert.equal(await edit("un\nXdeux\n", [0, 2, "UN"]), "later");
  writer.embeddedQuiet = 0;
  assert.equal(await edit("un\nXdeux\n", [0, 2, "UN"]), "applied");
});

test("while a word is composed nothing is changed", async (t) => {
  const { world, edit } = await staged(t);
  const view = await opened(world, NOTE);
  view.cm.isComposing = true;
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "later");
  view.cm.isComposing = false;
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
});

test("while a property is being written nothing is changed", async (t) => {
  const { world, edit } = await staged(t);
  const view = await opened(world, NOTE);
  const field = view.containerEl.createDiv("metadata-container").createEl("input");
  const { document } = FakeElement;
  t.after(() => delete document.activeElement);
  document.activeElement = field;
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "later");
  document.activeElement = view.containerEl;
  assert.equal(await edit(TEXT, [0, 2, "UN"]), "applied");
});

const PROPERTIES = "---\nk: v\n---\nx\n";

test("properties of the note in front, or just left, wait; its text does not", async (t) => {
  const { world, writer, edit } = await staged(t, { [NOTE]: PROPERTIES, "b.md": "b" });
  const view = await opened(world, NOTE);
  assert.equal(await edit(PROPERTIES, [7, 8, "w"]), "later");
  const { now } = writer;
  const later = () => now() + writer.idle + 1000;
  writer.now = later;
  assert.equal(await edit(PROPERTIES, [7, 8, "w"]), "later");
  writer.now = now;
  await opened(world, "b.md");
  assert.equal(await edit(PROPERTIES, [7, 8, "w"]), "later");
  writer.now = later;
  assert.equal(await edit(PROPERTIES, [7, 8, "w"]), "applied");
  assert.equal(view.getViewData(), "---\nk: w\n---\nx\n");
  world.app.workspace.setActiveLeaf(view.leaf);
  assert.equal(await edit("---\nk: w\n---\nx\n", [13, 14, "y"]), "applied");
});

test("what a person asked for changes the properties of the note in front too", async (t) => {
  const { world, writer, edit } = await staged(t, { [NOTE]: PROPERTIES });
  await opened(world, NOTE);
  writer.wishedUntil = writer.now() + 60000;
  assert.equal(await edit(PROPERTIES, [7, 8, "w"]), "applied");
});

// --------------------------------------------------------------------------------------- late and wrong

test("an edit that is too late is neither made nor answered", async (t) => {
  const { writer, edit, request, disk } = await staged(t);
  const { now } = writer;
  let asked = 0;
  writer.now = () => now() + (asked++ > 0 ? writer.patience : 0);
  assert.equal(await edit(TEXT, [0, 2, "UN"]), null);
  writer.now = now;
  assert.equal(await writer.edit(request(TEXT, [0, 2, "UN"]), () => false), null);
  assert.equal(disk(), TEXT);
});

test("an edit under way when the plugin is disabled is not made", async (t) => {
  const { world, edit, disk } = await staged(t);
  const answer = edit(TEXT, [0, 2, "UN"]);
  world.disable();
  assert.equal(await answer, null);
  assert.equal(disk(), TEXT);
});

for (const where of ["on disk", "in an editor"]) {
  test(`a note that was renamed after it was read is not changed under either name, ${where}`, async (t) => {
    const { stage, world, edit } = await staged(t);
    if (where === "in an editor") await opened(world, NOTE);
    const { vault } = world.app;
    const { read } = vault;
    vault.read = async (file) => {
      const text = await read.call(vault, file);
      await vault.rename(file, "b.md");
      return text;
    };
    assert.equal(await edit(TEXT, [0, 2, "UN"]), "refused");
    assert.deepEqual(world.app.workspace.texts().filter((text) => text.getViewData() !== TEXT), []);
    assert.equal(stage.disk("b.md"), TEXT);
  });
}

test("what makes no sense is refused, and changes nothing", async (t) => {
  const { writer, parts, disk } = await staged(t);
  const textDigest = parts.digestOf(TEXT);
  const wrong = [
    {},
    { path: "../x.md", textDigest: "", edits: [] },
    { path: "none.md", textDigest, edits: [] },
    { path: ["a.md"], textDigest, edits: [] },
    { path: NOTE, textDigest: parts.digestOf("other"), edits: [{ start: 0, end: 0, text: "x" }] },
    { path: NOTE, textDigest, edits: "x" },
    { path: NOTE, textDigest, edits: [null] },
    { path: NOTE, textDigest, edits: [{ start: 2, end: 1, text: "" }] },
    { path: NOTE, textDigest, edits: [{ start: -1, end: 1, text: "" }] },
    { path: NOTE, textDigest, edits: [{ start: 0.5, end: 1, text: "" }] },
    { path: NOTE, textDigest, edits: [{ start: 0, end: 9, text: "" }] },
    { path: NOTE, textDigest, edits: [{ start: 0, end: 1, text: 7 }] },
    { path: NOTE, textDigest, edits: [{ start: 0, end: 2, text: "a" }, { start: 1, end: 2, text: "" }] },
  ];
  for (const request of wrong) assert.equal(await writer.edit(request), "refused", JSON.stringify(request));
  assert.equal(disk(), TEXT);
});

test("the same edit twice at once is made once", async (t) => {
  const { writer, request, disk } = await staged(t);
  const twice = [request(TEXT, [0, 0, "x"]), request(TEXT, [0, 0, "x"])];
  assert.deepEqual(await Promise.all(twice.map((each) => writer.edit(each))), ["applied", "refused"]);
  assert.equal(disk(), `x${TEXT}`);
  assert.equal(writer.queues.size, 0);
});

test("a note of five million signs is edited at both ends", async (t) => {
  const text = "ligne de texte 🗂️\n".repeat(280000);
  const { world, edit } = await staged(t, { [NOTE]: text });
  const view = await opened(world, NOTE);
  assert.equal(await edit(text, [0, 1, "L"], [text.length - 1, text.length, "!\n"]), "applied");
  const made = view.getViewData();
  assert.equal(made.length, text.length + 1);
  assert.ok(made.startsWith("Ligne") && made.endsWith("🗂️!\n"));
});
