"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { Events, Component } = require("./events.js");
const { FakeElement, globals } = require("./elements.js");
const { App } = require("./app.js");
const { moduleOf } = require("./obsidian.js");

const PLUGIN = path.resolve(__dirname, "../../../vaultkit/plugin");
const NAMES = [
  "exports", "require", "module", "window", "activeWindow", "document", "activeDocument", "navigator",
  "setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance", "process", "console",
  ...Object.keys(globals),
];

/** How long the app's disk takes, in seconds, from the least to the most. */
const PAUSES = { read: [0.0002, 0.003], write: [0.0005, 0.005], half: [0.0005, 0.003] };

/**
 * One run of the app on a real folder. `told` hears what happens to buffers: `edited`, `reloaded`, `merged`,
 * `processed`, `failed`. With a virtual clock files get its times.
 */
class World {
  constructor({ root, clock, chance, told, modules = {}, half = 0.1, pauses = PAUSES }) {
    Object.assign(this, { root, clock, chance, told, modules, half, pauses });
    this.apiVersion = "1.13.1";
    this.language = "fr";
    this.storage = new Map();
    this.data = new Map();
    this.modals = [];
    this.said = [];
    this.saves = new Map();
    this.user = 0;
    this.counts = { saves: 0, reloads: 0, merges: 0, overlaps: 0, processed: 0, dropped: 0 };
    Events.failed = (error) => told.failed(error);
    Component.clearInterval = (id) => clock.clear(id);
    this.app = new App(this);
    this.obsidian = moduleOf(this);
    this.plugin = null;
    this.paused = false;
  }

  element(tag) {
    return new FakeElement(tag);
  }

  // What the double asks

  async pause(kind) {
    const [least, most] = this.pauses[kind];
    await this.clock.wait(this.chance.uniform(least, most));
  }

  mayHalve() {
    return this.chance.random() < this.half;
  }

  lag() {
    const slow = this.clock.isVirtual && this.chance.random() < 0.03;
    return slow ? this.chance.uniform(2, 60) : this.chance.uniform(0.1, 2);
  }

  /** Give a file that the app wrote the time of this world, if that is not the machine's. */
  touched(file, mtime) {
    if (this.clock.isVirtual) {
      const least = fs.statSync(file).mtimeMs + 1;
      const at = (mtime ?? Math.max(this.clock.wall(), this.lastMtime?.get(file) ?? 0)) / 1000;
      this.lastMtime ??= new Map();
      this.lastMtime.set(file, at * 1000 + 1);
      fs.utimesSync(file, at, at);
      void least;
    }
    this.told.wrote?.(file);
  }

  // What the double tells

  /** Do something that counts as the person's own deed in every buffer it changes. */
  byUser(deed) {
    this.user += 1;
    try {
      return deed();
    } finally {
      this.user -= 1;
    }
  }

  edited(text, update, loading) {
    this.told.edited?.(text, update, loading ? "load" : this.user > 0 ? "user" : "plugin");
  }

  reloaded(seen) {
    this.counts.reloads += 1;
    this.told.reloaded?.(seen);
  }

  merged(seen) {
    this.counts.merges += 1;
    this.counts.dropped += seen.dropped;
    this.told.merged?.(seen);
  }

  processed(where) {
    this.counts.processed += 1;
    this.told.processed?.(where);
  }

  // The plugin

  /** Load the plugin's real code, as the app does, and enable it. */
  async enable(storage = {}) {
    for (const [key, value] of Object.entries(storage)) this.storage.set(key, value);
    const manifest = JSON.parse(fs.readFileSync(path.join(PLUGIN, "manifest.json"), "utf8"));
    const Made = this.load(path.join(PLUGIN, "main.js"));
    this.plugin = new Made(this.app, { ...manifest, dir: `.obsidian/plugins/${manifest.id}` });
    await this.plugin.load();
    return this.plugin;
  }

  disable() {
    this.plugin?.unload();
    this.plugin = null;
  }

  load(file) {
    const code = code_of(file);
    const module = { exports: {} };
    const require_ = (name) => {
      const plain = name.replace(/^node:/, "");
      if (plain === "obsidian") return this.obsidian;
      return this.modules[plain] ?? require(plain);
    };
    const { clock } = this;
    class WorldDate extends Date {
      constructor(...given) {
        super(...(given.length > 0 ? given : [clock.wall()]));
      }

      static now() {
        return clock.wall();
      }
    }
    const timers = {
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clear,
      setInterval: clock.setInterval,
      clearInterval: clock.clear,
      performance: { now: () => clock.now * 1000 },
    };
    const { document } = FakeElement;
    const window = { ...timers, ...globals, document, navigator: { language: this.language }, require: require_ };
    Object.assign(window, {
      window,
      addEventListener() {},
      removeEventListener() {},
      requestAnimationFrame: (call) => clock.setTimeout(() => call(clock.now * 1000), 16),
      cancelAnimationFrame: clock.clear,
      getComputedStyle: () => ({ getPropertyValue: () => "" }),
      queueMicrotask,
      localStorage: { getItem: () => null, setItem() {} },
    });
    FakeElement.window = window;
    document.defaultView = window;
    const say = (...words) => this.said.push(words.map(String).join(" "));
    const values = {
      ...timers,
      ...globals,
      exports: module.exports,
      require: require_,
      module,
      window,
      activeWindow: window,
      document,
      activeDocument: document,
      navigator: window.navigator,
      Date: WorldDate,
      process,
      console: { log: say, debug: say, info: say, warn: say, error: say },
    };
    code(...NAMES.map((name) => values[name]));
    const made = module.exports.default ?? module.exports;
    return made;
  }
}

const compiled = new Map();

function code_of(file) {
  if (!compiled.has(file))
    compiled.set(file, vm.compileFunction(fs.readFileSync(file, "utf8"), NAMES, { filename: file }));
  return compiled.get(file);
}

module.exports = { World, PLUGIN };
