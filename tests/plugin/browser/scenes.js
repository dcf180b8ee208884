// Loads the plugin's real code and shows one part of it: `?scene=view&theme=dark&language=fr`.
import * as commands from "@codemirror/commands";
import * as language from "@codemirror/language";
import * as state from "@codemirror/state";
import * as view from "@codemirror/view";
import "./dom.js";
import { modules, process } from "./node.js";
import { App, editorInfoField, editorLivePreviewField, moduleOf } from "./obsidian.js";

const wanted = new URLSearchParams(location.search);
const main = document.querySelector("main");
const read = async (address) => (await fetch(address)).text();
const [code, manifest, facts] = await Promise.all(
  ["/plugin/main.js", "/plugin/manifest.json", "/facts.json"].map(read),
).then(([one, two, three]) => [one, JSON.parse(two), JSON.parse(three)]);

document.documentElement.lang = wanted.get("language");
document.body.addClass(`theme-${wanted.get("theme")}`);

const known = {
  ...modules,
  obsidian: moduleOf(wanted.get("language"), manifest.minAppVersion),
  "@codemirror/commands": commands,
  "@codemirror/language": language,
  "@codemirror/state": state,
  "@codemirror/view": view,
};

/** Load the plugin as the app does: a module of CommonJS. */
function load() {
  const module = { exports: {} };
  const require = (name) => {
    const found = known[name.replace(/^node:/, "")];
    if (found === undefined) throw new Error(`the plugin asks for ${name}`);
    return found;
  };
  new Function("require", "module", "exports", "process", code)(require, module, module.exports, process);
  return module.exports;
}

/** What the daemon answered when it was asked for real. */
const answers = {
  status: () => facts.status,
  diagnostics: () => facts.diagnostics,
  regions: () => facts.regions,
  explain: ({ code }) => facts.explained[code],
  act: () => ({ schema_version: 1, told: { fr: "fait", en: "done" }, handed: [], written: [], refused: [] }),
};

const Main = load();
const notes = [...new Set([facts.path, ...facts.diagnostics.diagnostics.map((each) => each.path)])];
const plugin = new Main(new App(notes, facts), manifest);
plugin.load();
plugin.link.state = "on";
plugin.link.writer = "us";
/** @type {{method: string, params: object}[]} */
const asked = [];
plugin.link.call = async (method, params = {}) => {
  asked.push({ method, params });
  return answers[method](params);
};
/** The daemon has just read a copy of the vault: of what waits, what a person would have touched. */
const waiting = facts.status.waiting.filter((each) => /Sécurité|Courriels/.test(each.path));
const standing = { ...facts.status, degraded: [], waiting };
const healthy = { link: "on", trouble: null, writer: "us", standing, diagnostics: facts.diagnostics.diagnostics, sees: true, busy: 0 };
const clean = { ...healthy, standing: { ...standing, waiting: [], counts: {} }, diagnostics: [] };
const settled = () => new Promise((done) => window.setTimeout(done, 120));

/** Draw the view in a leaf of the sidebar. */
async function openView(known) {
  plugin.board.set(known);
  const [make] = plugin.registered.views.values();
  const leaf = { app: plugin.app };
  const drawn = make(leaf);
  main.append(drawn.containerEl);
  drawn.load();
  await drawn.onOpen();
  await settled();
  return drawn;
}

