// Opens the pages in a headless Chromium; every file comes from this disk, and nothing else is answered.
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const HERE = import.meta.dirname;
const ORIGIN = "http://pages.invalid";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
];

/** Return the file that an address of a page stands for. */
function fileOf(address, facts) {
  const name = decodeURIComponent(new URL(address).pathname);
  if (name === "/facts.json") return facts;
  if (name.startsWith("/plugin/")) return path.join(HERE, "../../../vaultkit", name);
  if (name.startsWith("/node_modules/")) return path.join(HERE, "..", name);
  return path.join(HERE, name);
}

/**
 * Start the browser. `open(scene, options)` gives a page on which the scene stands; what went wrong on it, and
 * what it asked of any network, is in `problems`.
 */
export async function start(facts, executablePath = process.env.CHROMIUM || "/usr/bin/chromium") {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const open = async (scene, { theme = "light", language = "fr", width = 420, height = 800, scale = 1, ...more } = {}) => {
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    const problems = [];
    page.on("console", (said) => ["error", "warning"].includes(said.type()) && problems.push(`${said.text()} (${said.location().url})`));
    page.on("pageerror", (error) => problems.push(`${error.message}\n${error.stack}`));
    await page.route("**/*", (route) => {
      const address = route.request().url();
      if (!address.startsWith(ORIGIN)) {
        problems.push(`asked the network for ${address}`);
        return route.abort();
      }
      const file = fileOf(address, facts);
      if (!fs.existsSync(file)) return route.fulfill({ status: 404 });
      return route.fulfill({ body: fs.readFileSync(file), contentType: `${TYPES[path.extname(file)]}; charset=utf-8` });
    });
    await page.goto(`${ORIGIN}/page.html?${new URLSearchParams({ scene, theme, language, ...more })}`);
    await page.waitForSelector("body[data-ready]", { timeout: 20000 }).catch(() => problems.push(`${scene} never stood`));
    return { page, problems };
  };
  return { open, close: () => browser.close() };
}
