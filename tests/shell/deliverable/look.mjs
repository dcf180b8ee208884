// `node look.mjs PAGE.html [FOLDER]`: opens the page as a phone and as a desktop, light and dark; prints as JSON what is
// wrong on it (console, network, axe-core, width); pictures of it go into FOLDER.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(path.join(import.meta.dirname, "../../plugin/package.json"));
const { chromium } = require("playwright-core");
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const LOOKS = [[390, 844, "light"], [1280, 900, "light"], [390, 844, "dark"], [1280, 900, "dark"]];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const [page, folder] = process.argv.slice(2);
const address = pathToFileURL(path.resolve(page)).href;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
const found = {};
for (const [width, height, colorScheme] of LOOKS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: false });
  const tab = await context.newPage();
  const problems = [];
  tab.on("console", (said) => ["error", "warning"].includes(said.type()) && problems.push(said.text()));
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("dialog", (dialog) => { problems.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) problems.push(`asked for ${request.url()}`);
  });
  await tab.goto(address);
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  const headings = await tab.evaluate(() => document.querySelectorAll("h1").length);
  if (folder) await tab.screenshot({ path: path.join(folder, `html-${width}-${colorScheme}.png`), fullPage: true });
  await tab.evaluate(AXE);
  const violations = await tab.evaluate(async () => {
    const said = await window.axe.run(document);
    return said.violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((one) => `${one.target.join(" ")} ${one.any.map((each) => each.message).join("; ")}`).slice(0, 5).join(" | ")}`);
  });
  found[`${width} ${colorScheme}`] = { problems, violations, wide, headings };
  await context.close();
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
