"use strict";

/**
 * Two clocks with one face: a virtual one that stands still until it is moved, and the machine's own.
 * Times are seconds; timers take milliseconds, as in a browser, and are known by numbers.
 */

/** A clock that is moved by hand: whoever moves it calls `fire` for what is due. */
class VirtualClock {
  constructor(now = 1000, epoch = Date.UTC(2031, 0, 6) / 1000) {
    this.now = now;
    this.epoch = epoch;
    this.isVirtual = true;
    /** @type {Map<number, {id: number, at: number, every: number | null, call: () => void}>} */
    this.timers = new Map();
    this.lastId = 0;
    this.setTimeout = this.setTimeout.bind(this);
    this.setInterval = this.setInterval.bind(this);
    this.clear = this.clear.bind(this);
  }

  /** The milliseconds since 1970. */
  wall() {
    return (this.epoch + this.now) * 1000;
  }

  setTimeout(call, milliseconds = 0, ...given) {
    return this.#add(() => call(...given), Math.max(Number(milliseconds) || 0, 0) / 1000, null);
  }

  setInterval(call, milliseconds = 0, ...given) {
    const every = Math.max(Number(milliseconds) || 0, 1) / 1000;
    return this.#add(() => call(...given), every, every);
  }

  clear(id) {
    this.timers.delete(id);
  }

  /** Return a promise that is kept after so many seconds. */
  wait(seconds) {
    return new Promise((resolve) => this.setTimeout(resolve, seconds * 1000));
  }

  /** Return when the next timer is due, Infinity if there is none. */
  next() {
    let next = Infinity;
    for (const timer of this.timers.values()) next = Math.min(next, timer.at);
    return next;
  }

  /** Run the timer that is due first, if one is due now; return whether there was one. */
  fire() {
    let first = null;
    for (const timer of this.timers.values()) {
      if (timer.at > this.now) continue;
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.id < first.id)) first = timer;
    }
    if (first === null) return false;
    if (first.every === null) this.timers.delete(first.id);
    else first.at = Math.max(first.at + first.every, this.now);
    first.call();
    return true;
  }

  #add(call, seconds, every) {
    const id = ++this.lastId;
    this.timers.set(id, { id, at: this.now + seconds, every, call });
    return id;
  }
}

/** The machine's clock. */
class RealClock {
  constructor() {
    this.isVirtual = false;
    this.timers = new Map();
    this.lastId = 0;
    this.setTimeout = this.setTimeout.bind(this);
    this.setInterval = this.setInterval.bind(this);
    this.clear = this.clear.bind(this);
  }

  get now() {
    return performance.now() / 1000;
  }

  wall() {
    return Date.now();
  }

  setTimeout(call, milliseconds = 0, ...given) {
    const id = ++this.lastId;
    const done = () => {
      this.timers.delete(id);
      call(...given);
    };
    this.timers.set(id, setTimeout(done, milliseconds));
    return id;
  }

  setInterval(call, milliseconds = 0, ...given) {
    const id = ++this.lastId;
    this.timers.set(id, setInterval(call, milliseconds, ...given));
    return id;
  }

  clear(id) {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  wait(seconds) {
    return new Promise((resolve) => this.setTimeout(resolve, seconds * 1000));
  }
}

/** Chance that is the same for the same seed (mulberry32). */
class Chance {
  constructor(seed) {
    this.state = (seed * 0x9e3779b1) >>> 0;
    for (let turn = 0; turn < 4; turn++) this.random();
  }

  random() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  uniform(least, most) {
    return least + (most - least) * this.random();
  }

  /** Return a whole number from `least` to `most`, both included. */
  whole(least, most) {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  one(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  /** Return one of the choices of `[choice, weight]` pairs. */
  weighed(pairs) {
    let at = this.random() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of pairs) {
      at -= weight;
      if (at < 0) return choice;
    }
    return pairs[pairs.length - 1][0];
  }
}

module.exports = { VirtualClock, RealClock, Chance };
