"use strict";

/** What people do with the plugin, beside a real `vaultkit watch` on a copy of the sample vault. */

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { ROOT } = require("../double/link.js");
const { Stage, ended, opened, pause, programOf, rewords, runs, types, until, watches } = require("./stage.js");

const MISSION = "Cabinet Pestalozzi";
const SYNTHESIS = `${MISSION}/Synthèse IT – Cabinet Pestalozzi.md`;
const BILLING = `${MISSION}/Facturation & encaissements.md`;
const ACCESS = `${MISSION}/Sécurité & accès.md`;
const QUIET = "[watch]\nsource_quiet = 2\ntarget_quiet = 1\nbackground_quiet = 3\n";

const CELL = "Compte commun, écrans toujours ouverts";
const MINE = "Un seul mot de passe pour tous";
const KEPT = `${MINE} <!-- vk:keep -->`;
/** The row of the note on billing, once it is urgent. */
const URGENT = /^\| 💰 Facturation .*\| 🚨 Haute \|$/m;

/** Return a copy of the sample vault, with short quiet times. */
function staged(t) {
  const stage = new Stage(t);
  fs.cpSync(path.join(ROOT, "sample_vault"), stage.root, { recursive: true });
  stage.writes("vaultkit.toml", QUIET);
  stage.isSeen();
  return stage;
}

/** Return a window whose plugin has started `vaultkit watch`, and is its writer. */
async function watched(t, told = {}) {
  const stage = staged(t);
  const world = await stage.window({ storage: { "vaultkit-executable": programOf(stage) }, watching: true, told });
  await world.plugin.startDaemon();
  await isWriter(world);
  return { stage, world, plugin: world.plugin, daemon: world.plugin.daemon.process };
}

const isWriter = (world) =>
  until(() => world.plugin.link.writer === "us", () => `it writes; said: ${world.app.notices.join(" / ")}`);

/** Do something as a person does: again, where a notice asks for that. Return what was said in the end. */
async function does(world, deed) {
  const { notices } = world.app;
  return until(async () => {
    const before = notices.length;
    await deed();
    const said = notices.slice(before);
    if (!said.some((words) => /redemander|réessayer/.test(words))) return said;
    await pause(500); // as the notice says: in a moment
    return null;
  }, () => `it is done; said: ${notices.join(" / ")}`);
}

/** Press a button, and wait until something is said. */
async function presses(world, button) {
  const before = world.app.notices.length;
  button.click();
  await until(() => world.app.notices.length > before, "it is said what was done");
}

/** Return the button of these words in an element, once it is there. */
const buttonOf = (element, words) =>
  until(() => element.querySelectorAll("button").find((each) => each.textContent === words && !each.disabled), words);

/** Wait until all is saved, nothing waits, and vaultkit finds nothing to write. */
async function rests(stage, world) {
  let said = "";
  await until(
    async () => {
      const { standing } = world.plugin.board;
      const texts = world.app.workspace.texts();
      if (texts.some((text) => text.dirty || text.saving) || standing === null || standing.waiting.length > 0) {
        said = JSON.stringify(standing?.waiting);
        return false;
      }
      const checked = await runs(stage, "rebuild", "--check", stage.root);
      said = checked.printed + checked.said;
      if (checked.code !== 0) await pause(500);
      return checked.code === 0;
    },
    () => `it rests: ${said}`,
  );
  for (const text of world.app.workspace.texts()) assert.equal(text.getViewData(), stage.disk(text.file.path));
}

/** Make billing urgent, as another program does: its row in the synthesis has to follow. */
function becomesUrgent(stage, isUrgent = true) {
  const [before, after] = isUrgent ? ["moyenne", "haute"] : ["haute", "moyenne"];
  const text = stage.disk(BILLING);
  assert.ok(text.includes(`priorite: ${before}`));
  stage.writes(BILLING, text.replace(`priorite: ${before}`, `priorite: ${after}`));
}

/** Hold edits of the daemon until `release` is called: each `before` it is made, or `after`, before it is answered. */
function held(plugin, when) {
  const { edit } = plugin.link;
  const asked = [];
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  plugin.link.edit = async (params, isWanted) => {
    const made = when === "after" ? await edit(params, isWanted) : null;
    asked.push(params);
    await gate;
    return when === "after" ? made : edit(params, isWanted);
  };
  return { asked, release };
}

