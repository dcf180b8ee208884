// `node shoot.mjs FACTS FOLDER`: the pictures of the README, `plugin-….png`, at twice the size, in few colours.
import fs from "node:fs";
import path from "node:path";
import { small } from "./png.mjs";
import { start } from "./browser.mjs";

const PICTURES = {
  "plugin-view": { scene: "view", width: 360, height: 760 },
  "plugin-status": { scene: "status", width: 260, height: 300, of: ".status-bars" },
  "plugin-reading": { scene: "reading", width: 780, height: 620 },
  "plugin-live": { scene: "live", width: 780, height: 640, tables: "drawn" },
  "plugin-push": { scene: "push", width: 780, height: 700 },
};

const [facts, folder, only = ""] = process.argv.slice(2);
const browser = await start(path.resolve(facts));
fs.mkdirSync(folder, { recursive: true });
for (const [name, { of, ...options }] of Object.entries(PICTURES)) {
  if (!name.includes(only)) continue;
  for (const theme of ["light", "dark"]) {
    const { page, problems } = await browser.open(options.scene, { ...options, theme, scale: 2 });
    if (problems.length) throw new Error(problems.join("\n"));
    const file = path.join(folder, `${name}-${theme}.png`);
    const shot = await (of ? page.locator(of).first() : page).screenshot({ animations: "disabled" });
    fs.writeFileSync(file, small(shot));
    console.log(file, fs.statSync(file).size);
    await page.close();
  }
}
await browser.close();
