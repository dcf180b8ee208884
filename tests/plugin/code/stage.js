"use strict";

/** What the tests of the plugin's code stand on: a folder that goes away, the app in real time, and a daemon. */

const assert = require("node:assert/strict");
const { execFile, spawn } = require("node:child_process");
const crypto = require("node:crypto");
const { once } = require("node:events");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const { RealClock, Chance } = require("../double/clock.js");
const { FakeElement } = require("../double/elements.js");
const { ROOT } = require("../double/link.js");
const { World } = require("../double/world.js");

/** How often the app's file watcher looks, in milliseconds. */
const LOOK = 200;
/** So many seconds are enough for anything, on a machine that does much else. */
const PATIENCE = Number(process.env.VAULTKIT_PLUGIN_PATIENCE ?? "150");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Wait until something is so, and return what was found; `what` is for the reader of a failure. */
async function until(isSo, what, seconds = PATIENCE) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (performance.now() > end) assert.fail(`never: ${typeof what === "function" ? what() : what}`);
    await pause(20);
  }
}

/** A vault in a folder of its own with whatever runs on it, for one test; at its end nothing is left. */
class Stage {
  constructor(t) {
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "code-")));
    this.root = path.join(this.folder, "Mon coffre 🗂️");
    this.worlds = [];
    this.closing = [];
    this.faults = [];
    fs.mkdirSync(this.root);
    process.env.XDG_STATE_HOME = path.join(this.folder, "state");
    process.env.XDG_CACHE_HOME = path.join(this.folder, "cache");
    process.env.XDG_CONFIG_HOME = path.join(this.folder, "config"); // where the app would list its vaults
    t.after(() => this.end());
  }

  disk(where) {
    return fs.readFileSync(path.join(this.root, where), "utf8");
  }

  writes(where, text) {
    fs.writeFileSync(path.join(this.root, where), text);
  }

  /** Open the vault in a window of the app, with the plugin enabled. `watching`: it sees what others write. */
  async window({ storage = {}, watching = false, told = {} } = {}) {
    const failed = (error) => this.faults.push(error);
    const settings = { root: this.root, clock: new RealClock(), chance: new Chance(3), half: 0 };
    const world = new World({ ...settings, told: { failed, ...told } });
    this.worlds.push(world);
    world.menus = [];
    world.obsidian.Menu = recorded(world.obsidian.Menu, world.menus);
    world.app.start();
    await world.enable({ "vaultkit-executable": path.join(this.folder, "nothing here"), ...storage });
    world.app.workspace.ready();
    if (watching) world.looker = setInterval(() => world.app.vault.look(), LOOK);
    return world;
  }

  /** Let a daemon see that the app runs, and what it shows. */
  isSeen() {
    const file = path.join(this.folder, "obsidian");
    fs.writeFileSync(file, "#!/bin/sh\nread line\n", { mode: 0o755 });
    const standIn = spawn(file, [], { stdio: ["pipe", "ignore", "ignore"] });
    let before = "";
    const writing = setInterval(() => {
      const layout = this.worlds.length > 0 ? layoutOf(this.worlds[0].app.workspace) : "";
      if (layout !== before) this.writes(".obsidian/workspace.json", layout);
      before = layout;
    }, LOOK / 4);
    this.atEnd(() => {
      clearInterval(writing);
      standIn.stdin.end();
      return ended(standIn);
    });
  }

  /** Let something be done at the end, after the windows are closed. */
  atEnd(call) {
    this.closing.push(call);
  }

  async end() {
    const started = this.worlds.map((world) => world.plugin?.daemon.process).filter(Boolean);
    for (const world of this.worlds) {
      clearInterval(world.looker);
      world.disable();
      for (const timer of [...world.clock.timers.keys()]) world.clock.clear(timer);
    }
    for (const call of this.closing.reverse()) await call();
    for (const child of started) await ended(child);
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    assert.deepEqual(this.faults, []);
  }
}

/** Return what the app writes of its tabs. */
function layoutOf({ leaves, activeLeaf }) {
  const shown = leaves.filter((leaf) => leaf.side === "root");
  const children = shown.map((leaf, number) => ({ id: `1eaf${number}`, type: "leaf", state: leaf.getViewState() }));
  const at = Math.max(shown.indexOf(activeLeaf), 0);
  const tabs = { id: "b0d1", type: "tabs", children, currentTab: at };
  const main = { id: "a0c1", type: "split", children: [tabs], direction: "vertical" };
  return JSON.stringify({ main, active: children[at]?.id ?? tabs.id });
}

/** Return a kind of menu that is remembered where it is shown. */
function recorded(Menu, menus) {
  return class extends Menu {
    showAtMouseEvent(event) {
      menus.push({ menu: this, event });
      return this;
    }

    showAtPosition(position) {
      menus.push({ menu: this, position });
      return this;
    }
  };
}