const times = (text, what) => text.split(what).length - 1;

// ------------------------------------------------------------------------------------------- one's own words

test("a cell is kept by hand, released, taken back, pushed; a note is explained, a property mended", async (t) => {
  const { stage, world, plugin } = await watched(t);
  const view = await opened(world, SYNTHESIS);

  // reworded by hand, it is marked in the editor and in the file
  rewords(world, view, CELL, MINE);
  await view.save();
  await does(world, () => plugin.rebuild());
  await until(() => view.getViewData().includes(KEPT) && stage.disk(SYNTHESIS).includes(KEPT), "the cell is marked");
  const { regions } = await plugin.regionsOf(SYNTHESIS);
  const [kept] = regions.flatMap((region) => region.kept);
  assert.deepEqual([kept.wording, kept.generated, kept.target], [MINE, CELL, ACCESS]);
  assert.ok(view.getViewData().slice(kept.start, kept.end).startsWith(MINE));

  // released where the cursor is, it says again what is generated
  const inCell = () => view.editor.setCursor(view.editor.offsetToPos(view.getViewData().indexOf(MINE) + 3));
  inCell();
  await does(world, () => plugin.actHere("release", view.file));
  await until(() => stage.disk(SYNTHESIS).includes(CELL) && !stage.disk(SYNTHESIS).includes(MINE), "it is released");

  // taken back, it is kept as before
  await does(world, () => plugin.act("undo", {}, null));
  await until(() => view.getViewData().includes(KEPT) && stage.disk(SYNTHESIS).includes(KEPT), "it is kept again");

  // pushed, the note says it, and no mark is left
  world.app.runCommand("vaultkit:push-note");
  const [dialog] = world.modals;
  await does(world, async () => presses(world, await buttonOf(dialog.contentEl, "Reporter")));
  await until(() => stage.disk(ACCESS).toLowerCase().includes(MINE.toLowerCase()), "its note says it");
  await until(() => stage.disk(SYNTHESIS).includes(MINE) && !stage.disk(SYNTHESIS).includes(KEPT), "the mark is gone");
  dialog.close();

  // explained
  world.app.runCommand("vaultkit:explain-note");
  const explained = await until(() => world.modals[0], "the note is explained");
  assert.ok(explained.titleEl.textContent.length > 0);
  assert.ok(explained.contentEl.querySelectorAll(".vaultkit-line").length > 1);
  explained.close();

  // a property of the note in front is mended when a person asks for it
  rewords(world, view, '- "[[Sécurité & accès]]"', "- Sécurité & accès");
  await view.save();
  const find = () => plugin.board.diagnostics?.find((each) => each.fixable && each.path === SYNTHESIS);
  const found = await until(find, "what is wrong is found");
  await does(world, () => plugin.fix(found));
  await until(() => stage.disk(SYNTHESIS).includes('- "[[Sécurité & accès]]"'), "it is mended");
  await until(() => find() === undefined, "it is found no more");

  await rests(stage, world);
  assert.deepEqual(world.counts.merges, 0);
});

// ------------------------------------------------------------------------------------------- what goes wrong

for (const [when, words] of [["before", "before it is made"], ["after", "made and not answered yet"]]) {
  test(`the daemon is killed while an edit is under way, ${words}`, async (t) => {
    const typed = "Ajouté pendant ce temps.";
    const { stage, world, plugin, daemon } = await watched(t);
    const view = await opened(world, SYNTHESIS);
    const { asked, release } = held(plugin, when);
    becomesUrgent(stage);
    await until(() => asked.length > 0, "an edit is under way");
    types(world, view, `${typed} `, view.getViewData().indexOf("Ce document s’adresse"));
    const before = view.getViewData();
    assert.equal(URGENT.test(before), when === "after");

    daemon.kill("SIGKILL");
    await ended(daemon);
    await until(() => plugin.link.state === "off", "the plugin knows");
    release();
    await until(() => plugin.board.busy === 0, "the edit is over");
    assert.equal(view.getViewData(), before, "nobody waits for the edit any more");

    await plugin.startDaemon();
    await isWriter(world);
    await until(() => URGENT.test(view.getViewData()), "the row has followed");
    await rests(stage, world);
    assert.equal(times(view.getViewData(), "\n| 💰 Facturation |"), 1);
    assert.equal(times(stage.disk(SYNTHESIS), typed), 1);
    assert.equal(world.counts.merges, 0);
  });
}

