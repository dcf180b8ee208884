"use strict";

/**
 * Plays schedules and prints one line of JSON with the counts and the faults.
 *
 *     node run.js --first 1 --count 100 [--deeds 20] [--writer simple|<carelessness>] [--more '{"renames": 5}']
 *         [--strict] [--slow] [--seconds 60] [--keep-going] [--trace] [--python PYTHON]
 */

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { EngineProcess } = require("../double/link.js");
const { Stage } = require("./stage.js");
const { simpleWriter } = require("./simple_writer.js");

const { values: given } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    count: { type: "string", default: "10" },
    step: { type: "string", default: "1" },
    deeds: { type: "string", default: "20" },
    writer: { type: "string", default: "plugin" },
    without: { type: "string", default: "" },
    more: { type: "string", default: "{}" },
    strict: { type: "boolean", default: false },
    slow: { type: "boolean", default: false },
    seconds: { type: "string", default: "0" },
    python: { type: "string" },
    trace: { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
  },
});

function rulesOf(seed) {
  const rules = { deeds: Number(given.deeds), crlf: seed % 7 === 0, without: given.without.split(",") };
  Object.assign(rules, { more: JSON.parse(given.more), strict: given.strict, slow: given.slow });
  if (seed % 5 === 0) rules.quiet = "30,5,60"; // a settings file, by which the plugin tries the app's sight
  if (given.writer !== "plugin") {
    const carelessness = given.writer === "simple" ? null : given.writer;
    rules.plugin = (world) => simpleWriter(world, carelessness);
  }
  return rules;
}

function added(totals, stage) {
  const { judge, typist } = stage;
  const counts = { ...judge.counts, words: typist.words.made, ...stage.appCounts };
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}

async function main() {
  const memory = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(memory, "vk-"));
  const engine = new EngineProcess(given.python);
  const totals = { schedules: 0 };
  const failures = [];
  const end = Number(given.seconds) > 0 ? performance.now() + Number(given.seconds) * 1000 : Infinity;
  try {
    for (let number = 0; number < Number(given.count) && performance.now() < end; number++) {
      const seed = Number(given.first) + number * Number(given.step);
      const stage = new Stage(engine, path.join(folder, String(seed)), seed, rulesOf(seed));
      await stage.play();
      totals.schedules += 1;
      added(totals, stage);
      if (given.trace) console.error(stage.typist.trace.join("\n"));
      if (stage.faults.length > 0) {
        failures.push({ seed, fault: stage.faults[0], trace: stage.typist.trace.slice(-60) });
        if (!given["keep-going"]) break;
      }
      fs.rmSync(stage.folder, { recursive: true });
    }
  } finally {
    await engine.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify({ totals, failures }));
}

main().catch((error) => {
  console.error(error);
  process.exit(2);
});
