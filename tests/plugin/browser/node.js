// The modules of Node that the plugin asks for, as far as drawing needs them: nothing runs, nothing connects.

const absent = () => {
  throw new Error("there is no such file");
};

export const modules = {
  child_process: { spawn: absent, execFile: absent },
  crypto: { createHash: () => new Hash() },
  fs: {
    promises: { stat: absent, access: absent, utimes: absent },
    constants: { X_OK: 1 },
    accessSync: absent,
    existsSync: () => false,
    readFileSync: absent,
    realpathSync: (folder) => folder,
    statSync: absent,
  },
  net: { connect: absent, createConnection: absent },
  os: { homedir: () => "/home/someone", platform: () => "linux" },
};

const path = {
  sep: "/",
  delimiter: ":",
  basename: (file) => file.split("/").at(-1),
  isAbsolute: (file) => file.startsWith("/"),
  join: (...parts) => parts.join("/"),
  resolve: (...parts) => parts.join("/"),
};
modules.path = { ...path, posix: path };

export const process = { env: {}, platform: "linux" };

/** SHA-256 of one text (FIPS 180-4), at once: what the browser has for it gives a promise. */
class Hash {
  update(text) {
    this.data = new TextEncoder().encode(text);
    return this;
  }

  digest() {
    return [...sha256(this.data)].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const PRIMES = [];
for (let number = 2; PRIMES.length < 64; number += 1) if (PRIMES.every((prime) => number % prime)) PRIMES.push(number);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

function sha256(data) {
  const padded = new Uint8Array(((data.length + 72) >> 6) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, data.length * 8);
  const state = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const words = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let at = 0; at < 64; at += 1) {
      if (at < 16) {
        words[at] = view.getInt32(block + at * 4);
        continue;
      }
      const [early, late] = [words[at - 15], words[at - 2]];
      const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      words[at] = words[at - 16] + low + words[at - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 64; at += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = (state[at] + word) | 0));
  }
  return state;
}