test("a note renamed between the plan and the edit is changed under its new name alone", async (t) => {
  const { stage, world, plugin } = await watched(t);
  const renamed = `${MISSION}/Synthèse – Pestalozzi.md`;
  const { asked, release } = held(plugin, "before");
  becomesUrgent(stage);
  await until(() => asked.some((params) => params.path === SYNTHESIS), "an edit is under way");
  await world.app.fileManager.renameFile(world.app.vault.getFileByPath(SYNTHESIS), renamed);
  release();
  await until(() => URGENT.test(stage.disk(renamed)), "the row has followed");
  await rests(stage, world);
  assert.equal(times(stage.disk(renamed), "\n| 💰 Facturation |"), 1);
  assert.equal(fs.existsSync(path.join(stage.root, SYNTHESIS)), false);
});

test("of two windows the second shows and does not write, until the first is gone", async (t) => {
  const stage = staged(t);
  const daemon = watches(stage);
  const edits = { first: [], second: [] };
  const window = async (which) => {
    const edited = (text, update, by) => update.docChanged && by === "plugin" && edits[which].push(text.file.path);
    const world = await stage.window({ watching: true, told: { edited } });
    return { world, plugin: world.plugin, view: await opened(world, SYNTHESIS) };
  };
  const first = await window("first");
  await isWriter(first.world);
  const second = await window("second");
  await until(() => second.plugin.board.writer === "other", "the second knows of the first");
  await until(() => second.plugin.board.standing !== null, "the second knows how things stand");
  assert.match(second.plugin.board.alerts().join(), /Une autre fenêtre écrit déjà/);
  assert.equal(second.plugin.board.summary().kind, "trouble");

  becomesUrgent(stage);
  await until(() => URGENT.test(second.view.getViewData()), "the second has seen what the first made");
  assert.deepEqual(edits, { first: [SYNTHESIS], second: [] });

  first.plugin.stopDaemon();
  assert.match(first.world.app.notices.at(-1), /n’a pas été lancée d’ici/);
  first.world.disable();
  await isWriter(second.world);
  assert.deepEqual(second.plugin.board.alerts(), []);
  becomesUrgent(stage, false);
  await until(() => !URGENT.test(second.view.getViewData()), "the row has followed");
  assert.deepEqual(edits, { first: [SYNTHESIS], second: [SYNTHESIS] });
  await rests(stage, second.world);
  assert.equal(daemon.exitCode, null);
});

test("the daemon that the plugin started ends with the plugin", async (t) => {
  const { world, daemon } = await watched(t);
  world.disable();
  await ended(daemon);
  assert.deepEqual([daemon.exitCode, daemon.signalCode], [0, null]);
});

// ------------------------------------------------------------------------------------------------ very many

test("five thousand findings are counted all, and shown some at a time", async (t) => {
  const { stage, world, plugin } = await watched(t);
  const links = Array.from({ length: 5000 }, (_, number) => `- [[Nulle part ${number}]]\n`);
  stage.writes("Liens.md", `# Liens\n\n${links.join("")}`);
  await until(() => plugin.board.diagnostics?.length >= 5000, "all are read");
  const view = await plugin.openView();
  const shown = () => view.contentEl.querySelectorAll(".vaultkit-finding").length;
  assert.equal(shown(), 200);
  const total = plugin.board.diagnostics.length;
  const more = await buttonOf(view.contentEl, `Afficher plus (${total - 200})`);
  more.click();
  assert.equal(shown(), 400);
  assert.equal(plugin.board.counted("warning") + plugin.board.counted("error") + plugin.board.counted("info"), total);

  let drawn = 0;
  const { draw } = view;
  view.draw = () => (drawn++, draw.call(view));
  for (let turn = 0; turn < 100; turn++) plugin.board.set({ diagnostics: [...plugin.board.diagnostics] });
  await until(() => drawn > 0, "it is drawn again");
  assert.ok(drawn < 20, `drawn ${drawn} times`);

  const head = view.contentEl.querySelectorAll(".vaultkit-group-head").find((each) => /Liens/.test(each.textContent));
  head.click();
  assert.ok(shown() < 200, "folded, it takes no room");
  fs.rmSync(path.join(stage.root, "Liens.md"));
  await until(() => plugin.board.diagnostics?.length < 100, "all are gone again");
});
