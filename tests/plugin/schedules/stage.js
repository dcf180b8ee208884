"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { VirtualClock, Chance } = require("../double/clock.js");
const { Link } = require("../double/link.js");
const { World } = require("../double/world.js");
const { Judge } = require("./judge.js");
const { Meddler } = require("./meddling.js");
const { modulesOf } = require("./modules.js");
const { Typist, DEEDS } = require("./typist.js");
const away = require("./away.js");

/** How a schedule is played. `without` names deeds that are left out, `more` those
 * that come more often, `plugin` another plugin than the real one. */
const RULES = { deeds: 20, crlf: false, without: [], more: {}, plugin: null, half: 0.1, meddling: 0.35, strict: false, slow: false, quiet: null, name: "Coffre 🗂️ du cabinet" };

/** A disk that is far away, in seconds. */
const SLOW = { read: [0.01, 0.2], write: [0.02, 0.6], half: [0.005, 0.1] };

/** One schedule: a real folder, a virtual clock, the app with the real plugin, the real daemon, a person. */
class Stage {
  constructor(engine, folder, seed, rules = {}) {
    this.engine = engine;
    this.folder = folder;
    this.seed = seed;
    this.rules = { ...RULES, ...rules };
    this.chance = new Chance(seed);
    this.clock = new VirtualClock();
    this.link = new Link(this.clock, this.chance);
    this.faults = [];
    this.typist = new Typist(this);
    this.judge = new Judge(this);
    this.meddler = new Meddler(this);
    this.pace = 1;
    this.world = null;
    this.storage = new Map();
    this.engineDue = Infinity;
    this.touched = false;
    this.renaming = 0;
    this.layoutTimer = null;
    this.appCounts = { saves: 0, overlaps: 0 };
  }

  fault(what) {
    this.faults.push(`at ${this.clock.now.toFixed(3)}: ${what}`);
    this.typist.say(`FAULT ${what.split("\n")[0]}`);
  }

  /** Whether a client writes for the daemon. */
  get hasWriter() {
    return this.link.open && this.world?.plugin !== null && this.link.sockets.size > 0;
  }

  // Playing

  async play() {
    const { now, epoch } = this.clock;
    const given = { folder: this.folder, seed: this.seed, now, epoch, ...this.rules };
    delete given.plugin;
    const { root } = await this.engine.ask("begin", given);
    this.root = root;
    process.env.XDG_STATE_HOME = path.join(this.folder, "state");
    await this.startDaemon();
    await this.opens();
    const life = this.typist.life();
    for (let deed = 0; deed < this.rules.deeds * 12 && this.faults.length === 0; deed++) {
      await this.lets(life.next().value);
      if (this.typist.trace.length > this.rules.deeds * 8) break;
    }
    if (this.faults.length === 0) await this.ends();
    await this.quits();
    return this;
  }

  /** Let time go by, wait for something that takes a while, or let the stage itself do something. */
  async lets(pause) {
    if (typeof pause === "number") {
      await this.advance(this.clock.now + pause);
      return;
    }
    if (typeof pause === "function") {
      await pause();
      return;
    }
    let done = false;
    const over = () => (done = true);
    Promise.resolve(pause).then(over, (error) => {
      over();
      this.fault(`thrown: ${error?.stack ?? error}`);
    });
    await this.advance(this.clock.now + 120, () => done);
    if (!done) this.fault("what the person waits for never ends");
  }

  async advance(until, done = () => false) {
    const limit = this.faults.length + 1;
    while (this.faults.length < limit) {
      await drained();
      if (done()) return;
      const isNow = this.touched || this.link.input.length > 0;
      const next = isNow ? this.clock.now : Math.min(this.clock.next(), this.engineDue);
      if (next > until) break;
      this.clock.now = Math.max(this.clock.now, next);
      if (isNow || this.engineDue <= this.clock.now) await this.turn();
      else this.clock.fire();
    }
    this.clock.now = Math.max(this.clock.now, Math.min(until, this.clock.next()));
  }

