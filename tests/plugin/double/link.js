"use strict";

const { spawn } = require("node:child_process");
const { EventEmitter } = require("node:events");
const path = require("node:path");
const readline = require("node:readline");

const ROOT = path.resolve(__dirname, "../../..");

/** The process in which vaultkit's engine runs; it does what it is asked, one thing after the other. */
class EngineProcess {
  constructor(python = process.env.VAULTKIT_PYTHON ?? "python3") {
    const script = path.join(ROOT, "tests/plugin/schedules_engine.py");
    this.child = spawn(python, [script], {
      cwd: ROOT,
      env: { ...process.env, PYTHONPATH: ROOT },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.waiting = [];
    this.calls = 0;
    readline.createInterface({ input: this.child.stdout }).on("line", (line) => {
      const { resolve, reject } = this.waiting.shift();
      const said = JSON.parse(line);
      if (said.error) reject(new Error(said.error));
      else resolve(said);
    });
    this.child.on("exit", (code) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`the engine ended: ${code}`));
    });
  }

  ask(op, given = {}) {
    this.calls += 1;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ op, ...given })}\n`);
    });
  }

  end() {
    this.child.stdin.end();
    return new Promise((resolve) => this.child.on("exit", resolve));
  }
}

/**
 * The control socket between the plugin and a daemon, in the time of one clock: what is written arrives later,
 * cut and joined as sockets do. `frozen` holds back what comes to the client, as in an app that is suspended.
 */
class Link {
  constructor(clock, chance) {
    this.clock = clock;
    this.chance = chance;
    this.open = false;
    this.sockets = new Map();
    this.lastNumber = 0;
    this.input = [];
    this.frozen = false;
    this.held = [];
  }

  /** The module `net` of the plugin. */
  net() {
    const connect = (where, ...rest) => {
      const socket = new VirtualSocket(this, typeof where === "string" ? where : where.path);
      const call = rest.find((each) => typeof each === "function");
      if (call) socket.once("connect", call);
      return socket;
    };
    return { connect, createConnection: connect, Socket: VirtualSocket };
  }

  /** Return how long a message takes, in seconds. */
  latency() {
    return this.chance.uniform(0.0001, 0.004);
  }

  /** Take what the engine says. */
  take(output) {
    for (const [number, text] of output) {
      if (this.frozen) this.held.push([number, text]);
      else this.sockets.get(number)?.arrive(text);
    }
  }

  thaw() {
    this.frozen = false;
    for (const [number, text] of this.held.splice(0)) this.sockets.get(number)?.arrive(text);
  }

  /** The daemon is gone: all connections break. */
  broken() {
    this.open = false;
    this.input = [];
    for (const socket of this.sockets.values()) socket.arrive(null);
  }
}

class VirtualSocket extends EventEmitter {
  constructor(link, where) {
    super();
    this.link = link;
    this.path = where;
    this.number = ++link.lastNumber;
    this.connecting = true;
    this.destroyed = false;
    this.writable = true;
    this.encoding = null;
    this.bytesWritten = 0;
    this.lastArrival = 0;
    this.lastSent = 0;
    link.clock.setTimeout(() => this.#connected(), link.latency() * 1000);
  }

  #connected() {
    if (this.destroyed) return;
    this.connecting = false;
    if (!this.link.open) {
      this.writable = false;
      this.destroyed = true;
      this.emit("error", Object.assign(new Error(`connect ECONNREFUSED ${this.path}`), { code: "ECONNREFUSED" }));
      this.emit("close", true);
      return;
    }
    this.link.sockets.set(this.number, this);
    this.link.input.push(["connect", this.number]);
    this.emit("connect");
    this.emit("ready");
  }

  setEncoding(encoding) {
    this.encoding = encoding;
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  setTimeout() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  pause() {
    return this;
  }

  resume() {
    return this;
  }

  write(data, ...rest) {
    const text = typeof data === "string" ? data : Buffer.from(data).toString("utf8");
    this.bytesWritten += Buffer.byteLength(text);
    const call = rest.find((each) => typeof each === "function");
    if (this.destroyed || !this.writable) return false;
    const { clock } = this.link;
    const at = Math.max(clock.now + this.link.latency(), this.lastSent);
    this.lastSent = at;
    clock.setTimeout(
      () => {
        if (this.link.sockets.get(this.number) !== this) return;
        this.link.input.push(["data", this.number, text]);
        call?.();
      },
      (at - clock.now) * 1000,
    );
    return true;
  }

  end(data) {
    if (data) this.write(data);
    this.writable = false;
    this.#later(() => this.#gone(false), 0.004);
  }

  destroy() {
    this.writable = false;
    this.#gone(false);
    return this;
  }

  destroySoon() {
    this.end();
  }

  /** Let a text from the engine arrive, sometimes in two pieces; null is the end. */
  arrive(text) {
    if (text === null) {
      this.#later(() => {
        if (this.destroyed) return;
        this.emit("end");
        this.#gone(true);
      }, 0);
      return;
    }
    const cut = this.link.chance.random() < 0.1 ? this.link.chance.whole(1, Math.max(text.length - 1, 1)) : 0;
    for (const piece of cut > 0 ? [text.slice(0, cut), text.slice(cut)] : [text]) {
      this.#later(() => {
        if (!this.destroyed && piece !== "") this.emit("data", this.encoding ? piece : Buffer.from(piece));
      }, 0);
    }
  }

  #later(call, least) {
    const { clock } = this.link;
    const at = Math.max(clock.now + this.link.latency() + least, this.lastArrival);
    this.lastArrival = at;
    clock.setTimeout(call, (at - clock.now) * 1000);
  }

  #gone(byThem) {
    if (this.destroyed) return;
    this.destroyed = true;
    const known = this.link.sockets.delete(this.number);
    if (known && !byThem) this.link.input.push(["close", this.number]);
    this.link.clock.setTimeout(() => this.emit("close", false), 0);
  }
}

module.exports = { EngineProcess, Link, ROOT };