const scenes = {
  /** The diagnostics of a vault with slips in it. */
  view: () => openView(healthy),

  /** Nothing is wrong. */
  "view-clean": () => openView(clean),

  /** vaultkit is not installed. */
  "view-off": () =>
    openView({ ...healthy, link: "off", standing: null, diagnostics: null, writer: "none", trouble: { kind: "missing", detail: "", version: "" } }),

  /** More than anyone reads. */
  async "view-5000"() {
    const many = Array.from({ length: 5000 }, (_, at) => {
      const one = facts.diagnostics.diagnostics[at % facts.diagnostics.diagnostics.length];
      return { ...one, path: `Dossier ${at % 97}/${one.path}`, line: at + 1 };
    });
    await openView({ ...healthy, diagnostics: many });
  },

  /** What the status bar says, in each state. */
  async status() {
    const bars = main.createDiv("status-bars");
    const stuck = { path: facts.path, because: "refused", until: null, message: null };
    const typed = { path: facts.path, because: "typed", until: null, message: null };
    const states = {
      step: clean,
      working: { ...clean, busy: 1 },
      waiting: { ...clean, standing: { ...clean.standing, waiting: [typed, typed] } },
      trouble: { ...healthy, standing: { ...standing, waiting: [stuck] } },
      off: { ...clean, link: "off", standing: null, diagnostics: null },
    };
    for (const known of Object.values(states)) {
      plugin.board.set(known);
      await settled();
      bars.append(document.querySelector("body > .status-bar").cloneNode(true));
    }
  },

  /** A note in reading view, with its badges. */
  async reading() {
    plugin.board.set(healthy);
    const preview = main.createDiv("markdown-preview-view markdown-rendered").createDiv("markdown-preview-section");
    for (const block of facts.blocks.filter((each) => each.end >= Number(wanted.get("from") ?? 39))) {
      const element = preview.createDiv();
      element.innerHTML = block.html; // of a note of this repository
      const context = {
        sourcePath: facts.path,
        addChild: (child) => child.load(),
        getSectionInfo: () => ({ text: facts.text, lineStart: block.start, lineEnd: block.end }),
      };
      for (const process of plugin.registered.processors) process(element, context);
    }
    await settled();
  },

  /** The same note in an editor in live preview. */
  async live() {
    plugin.board.set(healthy);
    const holder = main.createDiv("markdown-source-view mod-cm6 is-live-preview");
    const start = facts.text.indexOf("## 📊");
    const extensions = [
      editorInfoField.init(() => ({ file: plugin.app.vault.getFileByPath(facts.path), app: plugin.app })),
      editorLivePreviewField,
      view.EditorView.lineWrapping,
      view.EditorView.contentAttributes.of({ "aria-label": "note" }),
      highlighted,
      ...(wanted.get("tables") ? [drawnTables] : []),
      ...plugin.registered.extensions,
    ];
    const editor = new view.EditorView({ doc: facts.text, extensions, parent: holder });
    await settled();
    editor.dispatch({ effects: view.EditorView.scrollIntoView(start, { y: "start" }) });
    window.editor = editor;
    await settled();
  },

  /** The dialog that takes kept words into the notes. */
  async push() {
    await scenes.reading();
    new Main.parts.PushDialog(plugin, facts.path).open();
    await settled();
  },

  /** The menu of a badge. */
  async menu() {
    await scenes.reading();
    document.querySelector(".vaultkit-badge").click();
    await settled();
  },

  /** What a code means. */
  async explain() {
    await openView(healthy);
    await plugin.explain({ code: facts.diagnostics.diagnostics[0].code });
    await settled();
  },

  /** The settings. */
  async settings() {
    plugin.board.set(healthy);
    const [tab] = plugin.registered.tabs;
    main.append(tab.containerEl);
    tab.display();
  },
};

/** What the app's own editor draws of Markdown, as far as a picture needs it. */
const highlighted = view.ViewPlugin.fromClass(
  class {
    constructor(editor) {
      this.decorations = drawn(editor);
    }

    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = drawn(update.view);
    }
  },
  { decorations: (made) => made.decorations },
);

function drawn(editor) {
  const found = [];
  const patterns = [[/^#+ .*$/gm, "cm-header"], [/<!--.*?-->/g, "cm-comment"], [/\[\[[^\]\n]+\]\]/g, "cm-hmd-internal-link"], [/\*\*[^*\n]+\*\*/g, "cm-strong"]];
  for (const [pattern, name] of patterns)
    for (const match of editor.state.doc.toString().matchAll(pattern))
      found.push(view.Decoration.mark({ class: name }).range(match.index, match.index + match[0].length));
  if (wanted.get("tables")) // as in the app: the signs of a heading are seen where the cursor is
    for (const match of editor.state.doc.toString().matchAll(/^#+ /gm))
      found.push(view.Decoration.replace({}).range(match.index, match.index + match[0].length));
  return view.Decoration.set(found, true);
}

class DrawnTable extends view.WidgetType {
  constructor(html) {
    super();
    this.html = html;
  }

  toDOM() {
    const drawn = createDiv("cm-embed-block markdown-rendered");
    drawn.innerHTML = this.html; // of a note of this repository
    return drawn;
  }
}

/** Tables as the app draws them in live preview, where the cursor is elsewhere. */
const drawnTables = state.StateField.define({
  create: ({ doc }) =>
    view.Decoration.set(
      facts.blocks
        .filter((block) => block.html.startsWith("<table"))
        .map(({ start, end, html }) =>
          view.Decoration.replace({ widget: new DrawnTable(html), block: true }).range(doc.line(start + 1).from, doc.line(end + 1).to),
        ),
    ),
  update: (value) => value,
  provide: (field) => view.EditorView.decorations.from(field),
});

await scenes[wanted.get("scene")]();
Object.assign(window, { asked, plugin, Main, facts });
document.body.dataset.ready = "yes";
