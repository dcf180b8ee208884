"use strict";

/** The plugin and its socket: a daemon that is played says what it likes, and goes when it likes. */

const assert = require("node:assert/strict");
const { once } = require("node:events");
const { test } = require("node:test");
const { EditorView } = require("@codemirror/view");
const { PlayedDaemon, Stage, opened, programOf, until } = require("./stage.js");

const NOTE = "a.md";
const TEXT = "un\n";

/** Return the plugin beside a daemon with these answers; `given` goes to the window. */
async function staged(t, answers = {}, given = {}, text = TEXT) {
  const stage = new Stage(t);
  stage.writes(NOTE, text);
  stage.writes("b.md", "b\n");
  stage.writes("vaultkit.toml", "");
  const daemon = await new PlayedDaemon(stage, answers).listen();
  const world = await stage.window(given);
  const { plugin } = world;
  return { stage, world, daemon, plugin, parts: plugin.constructor.parts, notices: world.app.notices };
}

/** The same, once the plugin is connected and the writer. */
async function connected(t, ...given) {
  const made = await staged(t, ...given);
  await until(() => made.plugin.link.writer === "us", "the plugin writes");
  return made;
}

const failing = (code, data = {}) => () => ({ error: { code, message: "no", data } });

// ---------------------------------------------------------------------------------------- how it begins

test("it greets, subscribes, asks how things stand, and is the writer", async (t) => {
  const { plugin, daemon } = await connected(t);
  await until(() => plugin.board.diagnostics !== null, "findings are read");
  assert.deepEqual(daemon.heard.slice(0, 2), ["hello", "subscribe"]);
  assert.deepEqual(plugin.board.summary(), { kind: "step", number: 0 });
});

test("it finds out whether the app sees what others write", async (t) => {
  const { plugin } = await connected(t, {}, { watching: true });
  await until(() => plugin.board.sees !== null, "the app has seen it, or not");
  assert.equal(plugin.board.sees, true);
});

const OWN = { protocol: 1, version: "0.1.0", matches: true };
const GREETINGS = {
  "an older protocol": [failing(-32002, { protocol: 0 }), "old", "off"],
  "a newer protocol": [failing(-32002, { protocol: 2 }), "new", "off"],
  "another protocol without a word": [() => ({ result: { ...OWN, protocol: 2 } }), "broken", "off"],
  "an older version": [() => ({ result: { ...OWN, version: "0.0.9" } }), "old", "on"],
  "a newer version": [() => ({ result: { ...OWN, version: "0.2.0" } }), "new", "on"],
  "another vault": [() => ({ result: { ...OWN, matches: false } }), "other", "off"],
  "nonsense": [() => ({ result: 42 }), "broken", "off"],
  "nothing at all": [() => null, "broken", "off"],
};

for (const [who, [hello, kind, state]] of Object.entries(GREETINGS)) {
  test(`a daemon of ${who} is told as ${kind}`, async (t) => {
    const { plugin } = await staged(t, { hello });
    await until(() => plugin.board.trouble, "something is wrong");
    assert.equal(plugin.board.trouble.kind, kind);
    assert.equal(plugin.link.state, state);
  });
}

test("where another window writes, that is said, and it goes on asking", async (t) => {
  let isTaken = true;
  const claim = () => (isTaken ? failing(-32003, { fr: "a", en: "b" })() : { result: { claimed: true } });
  const { plugin } = await staged(t, { "writer/claim": claim });
  await until(() => plugin.board.writer === "other", "the seat is taken");
  await until(() => plugin.board.standing !== null, "the status is read");
  assert.equal(plugin.board.summary().kind, "trouble");
  assert.match(plugin.board.alerts()[0], /autre fenêtre/);
  isTaken = false;
  await until(() => plugin.board.writer === "us", "it takes over");
});

// --------------------------------------------------------------------------------------- what is said

test("what cannot be understood is passed over", async (t) => {
  const { plugin, daemon } = await connected(t);
  const junk = [
    "", "{}", "[]", "null", "42", '"x"', '{"jsonrpc":', '{"id":{},"method":3}', '{"id":1,"result":5}',
    '{"id":99999,"error":null}', '{"id":null,"error":{"code":-32700}}',
    '{"method":"status/changed","params":null}',
    '{"method":"status/changed","params":{"waiting":[null,3,{}],"degraded":[1,null],"counts":7}}',
    '{"method":"diagnostics/changed","params":[]}', '{"method":"nope","id":5}', '{"method":"edit","id":6}',
    '{"method":"edit","id":7,"params":{"path":"a.md","edits":[[],{}],"textDigest":4}}',
  ];
  for (const line of junk) daemon.client.write(`${line}\n`);
  daemon.client.write(Buffer.from([255, 254, 10]));
  const answer = await daemon.ask("ping");
  assert.deepEqual(answer.result, {});
  assert.equal(plugin.link.state, "on");
  assert.equal(daemon.clients.length, 1);
});

