"use strict";

/** The double against specs/obsidian.md §9.3, one observation a test. */

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test, beforeEach, afterEach } = require("node:test");
const { VirtualClock, Chance } = require("./clock.js");
const { World } = require("./world.js");

const NOTE = "Note.md";
const DURING = 0.2;

let world;
let told;

beforeEach(() => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "double-"));
  fs.writeFileSync(path.join(root, NOTE), "one\ntwo\n");
  told = { merged: [], reloaded: [], edited: [] };
  world = new World({
    root,
    clock: new VirtualClock(),
    chance: new Chance(1),
    half: 0,
    told: {
      failed: (error) => assert.fail(error),
      merged: (seen) => told.merged.push(seen),
      reloaded: (seen) => told.reloaded.push(seen),
      edited: (...seen) => told.edited.push(seen),
    },
  });
  world.touched(path.join(root, NOTE));
  world.app.start();
});

afterEach(() => fs.rmSync(world.root, { recursive: true }));

const disk = (name = NOTE) => fs.readFileSync(path.join(world.root, name), "utf8");

/** Let time go by. */
async function passes(seconds) {
  const { clock } = world;
  const end = clock.now + seconds;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.next() > end) break;
    clock.now = Math.max(clock.now, clock.next());
    clock.fire();
  }
  clock.now = end;
}

async function opened(how = false) {
  const leaf = world.app.workspace.getLeaf(how);
  void leaf.openFile(world.app.vault.getFileByPath(NOTE));
  await passes(0.1);
  return leaf.view;
}

function types(view, text) {
  const at = view.editor.getValue().length;
  world.byUser(() => view.cm.dispatch({ changes: { from: at, insert: text }, userEvent: "input.type" }));
}

/** Write the note as another program does. */
function writes(text, mtime) {
  const file = path.join(world.root, NOTE);
  fs.writeFileSync(file, text);
  const at = mtime ?? world.clock.wall() / 1000;
  fs.utimesSync(file, at, at);
  world.app.vault.look();
}

test("A.1 a buffer is saved two seconds after the first edit, and typing on does not move that moment", async () => {
  const view = await opened();
  for (const sign of "abcd") {
    types(view, sign);
    await passes(0.49);
  }
  assert.equal(disk(), "one\ntwo\n");
  await passes(DURING);
  assert.equal(disk(), "one\ntwo\nabcd");
});

test("A.2 closing a tab saves it", async () => {
  const view = await opened();
  types(view, "x");
  void view.leaf.close();
  await passes(DURING);
  assert.equal(disk(), "one\ntwo\nx");
});

test("A.3 a save does not look at what was written meanwhile", async () => {
  const view = await opened();
  types(view, "mine");
  fs.writeFileSync(path.join(world.root, NOTE), "theirs"); // no event yet
  await passes(2.1);
  assert.equal(disk(), "one\ntwo\nmine");
});

test("B.1 a write of the same size with the old time is never seen", async () => {
  const view = await opened();
  writes("ONE\ntwo\n", fs.statSync(path.join(world.root, NOTE)).mtimeMs / 1000);
  await passes(100);
  assert.equal(view.getViewData(), "one\ntwo\n");
});

test("C a clean buffer takes what another program wrote, and undo can go back over it", async () => {
  const view = await opened();
  writes("one\nmore\ntwo\n");
  await passes(70);
  assert.equal(view.getViewData(), "one\nmore\ntwo\n");
  assert.equal(told.reloaded.length, 1);
  view.editor.undo();
  assert.equal(view.getViewData(), "one\ntwo\n");
});

test("C a dirty buffer is merged, with a notice, and saved", async () => {
  const view = await opened();
  types(view, "mine\n");
  world.lag = () => 0.5;
  writes("theirs\none\ntwo\n");
  await passes(5);
  assert.equal(disk(), "theirs\none\ntwo\nmine\n");
  assert.deepEqual(world.app.notices, ['"Note" has been modified externally, merging changes automatically.']);
  assert.equal(told.merged.length, 1);
});

test("D the merge garbles a property that both changed", async () => {
  fs.writeFileSync(path.join(world.root, NOTE), "---\nstatus: todo\n---\n");
  world.app.vault.load();
  const view = await opened();
  world.byUser(() => view.cm.dispatch({ changes: { from: 12, to: 16, insert: "doing" } }));
  world.lag = () => 0.5;
  writes("---\nstatus: done\n---\n");
  await passes(5);
  assert.equal(disk(), "---\nstatus: ingdone\n---\n");
});

test("C two tabs of a note have buffers of their own, which meet on the disk", async () => {
  const one = await opened();
  const two = await opened("tab");
  types(one, "x");
  assert.equal(two.getViewData(), "one\ntwo\n");
  await passes(2.2);
  assert.equal(two.getViewData(), "one\ntwo\nx");
  assert.equal(told.merged.length, 0);
});

test("an embedded editor has a buffer that no leaf knows of", async () => {
  void world.app.workspace.embed(world.app.vault.getFileByPath(NOTE));
  await passes(DURING);
  const [embedded] = world.app.workspace.embedded;
  assert.equal(world.app.workspace.getLeavesOfType("markdown").length, 0);
  types(embedded, "x");
  await passes(2.2);
  assert.equal(disk(), "one\ntwo\nx");
});

test("what is edited behind the reading view is lost", async () => {
  const view = await opened();
  void view.setMode("preview");
  await passes(DURING);
  view.editor.setValue("behind");
  await passes(3);
  assert.equal(disk(), "one\ntwo\n");
});

test("deleting a note closes its tab", async () => {
  const view = await opened();
  fs.rmSync(path.join(world.root, NOTE));
  world.app.vault.look();
  await passes(70);
  assert.equal(view.closed, true);
  assert.equal(world.app.workspace.activeLeaf, null);
});

test("the editor holds LF, and saves LF", async () => {
  fs.writeFileSync(path.join(world.root, NOTE), "one\r\ntwo\r\n");
  world.app.vault.load();
  const view = await opened();
  assert.equal(view.getViewData(), "one\ntwo\n");
  types(view, "x");
  await passes(2.2);
  assert.equal(disk(), "one\ntwo\nx");
});
