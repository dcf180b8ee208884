"use strict";

/**
 * Plays one person in real time beside a real `vaultkit watch`; prints one line of JSON with counts and faults.
 *
 *     node live.js [--seconds 60] [--seed 1] [--quiet 2,1,3] [--pace 0.15] [--folder DIR] [--python PYTHON]
 */

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { EngineProcess } = require("../double/link.js");
const { LiveStage } = require("./live_stage.js");

const { values: given } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    quiet: { type: "string", default: "2,1,3" },
    pace: { type: "string", default: "0.15" },
    folder: { type: "string", default: os.tmpdir() },
    python: { type: "string" },
  },
});

async function main() {
  if (given.python) process.env.VAULTKIT_PYTHON = given.python;
  const folder = fs.mkdtempSync(path.join(given.folder, "vk-"));
  const engine = new EngineProcess(given.python);
  const without = ["isSuspended", "deletesANote"];
  const rules = { without, quiet: given.quiet, pace: Number(given.pace), half: 0 };
  const stage = new LiveStage(engine, folder, Number(given.seed), rules);
  try {
    await stage.playFor(Number(given.seconds));
    const log = fs.readFileSync(stage.log, "utf8");
    const batches = (log.match(/"event": ?"batch"/g) ?? []).length;
    const totals = { ...stage.judge.counts, words: stage.typist.words.made, batches, codes: stage.codes };
    const failures = stage.faults.map((fault) => ({ seed: given.seed, fault, trace: stage.typist.trace.slice(-60) }));
    console.log(JSON.stringify({ totals, failures }));
  } finally {
    stage.daemon?.kill("SIGKILL");
    stage.shown?.kill();
    await engine.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(2);
});