test("a method that it does not know is refused", async (t) => {
  const { daemon } = await connected(t);
  assert.equal((await daemon.ask("dance")).error.code, -32601);
});

test("a line without end is cut off, and it begins anew", async (t) => {
  const { plugin, daemon } = await connected(t);
  daemon.client.write(Buffer.alloc(17 << 20, 65));
  await until(() => daemon.clients.length === 2 && plugin.link.writer === "us", "a second connection");
});

test("an edit is made and answered, in signs of any length cut anywhere", async (t) => {
  const { stage, daemon, parts } = await connected(t);
  const params = { id: 1, path: NOTE, textDigest: parts.digestOf(TEXT), edits: [{ start: 0, end: 0, text: "é🗂️" }] };
  const answer = daemon.ask("ping");
  const line = Buffer.from(`${JSON.stringify({ jsonrpc: "2.0", id: 77, method: "edit", params })}\n`);
  const edited = new Promise((resolve) => daemon.asked.set(77, resolve));
  for (const byte of line) daemon.client.write(Buffer.from([byte]));
  await answer;
  assert.deepEqual((await edited).result, { status: "applied" });
  assert.equal(stage.disk(NOTE), `é🗂️${TEXT}`);
});

test("a daemon that does not know languages yet is asked for findings without", async (t) => {
  const diagnostics = (params) =>
    "language" in params ? failing(-32602)() : { result: { diagnostics: [{ code: "VK101", severity: "error" }] } };
  const { plugin } = await connected(t, { diagnostics });
  await until(() => plugin.board.diagnostics?.length === 1, "findings are read");
});

test("what a daemon cannot do is said to the person who asked", async (t) => {
  const words = { fr: "c’est non", en: "no" };
  const { plugin, notices } = await connected(t, { act: failing(-32000, words), explain: failing(-32601) });
  await plugin.act("undo", {}, null);
  await plugin.explain({ code: "VK101" });
  assert.deepEqual(notices, ["c’est non", "Cette version de vaultkit ne sait pas le faire\u00a0: la mettre à jour."]);
});

// ---------------------------------------------------------------------------------------- how it ends

test("when the connection breaks, what was asked fails, and it connects again", async (t) => {
  const { plugin, daemon } = await connected(t, { query: () => null });
  const asked = assert.rejects(plugin.link.call("query"), { code: "gone" });
  await until(() => daemon.heard.includes("query"), "the question has arrived");
  daemon.client.destroy();
  await asked;
  await until(() => daemon.clients.length === 2 && plugin.link.writer === "us", "connected again");
});

test("who loses the seat asks for it again, and edits of before are not made", async (t) => {
  const { stage, plugin, daemon, parts } = await connected(t);
  const params = { path: NOTE, textDigest: parts.digestOf(TEXT), edits: [{ start: 0, end: 0, text: "x" }] };
  daemon.say({ id: 5, method: "edit", params });
  daemon.say({ method: "writer/lost", params: { writer: "Obsidian" } });
  await until(() => plugin.link.writer === "none", "the seat is lost");
  await until(() => plugin.link.writer === "us", "it has the seat again");
  assert.equal(daemon.heard.filter((method) => method === "writer/claim").length, 2);
  assert.equal(stage.disk(NOTE), TEXT);
});

test("disabled, it hangs up, and nothing of it goes on", async (t) => {
  const { world, plugin, daemon } = await connected(t);
  const closed = once(daemon.client, "close");
  daemon.client.resume();
  world.disable();
  await closed;
  assert.equal(plugin.link.state, "off");
  await until(() => world.clock.timers.size === 0, "no timer is left");
  assert.equal(daemon.clients.length, 1);
});

test("without a daemon it says whether vaultkit is here at all", async (t) => {
  const { stage, world, plugin, daemon } = await connected(t);
  daemon.stop();
  await until(() => plugin.board.trouble?.kind === "missing", "vaultkit is missing");
  assert.deepEqual(plugin.board.summary(), { kind: "off", number: 0 });
  plugin.store("vaultkit-executable", programOf(stage));
  await until(() => plugin.board.trouble?.kind === "absent", "vaultkit is here, and watches not");
  assert.match(world.plugin.statusBar[0].textContent, /arrêté/);
});

// ------------------------------------------------------------------------------------- what is shown

