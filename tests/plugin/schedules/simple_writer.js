"use strict";

const { createHash } = require("node:crypto");
const { isolateHistory } = require("@codemirror/commands");

/** What a writer may do wrong, each of which the judge has to find. */
const CARELESS = {
  dirty: "writes while something is unsaved",
  blind: "does not compare before it writes",
  other: "edits one of two buffers of a note",
  joined: "lets its edit become part of what the person types",
  whole: "puts a whole new text in the place of the old one",
};

/**
 * The smallest writer that keeps to the protocol, to try the double and the judge on: with `carelessness` it
 * breaks one rule. The proof is about the plugin's real code; this only shows that the proof can fail.
 */
function simpleWriter(world, carelessness = null) {
  const { net } = world.modules;
  const { workspace, vault } = world.app;
  let ended = false;
  let socket = null;

  const say = (message) => socket.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const connect = () => {
    if (ended) return;
    let held = "";
    socket = net.connect(world.root);
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("close", () => world.clock.setTimeout(connect, 1000));
    socket.on("connect", () =>
      say({ id: 1, method: "hello", params: { protocol: 1, version: "0", vault: world.root } }),
    );
    socket.on("data", (data) => {
      const lines = (held + data).split("\n");
      held = lines.pop();
      for (const line of lines) void hear(JSON.parse(line));
    });
  };
  const claim = () => say({ id: 2, method: "writer/claim", params: {} });
  const hear = async (said) => {
    if (said.id === 1 && said.result) claim();
    else if (said.id === 2 && said.error) world.clock.setTimeout(() => ended || claim(), 3000);
    else if (said.method === "writer/lost") world.clock.setTimeout(() => ended || claim(), 3000);
    else if (said.method === "ping") say({ id: said.id, result: true });
    else if (said.method === "edit") {
      const mine = socket;
      const status = await edit(said.params, () => mine === socket && !ended && !mine.destroyed);
      if (mine === socket && !mine.destroyed) say({ id: said.id, result: { status } });
    }
  };

  const edit = async ({ path, textDigest, edits }, isWanted) => {
    const file = vault.getFileByPath(path);
    if (file === null) return "refused";
    const disk = (await vault.read(file)).replace(/\r\n/g, "\n");
    if (!isWanted()) return "later";
    const texts = workspace.texts().filter((text) => text.file === file);
    const isDirty = (text) => text.getViewData() !== disk || text.saving || text.cm.composing;
    if (carelessness !== "dirty" && texts.some(isDirty)) return "later";
    if (carelessness !== "blind" && digest(disk) !== textDigest) return "refused";
    let editors = texts.filter((text) => text.getMode() === "source");
    if (carelessness === "other") editors = editors.slice(0, 1);
    if (editors.length === texts.length || carelessness === "other") {
      for (const text of editors) change(text, edits);
      if (editors.length > 0) return "applied";
    }
    if (editors.length > 0) return "later";
    let status = "refused";
    await vault.process(file, (text) => {
      const newline = text.includes("\r\n") ? "\r\n" : "\n";
      const plain = text.replace(/\r\n/g, "\n");
      if (workspace.texts().some((each) => each.file === file && isDirty(each))) {
        status = "later";
        return text;
      }
      if (digest(plain) !== textDigest) return text;
      status = "applied";
      return edited(plain, edits).replaceAll("\n", newline);
    });
    return status;
  };

  const change = (text, edits) => {
    const before = text.editor.getValue();
    const changes =
      carelessness === "whole"
        ? { from: 0, to: before.length, insert: edited(before, edits) }
        : edits.map(({ start, end, text: insert }) => ({ from: start, to: end, insert }));
    text.cm.dispatch({ changes, annotations: carelessness === "joined" ? [] : isolateHistory.of("full") });
  };

  connect();
  return {
    unload() {
      ended = true;
      socket?.destroy();
    },
  };
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

function edited(text, edits) {
  let after = text;
  for (const { start, end, text: insert } of edits.toReversed())
    after = after.slice(0, start) + insert + after.slice(end);
  return after;
}

module.exports = { simpleWriter, CARELESS };