  /** Let the engine do what is due. */
  async turn() {
    this.touched = false;
    const input = this.link.input.splice(0);
    const said = await this.engine.ask("turn", { now: this.clock.now, input }).catch((error) => {
      this.fault(error.message);
      return { due: null, changed: [], output: [] };
    });
    this.engineDue = Math.max(said.due ?? Infinity, this.clock.now + 1e-6);
    for (const where of said.changed) {
      this.judge.wrote(where, "daemon");
      this.typist.say(`DAEMON writes ${where}`);
    }
    this.link.take(said.output);
    for (const [, text] of said.output) this.meddle(text);
    if (said.changed.length > 0) this.world?.app.vault.look();
  }

  /** Let the person be where an edit is about to be made. */
  meddle(text) {
    if (this.world === null || !text?.includes('"method":"edit"')) return;
    const [, where] = /"path":("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
    if (where) this.meddler.asked(JSON.parse(where));
  }

  // The daemon and the app

  async startDaemon() {
    const { due } = await this.engine.ask("start", { now: this.clock.now });
    this.engineDue = due;
    this.link.open = true;
  }

  async killDaemon(how = "kill") {
    await this.engine.ask(how, { now: this.clock.now });
    this.link.broken();
    this.engineDue = Infinity;
  }

  /** Start the app, with its tabs and its plugin. */
  async opens() {
    await this.shows(true);
    this.world = new World({
      root: this.root,
      clock: this.clock,
      chance: this.chance,
      half: this.rules.half,
      ...(this.rules.slow ? { pauses: SLOW } : {}),
      modules: this.modules(),
      told: {
        edited: (text, update, by) => this.judge.edited(text, update, by),
        reloaded: (seen) => this.judge.reloaded(seen),
        merged: (seen) => this.judge.merged(seen),
        failed: (error) => this.judge.failed(error),
        processed: (where) => this.processing.set(where, (this.processing.get(where) ?? 0) + 1),
        wrote: (file) => this.wroteFile(file),
      },
    });
    this.processing = new Map();
    this.world.storage = this.storage;
    const { app } = this.world;
    app.start();
    for (const where of this.notesOnDisk()) if (!this.judge.disk.has(where)) this.judge.wrote(where, "outside");
    for (const where of this.tabs ?? []) {
      const file = app.vault.getFileByPath(where);
      if (file !== null) app.workspace.defer(file);
    }
    for (const name of ["layout-change", "active-leaf-change"])
      app.workspace.on(name, () => {
        this.layoutTimer ??= this.clock.setTimeout(() => this.writeLayout(), this.chance.uniform(1000, 3000));
      });
    await this.enables();
    app.workspace.ready();
    await drained();
  }

  /** The modules of Node that the plugin gets. */
  modules() {
    return modulesOf(this.link, () => false);
  }

  async enables() {
    if (this.rules.plugin) this.world.plugin = this.rules.plugin(this.world);
    else await this.lets(this.world.enable());
  }

  /** Save everything and end the app. */
  async quits() {
    if (this.world === null) return;
    const { app } = this.world;
    this.tabs = app.workspace.leaves.map((leaf) => leaf.view.getState().file).filter(Boolean);
    app.workspace.trigger("quit", { add() {}, addPromise() {} });
    await this.lets(Promise.all(app.workspace.texts().map((text) => text.save())));
    this.writeLayout();
    for (const name of ["saves", "overlaps"]) this.appCounts[name] += this.world.counts[name];
    this.world.disable();
    await this.lets(0.02);
    await this.lets(app.vault.adapter.queue);
    for (const text of app.workspace.texts()) text.end();
    for (const timer of app.vault.due.values()) this.clock.clear(timer);
    app.vault.heard = app.workspace.heard = [];
    this.clock.clear(this.layoutTimer);
    this.layoutTimer = null;
    this.world = null;
    await this.shows(false);
  }

  /** Let the daemon's machine have a process of the app, or none. */
  async shows(running) {
    if (this.clock.isVirtual) await this.engine.ask("shown", { running, now: this.clock.now });
  }

  wroteFile(file) {
    this.touched = true;
    const where = path.relative(this.root, file).split(path.sep).join("/");
    this.judge.wrote(where, this.world?.saves.get(where) > 0 ? "app" : "plugin");
  }

  writeLayout() {
    this.clock.clear(this.layoutTimer);
    this.layoutTimer = null;
    const { workspace } = this.world.app;
    const roots = workspace.leaves.filter((leaf) => leaf.side === "root");
    const leaves = roots.map((leaf, number) => ({
      id: `1eaf${number}`,
      type: "leaf",
      state: { type: leaf.view.getViewType(), state: leaf.view.getState() },
    }));
    const at = Math.max(roots.indexOf(workspace.activeLeaf), 0);
    const tabs = { id: "b0d1", type: "tabs", children: leaves, currentTab: at };
    const layout = {
      main: { id: "a0c1", type: "split", children: [tabs], direction: "vertical" },
      active: leaves[at]?.id ?? "b0d1",
    };
    fs.writeFileSync(path.join(this.root, ".obsidian/workspace.json"), JSON.stringify(layout));
  }

  // What the person asks of the stage

  notesOnDisk() {
    return fs
      .readdirSync(this.root)
      .filter((name) => name.endsWith(".md") && !name.startsWith("."))
      .map((name) => name.normalize("NFC"))
      .sort();
  }

  /** What a person does and what happens to them, with weights, but for what the rules leave out. */
  deeds() {
    const own = Object.entries(DEEDS).map(([name, weight]) => [() => this.typist[name](), weight, name]);
    const around = Object.entries(away.DEEDS).map(([name, [deed, weight]]) => [() => deed(this), weight, name]);
    return [...own, ...around]
      .filter(([, , name]) => !this.rules.without.includes(name))
      .map(([deed, weight, name]) => [deed, weight * (this.rules.more[name] ?? 1), name]);
  }

  /** Whether the person may type: no other buffer of the note holds something of theirs that this one lacks. */
  mayEdit(text) {
    if (text.closed || text.file === null || text.file.deleted) return false;
    const others = this.world.app.workspace.texts().filter((each) => each !== text && each.file === text.file);
    const differs = (each) => each.getViewData() !== text.getViewData();
    text.stale ??= others.some((each) => each.mine && differs(each)); // shown before the other was saved
    if (text.stale) {
      if (others.some(differs)) return false;
      text.stale = false;
    }
    return !others.some((each) => each.mine && (each.dirty || each.saving));
  }

  userEdited(text) {
    text.mine = true;
    for (const other of this.world.app.workspace.texts())
      if (other !== text && other.file === text.file) other.stale = true;
  }

  // The end

  /** Wait until nobody has anything to do, and look at what stands then. */
  async ends() {
    if (!this.link.open) await this.startDaemon();
    this.link.thaw();
    if (this.world === null) await this.opens();
    if (this.world.plugin === null) await this.enables();
    for (const text of this.world.app.workspace.texts()) text.cm.isComposing = false;
    this.rules.meddling = 0;
    await this.rests(200);
    await this.rests(0, true);
    const sources = this.notesOnDisk().filter((where) => !/^(Synth|Accueil)/.test(where));
    for (const pause of this.typist.focuses(this.chance.one(sources), { second: true })) await this.lets(pause);
    const standing = await this.rests(20000);
    if (standing === null) return; // a fault was found meanwhile
    const before = this.snapshot();
    await this.advance(this.clock.now + 900);
    if (JSON.stringify(this.snapshot()) !== JSON.stringify(before)) this.fault("written with nobody there");
    this.judge.atRest();
    const judged = await this.engine.ask("judged");
    for (const each of judged.faults) this.fault(`${each}; writer ${standing.writer}`);
  }

  /** Wait until nothing waits, so many seconds at most. `seen`: look at what still waits with the note in front. */
  async rests(most, seen = false) {
    const end = this.clock.now + most;
    for (let pause = 60; this.faults.length === 0; pause *= 1.5) {
      await this.advance(Math.min(end, this.clock.now + pause));
      const standing = await this.engine.ask("standing");
      const quiet = this.world.app.workspace.texts().every((text) => !text.dirty && !text.saving);
      if ((standing.resting && quiet) || this.clock.now >= end) {
        if (seen) this.judge.inFront(standing);
        return standing;
      }
    }
    return null;
  }

  snapshot() {
    return this.notesOnDisk().map((where) => {
      const file = path.join(this.root, where);
      return [where, fs.statSync(file).mtimeMs, fs.readFileSync(file, "utf8")];
    });
  }
}

/** Let everything happen that waits for no time. */
function drained() {
  return new Promise((resolve) => setImmediate(resolve));
}

module.exports = { Stage, RULES, drained };