test("an explanation has its first line as title, and its examples as code", async (t) => {
  const said = ["VK101 – lien rompu", "Le lien ne mène nulle part.", "  [[Nulle part]]"];
  const lines = said.map((fr) => ({ fr, en: "?" }));
  const { world, plugin } = await connected(t, { explain: () => ({ result: { lines } }) });
  await plugin.explain({ code: "VK101" });
  const [dialog] = world.modals;
  assert.equal(dialog.titleEl.textContent, said[0]);
  const drawn = dialog.contentEl.querySelectorAll(".vaultkit-line");
  assert.deepEqual(drawn.map((line) => [line.textContent, line.hasClass("is-example")]), [
    [said[1], false],
    [said[2], true],
  ]);
});

const ZONE = "# Note\n\n<!-- vaultkit:begin liens -->\n\n- [[b]]\n\n<!-- vaultkit:end liens -->\n";

/** Return an answer to `regions`: one region in `ZONE`, from these notes. */
function oneRegion(parts, sources, more = {}) {
  const [start, end] = [ZONE.indexOf("<!-- vaultkit:begin"), ZONE.length - 1];
  const [bodyStart, bodyEnd] = [ZONE.indexOf("- [[b]]"), ZONE.indexOf("<!-- vaultkit:end")];
  const region = { key: "liens", name: "liens", start, end, bodyStart, bodyEnd, stale: false, sources, kept: [] };
  return { result: { path: NOTE, textDigest: parts().digestOf(ZONE), regions: [{ ...region, ...more }] } };
}

async function withRegion(t, sources, more) {
  const made = {};
  const regions = ({ path }) => (path === NOTE ? oneRegion(() => made.parts, sources, more) : { result: {} });
  Object.assign(made, await connected(t, { regions }, {}, ZONE));
  return made;
}

/** Open the note with the region and click into it; return the view and its badge, once that is drawn. */
async function badged(world) {
  const view = await opened(world, NOTE);
  view.editor.setCursor({ line: 0, ch: 1 });
  const [found] = await until(() => badgesIn(view).length > 0 && badgesIn(view), "the badge is drawn");
  return found;
}

/** Return the badges above regions in an editor, drawn. */
function badgesIn(view) {
  const badges = [];
  for (const given of view.cm.state.facet(EditorView.decorations)) {
    const set = typeof given === "function" ? given(view.cm) : given;
    for (const at = set.iter(); at.value !== null; at.next()) {
      const { widget } = at.value.spec;
      if (widget?.notePath) badges.push({ from: at.from, badge: widget.toDOM().querySelector(".vaultkit-badge") });
    }
  }
  return badges;
}

test("a badge stands above a region in the editor, and goes to its source", async (t) => {
  const { world } = await withRegion(t, ["b.md"]);
  const { from, badge } = await badged(world);
  assert.equal(from, ZONE.indexOf("<!-- vaultkit:begin"));
  assert.equal(badge.textContent, "Généré à partir de 1 note");
  badge.click();
  await until(() => world.app.workspace.getActiveFile()?.path === "b.md", "the source is shown");
});

test("a badge in reading view stands in the section of its region alone, and goes when it is closed", async (t) => {
  const { world, plugin } = await withRegion(t, ["b.md"], { stale: true });
  const drawn = [[0, 0], [4, 4], [6, 6]].map(([lineStart, lineEnd]) => {
    const element = world.element("div");
    const getSectionInfo = () => ({ text: ZONE, lineStart, lineEnd });
    const children = [];
    const context = { sourcePath: NOTE, getSectionInfo, addChild: (child) => void (children.push(child), child.load()) };
    plugin.postProcessors[0](element, context);
    return { element, children };
  });
  const shown = () => drawn.map(({ element }) => element.querySelector(".vaultkit-badge")?.textContent ?? null);
  await until(() => shown().some(Boolean), "a badge is drawn");
  assert.deepEqual(shown(), [null, "Généré à partir de 1 note · pas à jour", null]);
  for (const { children } of drawn) for (const child of children) child.unload();
  assert.equal(plugin.regions.users.size, 0);
});

test("the menu of a badge is where the mouse is, or below the badge where a key was pressed", async (t) => {
  const { world } = await withRegion(t, ["b.md", NOTE]);
  const { badge } = await badged(world);
  badge.getBoundingClientRect = () => ({ left: 40, bottom: 60 });
  const click = (detail) => badge.dispatchEvent({ type: "click", detail, preventDefault() {} });
  click(1);
  click(0);
  const [byMouse, byKey] = world.menus;
  assert.equal(byMouse.event.detail, 1);
  assert.deepEqual(byKey.position, { x: 40, y: 60 });
  assert.deepEqual(byKey.menu.items.map((item) => item.title), ["b", "a"]);
  byKey.menu.items[0].call({});
  await until(() => world.app.workspace.getActiveFile()?.path === "b.md", "the source is shown");
});