/** Wait until a process has ended; one that will not is killed. */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killing = setTimeout(() => child.kill("SIGKILL"), 60000);
  await once(child, "exit");
  clearTimeout(killing);
}

// What a person does

/** Open a note in a tab; as a new one with "tab". */
async function opened(world, where, how = "tab") {
  const leaf = world.app.workspace.getLeaf(how);
  await leaf.openFile(world.app.vault.getFileByPath(where));
  return leaf.view;
}

/** Write over a stretch of an open text as a person does: nothing is saved yet. */
function types(world, view, text, from, to = from) {
  const selection = { anchor: from + text.length };
  world.byUser(() => view.cm.dispatch({ changes: { from, to, insert: text }, selection, userEvent: "input.type" }));
}

/** Write something else in the place of what stands in an open text. */
function rewords(world, view, before, after) {
  const from = view.getViewData().indexOf(before);
  assert.notEqual(from, -1, before);
  types(world, view, after, from, from + before.length);
}

// The daemon

/** Put a program `vaultkit` into the folder of a stage; return its path. */
function programOf(stage) {
  const file = path.join(stage.folder, "vaultkit");
  const python = process.env.VAULTKIT_PYTHON ?? "python3";
  process.env.PYTHONPATH = ROOT;
  fs.writeFileSync(file, `#!/bin/sh\nexec "${python}" -m vaultkit "$@"\n`, { mode: 0o755 });
  return file;
}

/** Run vaultkit beside the app; return how it ended and what it printed. */
function runs(stage, ...words) {
  const { promise, done } = waited();
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  execFile(programOf(stage), words, { cwd: stage.folder, env }, (error, printed, said) =>
    done({ code: error === null ? 0 : error.code, printed, said }),
  );
  return promise;
}

/** Start `vaultkit watch` outside the app. */
function watches(stage) {
  const child = spawn(programOf(stage), ["watch", "--vault", stage.root], { cwd: stage.folder, stdio: "ignore" });
  stage.atEnd(() => {
    child.kill();
    return ended(child);
  });
  return child;
}

/** A daemon that is played: `answers` has what it does for a method, else it has nothing to tell. */
class PlayedDaemon {
  constructor(stage, answers = {}) {
    this.answers = answers;
    this.clients = [];
    this.heard = [];
    this.asked = new Map();
    this.lastId = 0;
    const digest = crypto.createHash("sha256").update(stage.root).digest("hex").slice(0, 12);
    this.address = path.join(stage.folder, "state", "vaultkit", digest, "s");
    fs.mkdirSync(path.dirname(this.address), { recursive: true });
    this.server = net.createServer((socket) => this.#came(socket));
    stage.atEnd(() => this.stop());
  }

  async listen() {
    this.server.listen(this.address);
    await once(this.server, "listening");
    return this;
  }

  stop() {
    this.server.close();
    for (const client of this.clients) client.destroy();
  }

  /** The connection that came last. */
  get client() {
    return this.clients.at(-1);
  }

  say(said, client = this.client) {
    client.write(`${JSON.stringify({ jsonrpc: "2.0", ...said })}\n`);
  }

  /** Ask the plugin; return its whole answer. */
  ask(method, params = {}) {
    const id = ++this.lastId;
    const { promise, done } = waited();
    this.asked.set(id, done);
    this.say({ id, method, params });
    return promise;
  }

  #came(socket) {
    this.clients.push(socket);
    socket.on("error", () => {});
    let held = "";
    socket.setEncoding("utf8").on("data", (data) => {
      const lines = (held + data).split("\n");
      held = lines.pop();
      for (const line of lines) this.#take(JSON.parse(line), socket);
    });
  }

  #take(said, socket) {
    if (said.method === undefined) {
      this.asked.get(said.id)?.(said);
      return;
    }
    this.heard.push(said.method);
    const answer = this.answers[said.method] ?? USUAL[said.method] ?? (() => ({ result: {} }));
    const made = answer(said.params);
    if (made !== null) this.say({ id: said.id, ...made }, socket);
  }
}

const USUAL = {
  hello: ({ vault }) => ({ result: { protocol: 1, version: "0.1.0", vault, matches: true, pid: 1 } }),
  status: () => ({ result: { batches: 1, waiting: [], degraded: [], counts: {}, version: "0.1.0" } }),
  diagnostics: () => ({ result: { diagnostics: [] } }),
};

function waited() {
  let done;
  const promise = new Promise((resolve) => (done = resolve));
  return { promise, done };
}

module.exports = {
  FakeElement, PlayedDaemon, Stage, ended, opened, pause, programOf, rewords, runs, types, until, waited, watches,
};
