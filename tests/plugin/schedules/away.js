"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { places } = require("./notes.js");

/** What happens around the editors: the daemon dies, the plugin is switched off, the app is closed. */

function* killsTheDaemon(stage) {
  if (!stage.link.open) return;
  const how = stage.chance.one(["kill", "kill", "stop"]);
  stage.typist.say(`daemon: ${how}`);
  yield () => stage.killDaemon(how);
  yield stage.typist.pause(...stage.chance.one([[0.05, 2], [2, 30]]));
  if (stage.chance.random() < 0.7) yield* stage.typist.writes();
  stage.typist.say("daemon: start");
  if (!stage.link.open) yield () => stage.startDaemon();
}

/** Kill it at the very moment when an edit was asked for and not answered yet. */
function* killsInTheMiddle(stage) {
  if (!stage.link.open) return;
  const before = stage.judge.counts.edits + stage.judge.counts.processed;
  for (let moment = 0; moment < 400; moment++) {
    if (stage.judge.counts.edits + stage.judge.counts.processed > before) break;
    yield 0.1;
  }
  stage.typist.say("daemon: killed right after an edit");
  yield () => stage.killDaemon("kill");
  yield stage.typist.pause(0.1, 5);
  yield () => stage.startDaemon();
}

function* disablesThePlugin(stage) {
  stage.typist.say("plugin: off");
  stage.world.disable();
  yield stage.typist.pause(...stage.chance.one([[0.01, 1], [1, 20], [30, 120]]));
  if (stage.chance.random() < 0.5) yield* stage.typist.writes();
  if (stage.chance.random() < 0.3) yield* claimsAndIsSilent(stage);
  stage.typist.say("plugin: on");
  yield () => stage.enables();
}

/** Another client takes the writer's seat, and never answers. */
function* claimsAndIsSilent(stage) {
  if (!stage.link.open) return;
  stage.typist.say("a silent client claims");
  const socket = stage.link.net().connect(stage.root);
  socket.on("error", () => {});
  const say = (id, method, params) => socket.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  socket.on("connect", () => {
    say(1, "hello", { protocol: 1, version: "0", vault: stage.root, name: "silent" });
    say(2, "writer/claim", {});
  });
  stage.clock.setTimeout(() => socket.destroy(), stage.chance.uniform(1, 90) * 1000);
  yield stage.typist.pause(0.1, 5);
}

/** What the daemon says does not arrive for a while, as in a window that is suspended; then all at once. */
function* isSuspended(stage) {
  stage.typist.say("link: frozen");
  stage.link.frozen = true;
  const seconds = stage.typist.pause(...stage.chance.one([[1, 8], [8, 40]]));
  const end = stage.clock.now + seconds;
  if (stage.chance.random() < 0.7) yield* stage.typist.writes();
  yield Math.max(0.1, end - stage.clock.now);
  stage.link.thaw();
  stage.typist.say("link: thawed");
}

function* leavesTheApp(stage) {
  stage.typist.say("quit");
  yield () => stage.quits();
  yield stage.typist.pause(...stage.chance.one([[1, 5], [5, 30], [30, 200]]));
  for (let times = stage.chance.one([0, 1, 1, 2]); times > 0; times--) yield* editsElsewhere(stage);
  stage.typist.say("start");
  yield () => stage.opens();
  yield stage.typist.pause(0.5, 5);
}

/** Add a line with another editor, while the app is closed. */
function* editsElsewhere(stage) {
  const where = stage.chance.one(stage.notesOnDisk());
  const file = path.join(stage.root, where);
  const text = fs.readFileSync(file, "utf8");
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const said = text.replaceAll("\r\n", "\n");
  const spots = places(said).filter(({ place }) => place === "out");
  if (spots.length === 0) return;
  const { end } = stage.chance.one(spots);
  const word = stage.typist.words.next();
  stage.typist.say(`vim ${where} @${end} ${word}`);
  const after = `${said.slice(0, end)}\nligne ${word}${said.slice(end)}`;
  const beside = path.join(stage.root, `.${where}.swp`);
  fs.writeFileSync(beside, after.replaceAll("\n", newline));
  fs.utimesSync(beside, stage.clock.wall() / 1000, stage.clock.wall() / 1000);
  fs.renameSync(beside, file);
  stage.touched = true;
  stage.typist.words.changed(where, said, after);
  stage.judge.wrote(where, "outside");
  yield stage.typist.pause(0.5, 30);
}

const DEEDS = {
  killsTheDaemon: [killsTheDaemon, 3],
  killsInTheMiddle: [killsInTheMiddle, 3],
  disablesThePlugin: [disablesThePlugin, 3],
  isSuspended: [isSuspended, 3],
  leavesTheApp: [leavesTheApp, 2],
};

module.exports = { DEEDS };
