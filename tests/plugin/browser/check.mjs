// `node check.mjs FACTS`: opens each scene light in French and dark in English; prints as JSON what is wrong
// on it, what axe-core finds, and what a click does.
import fs from "node:fs";
import path from "node:path";
import { start } from "./browser.mjs";

const SCENES = ["view", "view-clean", "view-off", "view-5000", "status", "reading", "live", "push", "menu", "explain", "settings"];
const AXE = fs.readFileSync(path.join(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");

const browser = await start(path.resolve(process.argv[2]));
const found = { scenes: {} };

/** What is not the plugin's own: links and the main button have the app's colours, dimmed marks are meant to be. */
const THEIRS = [".internal-link", ".mod-cta", ".cm-hmd-internal-link", ".vaultkit-mark", ".cm-comment", ".setting-item-description"];

/** Return what axe-core finds in what the plugin draws. */
async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async (theirs) => {
    const own = ["main", ".status-bar", ".modal", ".menu"].filter((each) => document.querySelector(each));
    const exclude = theirs.filter((each) => document.querySelector(each)).map((each) => [each]);
    const rules = Object.fromEntries(["region", "page-has-heading-one", "heading-order"].map((id) => [id, { enabled: false }]));
    const said = await window.axe.run({ include: own.map((each) => [each]), exclude }, { rules });
    return said.violations.map(({ id, impact, help, nodes }) => ({
      id, impact, help,
      nodes: nodes.map((node) => `${node.target.join(" ")} ${node.any.map((one) => one.message).join("; ")}`),
    }));
  }, THEIRS);
}

/** Return what a page holds, for the tests to judge. */
const seen = (page) =>
  page.evaluate(() => ({
    text: document.body.innerText,
    elements: document.querySelectorAll("*").length,
    badges: [...document.querySelectorAll(".vaultkit-badge")].map((badge) => badge.textContent),
    marks: [...document.querySelectorAll(".vaultkit-mark")].map((mark) => mark.title),
    styled: [...document.querySelectorAll("[class*=vaultkit][style]")].map((each) => each.className),
    wide: document.documentElement.scrollWidth > window.innerWidth,
  }));

for (const scene of SCENES) {
  for (const [theme, language] of [["light", "fr"], ["dark", "en"]]) {
    const width = ["reading", "live", "push", "menu", "settings"].includes(scene) ? 800 : 340;
    const { page, problems } = await browser.open(scene, { theme, language, width });
    const violations = await axe(page).catch((error) => [{ id: String(error), impact: "critical", nodes: [] }]);
    found.scenes[`${scene} ${theme} ${language}`] = { problems, violations, ...(await seen(page)) };
    await page.close();
  }
}

/** Click as a person would, and tell what the plugin asked the daemon for. */
async function asked(scene, act) {
  const { page, problems } = await browser.open(scene, { width: 800 });
  await page.evaluate(() => (window.asked.length = 0));
  const said = await act(page);
  await page.waitForTimeout(150);
  const result = { said, asked: await page.evaluate(() => window.asked), problems };
  await page.close();
  return result;
}

found.clicks = {
  fix: await asked("view", (page) => page.getByRole("button", { name: /^Corriger/ }).first().click()),
  explain: await asked("view", (page) => page.getByRole("button", { name: /^Expliquer/ }).first().click()),
  push: await asked("push", (page) => page.getByRole("button", { name: "Reporter", exact: true }).first().click()),
  release: await asked("push", (page) => page.getByRole("button", { name: "Rendre à la source" }).first().click()),
  keys: await asked("view", async (page) => {
    await page.locator(".vaultkit-group-head").first().focus();
    await page.keyboard.press("ArrowDown");
    return page.evaluate(() => document.activeElement.className);
  }),
  fold: await asked("view", async (page) => {
    const before = await page.locator(".vaultkit-finding").count();
    await page.locator(".vaultkit-group-head").first().click();
    return before - (await page.locator(".vaultkit-finding").count());
  }),
  more: await asked("view-5000", async (page) => {
    const before = await page.locator(".vaultkit-finding").count();
    await page.locator(".vaultkit-more").click();
    return [before, await page.locator(".vaultkit-finding").count()];
  }),
};

await browser.close();
console.log(JSON.stringify(found, null, 1));
