"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { RealClock, Chance } = require("../double/clock.js");
const { ROOT } = require("../double/link.js");
const { plain } = require("../double/buffers.js");
const { Stage } = require("./stage.js");

/** How often the file watcher looks, in seconds. */
const LOOK = 0.1;

/** What stands for the link of virtual time: nothing is held back, and sockets are real. */
function realLink(stage) {
  return {
    open: false,
    frozen: false,
    input: [],
    thaw() {},
    net: () => ({ connect: () => net.connect(stage.socket) }),
  };
}

/** The same person, app and plugin in real time, beside a real `vaultkit watch` and its real socket. */
class LiveStage extends Stage {
  constructor(engine, folder, seed, rules) {
    super(engine, folder, seed, rules);
    this.clock = new RealClock();
    this.chance = new Chance(seed);
    this.link = realLink(this);
    this.pace = rules.pace ?? 0.15;
    this.log = path.join(folder, "watch.log");
    this.codes = [];
    this.daemon = null;
    this.looker = null;
  }

  get hasWriter() {
    return this.world?.plugin?.link.writer === "us";
  }

  /** Play for so many seconds. */
  async playFor(seconds) {
    const { seed, folder } = this;
    const given = { folder, seed, name: this.rules.name, quiet: this.rules.quiet };
    const { root, socket } = await this.engine.ask("vault", given);
    Object.assign(this, { root, socket });
    process.env.XDG_STATE_HOME = path.join(folder, "state");
    this.standIn();
    await this.startDaemon();
    await this.opens();
    const end = this.clock.now + seconds;
    const life = this.typist.life();
    while (this.clock.now < end && this.faults.length === 0) await this.lets(life.next().value);
    if (this.faults.length === 0) await this.ends();
    await this.quits();
    if (this.link.open) await this.killDaemon("stop");
    this.shown.kill();
  }

  async advance(until, done = () => false) {
    while (!done()) {
      const left = until - this.clock.now;
      if (left <= 0 || this.faults.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, 0.02) * 1000));
    }
  }

  /** Let a process of the app's name be there, as the daemon looks for one. */
  standIn() {
    const file = path.join(this.folder, "obsidian");
    fs.copyFileSync(spawnSync("sh", ["-c", "command -v sleep"]).stdout.toString().trim(), file);
    fs.chmodSync(file, 0o755);
    this.shown = spawn(file, ["100000"], { stdio: "ignore" });
  }

  // The daemon

  async startDaemon() {
    const told = () => (fs.existsSync(this.log) ? (fs.readFileSync(this.log, "utf8").match(/surveille|watches/g) ?? []).length : 0);
    const before = told();
    const command = ["-m", "vaultkit", "watch", this.root, "--log-format", "json", "--log-file", this.log];
    const daemon = spawn(process.env.VAULTKIT_PYTHON ?? "python3", command, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
    this.daemon = daemon;
    daemon.said = "";
    daemon.stderr.on("data", (data) => (daemon.said += data));
    daemon.on("exit", () => (daemon.isOver = true));
    await this.advance(this.clock.now + 60, () => told() > before || daemon.isOver);
    if (told() === before) this.fault(`vaultkit watch does not start: ${daemon.said}`);
    this.link.open = true;
  }

  async killDaemon(how = "kill") {
    const { daemon } = this;
    daemon.kill(how === "kill" ? "SIGKILL" : "SIGTERM");
    for (let turn = 0; turn < 1500 && !daemon.isOver; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
    if (!daemon.isOver) this.fault("vaultkit watch does not end");
    if (how === "stop") this.codes.push(daemon.exitCode);
    if (daemon.said.includes("Traceback")) this.fault(daemon.said);
    this.link.open = false;
  }

  // The app

  modules() {
    const connect = (...given) => {
      const socket = net.connect(...given);
      socket.on("data", (data) => this.meddle(String(data)));
      return socket;
    };
    return { net: { ...net, connect, createConnection: connect } };
  }

  async opens() {
    await super.opens();
    this.looker = setInterval(() => this.looks(), LOOK * 1000);
  }

  async quits() {
    clearInterval(this.looker);
    await super.quits();
  }

  /** Find what the daemon wrote: what stands on disk and was written by nobody here. */
  looks() {
    for (const where of this.notesOnDisk()) {
      const text = plain(fs.readFileSync(path.join(this.root, where), "utf8"));
      if (text === "" || text === this.judge.disk.get(where)) continue;
      this.judge.wrote(where, "daemon");
      this.typist.say(`DAEMON writes ${where}`);
    }
    this.world?.app.vault.look();
  }

  // The end

  async ends() {
    this.rules.meddling = 0;
    if (!this.link.open) await this.startDaemon();
    if (this.world === null) await this.opens();
    if (this.world.plugin === null) await this.enables();
    for (const text of this.world.app.workspace.texts()) text.cm.isComposing = false;
    const sources = this.notesOnDisk().filter((where) => !/^(Synth|Accueil)/.test(where));
    for (const pause of this.typist.focuses(sources[0], { second: true })) await this.lets(pause);
    let judged = { faults: ["never looked"] };
    for (let turn = 0; turn < 80 && judged.faults.length > 0 && this.faults.length === 0; turn++) {
      await this.advance(this.clock.now + 1.5);
      judged = await this.engine.ask("fresh", { root: this.root });
    }
    for (const each of judged.faults) this.fault(each);
    await this.advance(this.clock.now + 5);
    this.judge.atRest();
  }
}

module.exports = { LiveStage };
