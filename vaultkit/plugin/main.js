"use strict";

// vaultkit in Obsidian. All that vaultkit knows and decides is in its own program, `vaultkit watch`; this file
// talks to it over a socket of this machine, makes its edits through the app, and shows what it says.
// Sections: words, places, link, writer, regions, marks in the editor, board, status, view, dialogs, settings, plugin.

const childProcess = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const net = require("net");
const os = require("os");
const path = require("path");
const { isolateHistory } = require("@codemirror/commands");
const { StateEffect, StateField } = require("@codemirror/state");
const { Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType } = require("@codemirror/view");
const {
  Events,
  ItemView,
  Keymap,
  MarkdownRenderChild,
  MarkdownView,
  Menu,
  Modal,
  Notice,
  Plugin,
  PluginSettingTab,
  Setting,
  TextFileView,
  editorInfoField,
  editorLivePreviewField,
  getLanguage,
  setIcon,
  setTooltip,
} = require("obsidian");

/** @typedef {import("obsidian").App} App */
/** @typedef {import("obsidian").Editor} Editor */
/** @typedef {import("obsidian").TFile} TFile */
/** @typedef {import("obsidian").WorkspaceLeaf} WorkspaceLeaf */
/** @typedef {{fr: string, en: string}} Message */
/** @typedef {{start: number, end: number, text: string}} TextEdit */
/** @typedef {{path: string, textDigest: string, edits: TextEdit[]}} EditRequest */
/** @typedef {"applied" | "refused" | "later"} Answer */
/** @typedef {Record<string, unknown>} Fields */
/**
 * @typedef {object} Kept A cell, a line or an entry that a person worded.
 * @property {string} id
 * @property {number} start
 * @property {number} end
 * @property {string} wording
 * @property {string | null} generated
 * @property {string[]} sources
 * @property {string | null} target
 * @property {Message | null} proposal
 * @property {Message | null} without
 */
/**
 * @typedef {object} Region A stretch of a note that vaultkit writes; places count UTF-16 units of the editor's text.
 * @property {string} key
 * @property {string} name
 * @property {unknown} words Its name for people, where the daemon tells one.
 * @property {number} start
 * @property {number} end
 * @property {number} bodyStart
 * @property {number} bodyEnd
 * @property {boolean} stale
 * @property {string[]} sources
 * @property {Kept[]} kept
 */
/** @typedef {{path: string, textDigest: string, regions: Region[]}} NoteRegions */
/**
 * @typedef {object} Finding A diagnostic; line and column count from 1, columns in characters.
 * @property {string} code
 * @property {string} name
 * @property {string} severity
 * @property {string} path
 * @property {number} line
 * @property {number} column
 * @property {string} message
 * @property {string | null} [hint]
 * @property {boolean} [fixable]
 */
/** @typedef {{path: string, because: string, until: string | null, message: Message | null, reason?: Message}} Waiting */
/**
 * @typedef {object} Standing How the daemon stands, as `vaultkit status --json` tells it.
 * @property {number} batches
 * @property {Waiting[]} waiting
 * @property {Record<string, number> | null} counts
 * @property {Message[]} degraded
 * @property {string} version
 */

// ---------------------------------------------------------------------------------------------------- words

/** Each text in French and in English; `{name}` stands for a value. */
const WORDS = {
  status: ["vaultkit\u00a0: {state}", "vaultkit: {state}"],
  off: ["arrêté", "off"],
  inStep: ["à jour", "in step"],
  working: ["au travail…", "working…"],
  viewTitle: ["Remarques de vaultkit", "Findings of vaultkit"],
  openView: ["Afficher les remarques", "Show findings"],
  showWaiting: ["Afficher ce qui attend", "Show what waits"],
  rebuild: ["Mettre à jour maintenant", "Rebuild now"],
  rebuildShort: ["Mettre à jour", "Rebuild"],
  undoShort: ["Annuler", "Undo"],
  adopt: ["Préparer cette note", "Adopt this note"],
  explainNote: ["Expliquer cette note", "Explain this note"],
  undo: ["Annuler la dernière écriture", "Undo last write"],
  releaseKept: ["Rendre cet élément gardé à sa source", "Release this kept item"],
  pushKept: ["Reporter cet élément gardé dans sa note", "Push this kept item"],
  pushNote: ["Reporter les éléments gardés de cette note…", "Push the kept items of this note…"],
  start: ["Lancer la surveillance", "Start watching"],
  stop: ["Arrêter la surveillance", "Stop watching"],
  alreadyOn: ["La surveillance est déjà en marche.", "The vault is being watched already."],
  notOurs: [
    "La surveillance n’a pas été lancée d’ici\u00a0: l’arrêter là où elle l’a été (vaultkit service, ou son terminal).",
    "Watching was not started here: stop it where it was (vaultkit service, or its terminal).",
  ],
  cannotStart: ["{program} n’a pas pu être lancé.", "{program} could not be started."],
  gone: ["vaultkit ne surveille pas ce coffre", "vaultkit does not watch this vault"],
  silent: ["vaultkit ne répond pas", "vaultkit does not answer"],
  tooLong: ["message trop long pour vaultkit", "the message is too long for vaultkit"],
  missing: [
    "vaultkit n’a pas été trouvé sur cette machine. Pour l’installer, dans un terminal, depuis une copie de son dépôt\u00a0: «\u00a0uv tool install .\u00a0» ou «\u00a0pipx install .\u00a0» (ou «\u00a0uv tool install git+\u00a0» suivi de l’adresse du dépôt). S’il est ailleurs, donner son chemin dans les paramètres.",
    "vaultkit was not found on this machine. To install it, in a terminal, from a copy of its repository: \"uv tool install .\" or \"pipx install .\" (or \"uv tool install git+\" followed by the address of the repository). If it is elsewhere, give its path in the settings.",
  ],
  absent: ["vaultkit est installé, mais ne surveille pas ce coffre.", "vaultkit is installed, but does not watch this vault."],
  old: [
    "vaultkit {version} est plus ancien que ce module complémentaire ({own})\u00a0: le mettre à jour («\u00a0uv tool upgrade obsidian-vaultkit\u00a0» ou «\u00a0pipx upgrade obsidian-vaultkit\u00a0»), puis relancer la surveillance.",
    "vaultkit {version} is older than this plugin ({own}): bring it up to date (\"uv tool upgrade obsidian-vaultkit\" or \"pipx upgrade obsidian-vaultkit\"), then start watching again.",
  ],
  new: [
    "vaultkit {version} est plus récent que ce module complémentaire ({own})\u00a0: lancer «\u00a0vaultkit plugin install\u00a0» dans ce coffre, puis rouvrir celui-ci.",
    "vaultkit {version} is newer than this plugin ({own}): run \"vaultkit plugin install\" in this vault, then open it again.",
  ],
  other: [
    "À l’adresse de ce coffre répond la surveillance d’un autre\u00a0: l’arrêter, puis la relancer ici.",
    "Where this vault should be watched, another one is: stop that, then start watching here.",
  ],
  broken: ["Ce qui répond n’est pas vaultkit, ou il est en panne\u00a0; nouvel essai dans un moment.", "What answers is not vaultkit, or it is broken; trying again in a moment."],
  unknown: ["Cette version de vaultkit ne sait pas le faire\u00a0: la mettre à jour.", "This version of vaultkit cannot do that: bring it up to date."],
  ended: ["La surveillance s’est arrêtée d’elle-même\u00a0: {detail}", "Watching ended by itself: {detail}"],
  otherWindow: [
    "Une autre fenêtre écrit déjà dans ce coffre\u00a0; celle-ci montre, sans écrire.",
    "Another window writes in this vault already; this one shows and does not write.",
  ],
  blind: [
    "L’application ne voit pas les fichiers changés au-dehors (un autre module complémentaire le cause parfois)\u00a0: la redémarrer. D’ici là, ne pas laisser d’autre programme écrire dans les notes ouvertes.",
    "The app does not see files that change outside it (another plugin may cause this): restart it. Until then let no other program write into open notes.",
  ],
  waitingTitle: ["En attente", "Waiting"],
  nothingWaits: ["Rien n’attend.", "Nothing waits."],
  nothingFound: ["Aucune remarque\u00a0: tout est en ordre.", "No findings: all is well."],
  notYet: ["Lecture des remarques…", "Reading the findings…"],
  fix: ["Corriger", "Fix"],
  fixWhat: ["Corriger\u00a0: {message}", "Fix: {message}"],
  explain: ["Expliquer", "Explain"],
  explainWhat: ["Expliquer {code}", "Explain {code}"],
  line: ["ligne {line}, colonne {column}", "line {line}, column {column}"],
  more: ["Afficher plus ({left})", "Show more ({left})"],
  vault: ["Le coffre", "The vault"],
  error: ["erreur", "error"],
  warning: ["avertissement", "warning"],
  info: ["remarque", "remark"],
  generatedFrom: ["Généré à partir de {notes}", "Generated from {notes}"],
  generated: ["Généré par vaultkit", "Generated by vaultkit"],
  stale: ["pas à jour", "not up to date"],
  badgeHelp: [
    "Ce passage suit ses notes. Ce que vous y réécrivez est gardé à la main. Cliquer pour aller à la source.",
    "This stretch follows its notes. What you reword in it is kept by hand. Click to go to the source.",
  ],
  showKept: ["Voir ce qui est gardé à la main…", "See what is kept by hand…"],
  noSource: ["Aucune note source.", "No source note."],
  beginMark: [
    "Repère de vaultkit\u00a0: ce qui suit, jusqu’au repère de fin, est généré. Effacer les deux repères rend le texte.",
    "Marker of vaultkit: what follows, up to the end marker, is generated. Delete both markers to take the text back.",
  ],
  endMark: ["Repère de vaultkit\u00a0: fin de la zone générée.", "Marker of vaultkit: end of the generated region."],
  keepMark: [
    "Gardé à la main\u00a0: vaultkit ne change pas ce qui précède. Effacer ce repère le rend à sa source.",
    "Kept by hand: vaultkit does not change what stands before. Delete this mark to give it back to its source.",
  ],
  pushTitle: ["Reporter dans les notes\u00a0: {note}", "Push into the notes: {note}"],
  pushHelp: [
    "Chaque formulation gardée à la main, à côté de ce que disent ses notes.",
    "Each wording kept by hand, beside what its notes say.",
  ],
  nothingKept: ["Rien n’est gardé à la main dans cette note.", "Nothing is kept by hand in this note."],
  yours: ["Dans cette note", "In this note"],
  theirs: ["D’après la source", "By the source"],
  noText: ["(rien)", "(nothing)"],
  push: ["Reporter", "Push"],
  pushHere: ["Reporter…", "Push…"],
  pushAll: ["Tout reporter", "Push all"],
  release: ["Rendre à la source", "Release"],
  notNow: [
    "{note}\u00a0: rien n’a été changé, car on y écrit en ce moment\u00a0; réessayer dans un instant.",
    "{note}: nothing was changed, because it is being written in; try again in a moment.",
  ],
  goToSource: ["Ouvrir {note}", "Open {note}"],
  close: ["Fermer", "Close"],
  allInStep: ["Tout était à jour.", "Everything was up to date."],
  settingPath: ["Chemin de vaultkit", "Path of vaultkit"],
  settingPathHelp: [
    "Pour cette machine seulement. Vide\u00a0: cherché aux endroits usuels. Utilisé\u00a0: {path}",
    "For this machine only. Empty: looked for in the usual places. In use: {path}",
  ],
  notFound: ["aucun", "none"],
  settingStart: ["Surveiller dès l’ouverture du coffre", "Watch when the vault opens"],
  settingStartHelp: [
    "Sur cette machine\u00a0: lance «\u00a0vaultkit watch\u00a0» si rien ne surveille encore ce coffre, et l’arrête à la fermeture.",
    "On this machine: starts \"vaultkit watch\" where nothing watches this vault yet, and stops it at the end.",
  ],
  settingNow: ["Surveillance", "Watching"],
};

/** Numbers of things: one and many in French, one and many in English. */
const COUNTS = {
  waiting: ["{n} en attente", "{n} en attente", "{n} waiting", "{n} waiting"],
  troubles: ["{n} problème", "{n} problèmes", "{n} trouble", "{n} troubles"],
  error: ["{n} erreur", "{n} erreurs", "{n} error", "{n} errors"],
  warning: ["{n} avertissement", "{n} avertissements", "{n} warning", "{n} warnings"],
  info: ["{n} remarque", "{n} remarques", "{n} remark", "{n} remarks"],
  notes: ["{n} note", "{n} notes", "{n} note", "{n} notes"],
  kept: ["{n} gardé à la main", "{n} gardés à la main", "{n} kept by hand", "{n} kept by hand"],
  written: ["{n} note mise à jour", "{n} notes mises à jour", "{n} note brought up to date", "{n} notes brought up to date"],
  refused: ["{n} non écrite", "{n} non écrites", "{n} not written", "{n} not written"],
};

/** @typedef {keyof typeof WORDS} Word */

/** Return whether the app speaks French. */
function isFrench() {
  return getLanguage().toLowerCase().startsWith("fr");
}

/**
 * Return a text in the language of the app.
 * @param {Word} word
 * @param {Record<string, string | number>} [values]
 */
function say(word, values = {}) {
  const [french, english] = WORDS[word];
  return (isFrench() ? french : english).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Return a number of things, in words.
 * @param {keyof typeof COUNTS} thing
 * @param {number} number
 */
function count(thing, number) {
  const [one, many, oneEnglish, manyEnglish] = COUNTS[thing];
  const words = isFrench() ? (number < 2 ? one : many) : number === 1 ? oneEnglish : manyEnglish;
  return words.replace("{n}", number.toLocaleString(isFrench() ? "fr" : "en"));
}

/**
 * Return what vaultkit says, in the language of the app.
 * @param {unknown} message
 * @returns {string}
 */
function worded(message) {
  const said = fieldsOf(message);
  return textOf(isFrench() ? said.fr : said.en) || textOf(said.en) || textOf(message);
}

/**
 * Return a name without its folder and its ending.
 * @param {string} file
 */
function titleOf(file) {
  return path.posix.basename(file).replace(/\.md$/i, "");
}

// What comes from a socket or from another plugin may be anything: these take it as what it should be.

/**
 * @param {unknown} value
 * @returns {Fields}
 */
function fieldsOf(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Fields} */ (value) : {};
}

/**
 * @param {unknown} value
 * @returns {Fields[]}
 */
function listOf(value) {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value */
function numberOf(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

// --------------------------------------------------------------------------------------------------- places

const IS_WINDOWS = process.platform === "win32";
const PIPES = "\\\\.\\pipe\\";

/**
 * Return the real path of a folder, spelled as the daemon spells it.
 * @param {string} folder
 */
function realPath(folder) {
  try {
    return IS_WINDOWS ? fs.realpathSync.native(folder) : fs.realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

/**
 * Return the folders where vaultkit may keep its state, the likeliest first.
 * An app in a sandbox of its own has another XDG_STATE_HOME than the daemon.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 * @param {string} [home]
 */
function stateFolders(env = process.env, platform = process.platform, home = os.homedir()) {
  if (platform === "win32") {
    return [path.join(env.LOCALAPPDATA || path.join(home, "AppData", "Local"), "vaultkit")];
  }
  const own = platform === "darwin" ? ["Library", "Application Support"] : [".local", "state"];
  const said = (env.XDG_STATE_HOME || "").trim();
  const bases = [...(path.isAbsolute(said) ? [said] : []), path.join(home, ...own)];
  return [...new Set(bases)].map((base) => path.join(base, "vaultkit"));
}

/**
 * Return the addresses at which the daemon of a vault may listen: of sockets, or on Windows of pipes.
 * A daemon that ended badly leaves its address behind.
 * @param {string} root The real path of the vault.
 */
function addresses(root) {
  const digest = crypto.createHash("sha256").update(root, "utf8").digest("hex").slice(0, 12);
  return stateFolders().flatMap((folder) => {
    const place = path.join(folder, digest, "s");
    const found = !IS_WINDOWS && isSocket(place) ? place : noted(`${place}.at`);
    return found === null ? [] : [found];
  });
}

/** @param {string} place */
function isSocket(place) {
  try {
    return fs.statSync(place).isSocket();
  } catch {
    return false;
  }
}

/**
 * Return the address that a daemon wrote down, if it is one.
 * @param {string} note
 */
function noted(note) {
  try {
    const said = fs.readFileSync(note).subarray(0, 4096).toString("utf8").trim();
    const wanted = IS_WINDOWS ? said.startsWith(PIPES) : path.isAbsolute(said);
    return wanted && !said.includes("\0") ? said : null;
  } catch {
    return null;
  }
}

/**
 * Return where vaultkit may be installed: apps are often started without the PATH of a terminal.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [home]
 */
function programFolders(env = process.env, home = os.homedir()) {
  const listed = (env.PATH || env.Path || "").split(path.delimiter);
  const usual = [path.join(home, ".local", "bin")];
  if (IS_WINDOWS) {
    const roaming = env.APPDATA || path.join(home, "AppData", "Roaming");
    usual.push(path.join(roaming, "uv", "tools", "obsidian-vaultkit", "Scripts"));
    usual.push(path.join(home, "pipx", "venvs", "obsidian-vaultkit", "Scripts"));
  } else {
    usual.push("/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin");
    const data = env.XDG_DATA_HOME || path.join(home, ".local", "share");
    usual.push(path.join(data, "uv", "tools", "obsidian-vaultkit", "bin"));
    usual.push(path.join(data, "pipx", "venvs", "obsidian-vaultkit", "bin"));
    usual.push(path.join(home, ".local", "pipx", "venvs", "obsidian-vaultkit", "bin"));
  }
  return [...new Set([...listed, ...usual])].filter((folder) => path.isAbsolute(folder));
}

/**
 * Return the first of these files that can be run.
 * @param {string[]} files
 */
function runnable(files) {
  const found = files.find((file) => {
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return fs.statSync(file).isFile();
    } catch {
      return false;
    }
  });
  return found ?? null;
}

/** Return the path of vaultkit on this machine, if it is in one of the usual places. */
function findExecutable() {
  const name = IS_WINDOWS ? "vaultkit.exe" : "vaultkit";
  return runnable(programFolders().map((folder) => path.join(folder, name)));
}

/**
 * Return whether a version is older (-1) or newer (1) than another in what they promise each other: the first
 * two numbers.
 * @param {string} one
 * @param {string} other
 */
function compareVersions(one, other) {
  const [a, b] = [one, other].map((version) => version.split(".").slice(0, 2).map(Number));
  return Math.sign(a[0] - b[0]) || Math.sign(a[1] - b[1]) || 0;
}

// ----------------------------------------------------------------------------------------------------- link

const PROTOCOL = 1;
const LONGEST_LINE = 16 * 1024 * 1024;
const WRONG_PROTOCOL = -32002;
const WRITER_TAKEN = -32003;
const UNKNOWN_METHOD = -32601;
const INVALID_PARAMS = -32602;

/** What a call came to where it brought no result: the daemon refused, is gone, or did not answer. */
class CallError extends Error {
  /**
   * @param {number | "gone" | "silent"} code
   * @param {unknown} message
   * @param {Fields} [data]
   */
  constructor(code, message, data = {}) {
    super(worded(message));
    this.code = code;
    this.data = data;
  }
}

/** Cuts what arrives into lines, and never holds more than `longest` bytes of one. */
class Lines {
  /** @param {number} [longest] */
  constructor(longest = LONGEST_LINE) {
    this.longest = longest;
    /** @type {Buffer[]} */
    this.held = [];
    this.size = 0;
  }

  /**
   * Return the lines that are whole now; throws RangeError for one that is too long.
   * @param {Buffer} data
   * @returns {string[]}
   */
  feed(data) {
    const lines = [];
    let from = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, from)) {
      this.hold(data.subarray(from, end));
      lines.push(Buffer.concat(this.held, this.size).toString("utf8"));
      this.held = [];
      this.size = 0;
      from = end + 1;
    }
    this.hold(data.subarray(from));
    return lines;
  }

  /** @param {Buffer} piece */
  hold(piece) {
    if (piece.length === 0) return;
    this.size += piece.length;
    if (this.size > this.longest) throw new RangeError("line too long");
    this.held.push(piece);
  }
}

/**
 * @typedef {object} Listener What a wire brings.
 * @property {(method: string, params: Fields) => Promise<Fields | null>} asked Answers; null: not at all.
 * @property {(method: string, params: Fields) => void} told
 * @property {() => void} closed
 */

/** One connection to the daemon: JSON-RPC, one object a line. What cannot be read is passed over. */
class Wire {
  /**
   * @param {net.Socket} socket
   * @param {Listener} listener
   */
  constructor(socket, listener) {
    this.socket = socket;
    this.listener = listener;
    this.isOpen = true;
    this.lastId = 0;
    /** @type {Map<number, {done: (value: unknown) => void, failed: (error: Error) => void, timer: number}>} */
    this.calls = new Map();
    const lines = new Lines();
    socket.on("data", (data) => {
      try {
        for (const line of lines.feed(Buffer.isBuffer(data) ? data : Buffer.from(data))) this.read(line);
      } catch {
        this.close();
      }
    });
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
  }

  /**
   * Connect, or reject where nobody answers.
   * @param {string} address
   * @param {Listener} listener
   * @param {number} [seconds]
   * @returns {Promise<Wire>}
   */
  static connect(address, listener, seconds = 5) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ path: address });
      const fail = () => {
        window.clearTimeout(timer);
        socket.destroy();
        reject(new CallError("gone", say("gone")));
      };
      const timer = window.setTimeout(fail, seconds * 1000);
      socket.once("error", fail);
      socket.once("connect", () => {
        window.clearTimeout(timer);
        socket.off("error", fail);
        resolve(new Wire(socket, listener));
      });
    });
  }

  /**
   * Ask, and resolve to the answer; rejects with CallError.
   * @param {string} method
   * @param {Fields} params
   * @param {number} seconds
   * @returns {Promise<unknown>}
   */
  call(method, params, seconds) {
    return new Promise((done, failed) => {
      const id = ++this.lastId;
      const timer = window.setTimeout(() => {
        this.calls.delete(id);
        failed(new CallError("silent", say("silent")));
      }, seconds * 1000);
      this.calls.set(id, { done, failed, timer });
      this.send({ id, method, params });
    });
  }

  /** End: what was asked is not answered. */
  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.socket.destroy();
    for (const call of this.calls.values()) {
      window.clearTimeout(call.timer);
      call.failed(new CallError("gone", say("gone")));
    }
    this.calls.clear();
    this.listener.closed();
  }

  /** @param {Fields} said */
  send(said) {
    const line = JSON.stringify({ jsonrpc: "2.0", ...said });
    if (Buffer.byteLength(line) > LONGEST_LINE) throw new CallError("silent", say("tooLong"));
    if (this.isOpen) this.socket.write(`${line}\n`);
    else if (typeof said.id === "number" && "method" in said) this.answered(said.id, {});
  }

  /** @param {string} line */
  read(line) {
    /** @type {Fields} */
    let said;
    try {
      said = fieldsOf(JSON.parse(line));
    } catch {
      return;
    }
    const { id, method } = said;
    if (typeof method === "string") {
      const params = fieldsOf(said.params);
      if (typeof id === "number" || typeof id === "string") void this.reply(id, method, params);
      else if (id === undefined) this.listener.told(method, params);
    } else if (typeof id === "number") {
      this.answered(id, said);
    }
  }

  /**
   * @param {number} id
   * @param {Fields} said
   */
  answered(id, said) {
    const call = this.calls.get(id);
    if (call === undefined) return;
    this.calls.delete(id);
    window.clearTimeout(call.timer);
    if ("result" in said) {
      call.done(said.result);
      return;
    }
    const error = fieldsOf(said.error);
    const data = fieldsOf(error.data);
    const message = textOf(data.en) ? data : textOf(error.message) || say("gone");
    call.failed(new CallError(said.error === undefined ? "gone" : numberOf(error.code), message, data));
  }

  /**
   * @param {number | string} id
   * @param {string} method
   * @param {Fields} params
   */
  async reply(id, method, params) {
    try {
      const result = await this.listener.asked(method, params);
      if (result !== null) this.send({ id, result });
    } catch (error) {
      const code = error instanceof CallError && error.code === UNKNOWN_METHOD ? UNKNOWN_METHOD : -32603;
      this.send({ id, error: { code, message: code === UNKNOWN_METHOD ? "unknown method" : "internal error" } });
    }
  }
}

/** @typedef {{kind: "missing" | "absent" | "old" | "new" | "other" | "broken" | "unknown" | "ended", detail: string}} Trouble */
/** @typedef {"us" | "other" | "none"} WriterIs */

/**
 * Keeps a connection to the daemon of a vault, and the seat of its writer.
 * Triggers `changed` (state, trouble or writer), `connected`, and `told` with each notification.
 */
class Link extends Events {
  /**
   * @param {string} folder The folder of the vault.
   * @param {string} version That of this plugin.
   * @param {() => string | null} executable
   */
  constructor(folder, version, executable) {
    super();
    this.root = realPath(folder);
    this.version = version;
    this.executable = executable;
    /** @type {"off" | "connecting" | "on"} */
    this.state = "off";
    /** @type {Trouble | null} */
    this.trouble = null;
    /** @type {WriterIs} */
    this.writer = "none";
    /** Applies an edit; the second asks whether it still makes sense. Set by the plugin.
     * @type {(params: Fields, isWanted: () => boolean) => Promise<Answer | null>} */
    this.edit = async () => "later";
    this.isRunning = false;
    /** @type {Wire | null} */
    this.wire = null;
    this.delay = 0;
    this.timer = 0;
    this.claimTimer = 0;
    this.since = 0;
    this.askedAt = -Infinity;
    this.seat = 0;
  }

  /** Connect, and go on until `stop`. */
  start() {
    if (this.isRunning) return;
    this.isRunning = true;
    this.hurry();
  }

  /** Leave: the daemon learns that nobody writes for it any more. */
  stop() {
    this.isRunning = false;
    window.clearTimeout(this.timer);
    window.clearTimeout(this.claimTimer);
    this.wire?.close();
    this.set("off", null);
  }

  /** Try at once, as after the daemon was started. */
  hurry() {
    this.delay = 500;
    this.askedAt = -Infinity;
    if (this.isRunning && this.state === "off") this.later(0);
  }

  /**
   * Ask the daemon; rejects with CallError.
   * @param {string} method
   * @param {Fields} [params]
   * @param {number} [seconds]
   * @returns {Promise<unknown>}
   */
  async call(method, params = {}, seconds = 10) {
    if (this.wire === null || this.state !== "on") throw new CallError("gone", say("gone"));
    return this.wire.call(method, params, seconds);
  }

  /** @param {number} wait In milliseconds. */
  later(wait) {
    window.clearTimeout(this.timer);
    if (this.isRunning) this.timer = window.setTimeout(() => void this.attempt(), wait);
  }

  async attempt() {
    if (!this.isRunning || this.state !== "off") return;
    this.state = "connecting";
    const trouble = await this.connect().catch(() => troubled("broken"));
    if (!this.isRunning) {
      this.wire?.close();
      return;
    }
    if (trouble === null || trouble.kind === "old" || trouble.kind === "new") {
      if (this.wire?.isOpen) {
        this.set("on", trouble);
        this.since = Date.now();
        this.trigger("connected");
        void this.claim();
        return;
      }
    }
    this.wire?.close();
    this.wire = null;
    this.set("off", trouble);
    this.delay = Math.min(Math.max(this.delay, 500) * 2, 15000);
    this.later(this.delay);
  }

  /**
   * Look for the daemon and greet it; return what is wrong, if anything.
   * @returns {Promise<Trouble | null>}
   */
  async connect() {
    const wire = (await this.reach(addresses(this.root))) ?? (await this.reach(await this.told()));
    if (wire === null) return troubled(this.executable() === null ? "missing" : "absent");
    this.wire = wire;
    try {
      const params = { protocol: PROTOCOL, version: this.version, vault: this.root, name: "Obsidian" };
      const said = fieldsOf(await wire.call("hello", params, 5));
      if (said.protocol !== PROTOCOL) return troubled("broken");
      if (said.matches !== true) return troubled("other");
      await wire.call("subscribe", {}, 5);
      const version = textOf(said.version);
      const order = compareVersions(version, this.version);
      return order === 0 ? null : troubled(order < 0 ? "old" : "new", version);
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== WRONG_PROTOCOL) return troubled("broken");
      wire.close(); // with another protocol nothing can be said
      const theirs = numberOf(error.data.protocol);
      return troubled(theirs < PROTOCOL ? "old" : "new");
    }
  }

  /**
   * @param {string[]} places
   * @returns {Promise<Wire | null>}
   */
  async reach(places) {
    for (const place of places) {
      try {
        /** @type {Wire} */
        const wire = await Wire.connect(place, {
          asked: (method, params) => this.asked(wire, method, params),
          told: (method, params) => this.wire === wire && this.notified(method, params),
          closed: () => this.lost(wire),
        });
        return wire;
      } catch {
        continue;
      }
    }
    return null;
  }

  /**
   * Ask vaultkit itself where the daemon listens: once now and then, since it starts a process.
   * @returns {Promise<string[]>}
   */
  async told() {
    const program = this.executable();
    if (program === null || Date.now() - this.askedAt < 600000) return [];
    this.askedAt = Date.now();
    const said = await output(program, ["--vault", this.root, "status", "--json"]);
    try {
      const socket = textOf(fieldsOf(JSON.parse(said)).socket);
      return socket ? [socket] : [];
    } catch {
      return [];
    }
  }

  /**
   * @param {Wire} wire
   * @param {string} method
   * @param {Fields} params
   * @returns {Promise<Fields | null>}
   */
  async asked(wire, method, params) {
    if (method === "ping") return {};
    if (method !== "edit") throw new CallError(UNKNOWN_METHOD, "unknown method");
    const { seat } = this;
    const isWanted = () => this.isRunning && this.wire === wire && wire.isOpen && this.seat === seat;
    const status = await this.edit(params, isWanted);
    return status === null ? null : { status };
  }

  /**
   * @param {string} method
   * @param {Fields} params
   */
  notified(method, params) {
    if (method === "writer/lost") {
      this.seat += 1;
      this.write("none");
      this.claimLater(5000);
    }
    this.trigger("told", method, params);
  }

  /** @param {Wire} wire */
  lost(wire) {
    if (this.wire !== wire) return;
    this.wire = null;
    window.clearTimeout(this.claimTimer);
    if (this.state !== "on") return;
    if (Date.now() - this.since > 5000) this.delay = 0;
    this.set("off", troubled("absent"));
    this.later((this.delay = Math.max(this.delay, 250) * 2));
  }

  /** Ask for the seat of the writer; where another window has it, go on asking. */
  async claim() {
    try {
      await this.call("writer/claim", {});
      this.write("us");
    } catch (error) {
      const isTaken = error instanceof CallError && error.code === WRITER_TAKEN;
      this.write(isTaken ? "other" : "none");
      this.claimLater(isTaken ? 20000 : 30000);
    }
  }

  /** @param {number} wait In milliseconds. */
  claimLater(wait) {
    window.clearTimeout(this.claimTimer);
    this.claimTimer = window.setTimeout(() => void (this.state === "on" && this.claim()), wait);
  }

  /** @param {WriterIs} writer */
  write(writer) {
    if (this.writer === writer) return;
    this.writer = writer;
    this.trigger("changed");
  }

  /**
   * @param {"off" | "on"} state
   * @param {Trouble | null} trouble
   */
  set(state, trouble) {
    this.state = state;
    this.trouble = trouble;
    if (state === "off") this.writer = "none";
    this.trigger("changed");
  }
}

/**
 * @param {Trouble["kind"]} kind
 * @param {string} [detail]
 * @returns {Trouble}
 */
function troubled(kind, detail = "") {
  return { kind, detail };
}

/**
 * Return what a program prints; nothing where it fails or takes longer than ten seconds.
 * @param {string} program
 * @param {string[]} words
 * @returns {Promise<string>}
 */
function output(program, words) {
  return new Promise((resolve) => {
    childProcess.execFile(
      program,
      words,
      { timeout: 10000, maxBuffer: 1 << 20, windowsHide: true },
      (error, printed) => resolve(error ? "" : printed),
    );
  });
}

/** The daemon, where this plugin started it: it stops only that one. Triggers `ended` with the last thing it said. */
class Daemon extends Events {
  constructor() {
    super();
    /** @type {import("child_process").ChildProcess | null} */
    this.process = null;
  }

  /**
   * Start to watch a vault; return whether the program could be run.
   * @param {string} program
   * @param {string} root
   * @returns {Promise<boolean>}
   */
  start(program, root) {
    if (this.process !== null) return Promise.resolve(true);
    const env = { ...process.env };
    if (!(env.LC_ALL || env.LC_MESSAGES || env.LANG)) env.LANG = isFrench() ? "fr_FR.UTF-8" : "en_US.UTF-8";
    const started = childProcess.spawn(program, ["watch", "--vault", root], {
      cwd: os.homedir(),
      env,
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
    });
    this.process = started;
    let last = "";
    started.stderr?.on("data", (data) => (last = `${last}${String(data)}`.slice(-2000)));
    started.once("exit", (code) => {
      if (this.process !== started) return;
      this.process = null;
      if (code) this.trigger("ended", last.trim().split("\n").pop() ?? "");
    });
    return new Promise((resolve) => {
      started.once("spawn", () => resolve(true));
      started.once("error", () => {
        if (this.process === started) this.process = null;
        resolve(false);
      });
    });
  }

  /** Stop what was started here. */
  stop() {
    const { process: started } = this;
    this.process = null;
    started?.kill();
  }
}

// --------------------------------------------------------------------------------------------------- writer

const BOM = "\ufeff";

/**
 * Return the text of a file as the app's editor holds it: without BOM, with LF.
 * @param {string} text
 */
function editorText(text) {
  return (text.startsWith(BOM) ? text.slice(1) : text).replace(/\r\n/g, "\n");
}

/**
 * Return the SHA-256 (hex) of a text.
 * @param {string} text
 */
function digestOf(text) {
  return crypto.createHash("sha256").update(text, "utf8").digest("hex");
}

/**
 * Return whether edits rise, do not overlap and lie in the text.
 * @param {unknown} edits
 * @param {number} length
 * @returns {edits is TextEdit[]}
 */
function areEdits(edits, length) {
  let last = 0;
  return (
    Array.isArray(edits) &&
    edits.every((edit) => {
      const { start, end, text } = fieldsOf(edit);
      const fits = Number.isInteger(start) && Number.isInteger(end) && typeof text === "string";
      if (!fits || numberOf(start) < last || numberOf(end) < numberOf(start)) return false;
      last = numberOf(end);
      return last <= length;
    })
  );
}

/**
 * Make edits in the text of a file; they count in the editor's text. Line ends and BOM of the file stay its own.
 * @param {string} text
 * @param {TextEdit[]} edits
 */
function applyEdits(text, edits) {
  const head = text.startsWith(BOM) ? BOM : "";
  const body = text.slice(head.length);
  const returns = [...body.matchAll(/\r\n/g)].map((found, index) => found.index - index);
  const isWindows = returns.length * 2 > body.split("\n").length - 1;
  let made = head;
  let from = 0;
  let passed = 0;
  /** @param {number} offset */
  const place = (offset) => {
    while (passed < returns.length && returns[passed] < offset) passed += 1;
    return offset + passed;
  };
  for (const edit of edits) {
    made += body.slice(from, place(edit.start));
    made += isWindows ? edit.text.replace(/\n/g, "\r\n") : edit.text;
    from = place(edit.end);
  }
  return made + body.slice(from);
}

/**
 * Return where the properties of a note end; 0 where it has none.
 * @param {string} text
 */
function propertiesEnd(text) {
  const found = /^---[ \t]*\n(?:[^]*?\n)?---[ \t]*(?:\n|$)/.exec(text);
  return found === null ? 0 : found[0].length;
}

/** All editors of notes in the app, those in embeds, canvases and popovers too: they have no leaf. */
class Editors {
  constructor() {
    /** @type {Set<EditorView>} */
    this.views = new Set();
    /** When a note was last changed in any editor, and in one that has no leaf, by path.
     * @type {Map<string, {any: number, embedded: number}>} */
    this.typed = new Map();
  }

  /**
   * Return the editors of a note.
   * @param {string} notePath
   */
  of(notePath) {
    return [...this.views].filter((view) => infoOf(view)?.file?.path === notePath);
  }

  /**
   * @param {EditorView} view
   * @param {number} now
   */
  changed(view, now) {
    const info = infoOf(view);
    if (!info?.file) return;
    const known = this.typed.get(info.file.path);
    const embedded = info instanceof MarkdownView ? (known?.embedded ?? -Infinity) : now;
    this.typed.set(info.file.path, { any: now, embedded });
  }
}

/** @param {EditorView} view */
function infoOf(view) {
  return view.state.field(editorInfoField, false);
}

/** Views that show something of the note they name, and hold no text of it. */
const READERS = new Set([
  "backlink", "bookmarks", "file-properties", "footnotes", "localgraph", "outgoing-link", "outline",
]);

/**
 * @typedef {object} Holder A place of the app that holds a note's text.
 * @property {string | null} text What it holds; null: it cannot be asked.
 * @property {Editor | null} editor Where edits can be made in it.
 * @property {(() => unknown) | null} save Saves it at once.
 * @property {boolean} isBusy Whether something is under way in it that an edit would break.
 */

/** Ends a `Vault.process` that is not to write. */
class Unchanged extends Error {}

/**
 * Makes the daemon's edits through the app, and never where anything is typed that is not saved.
 * One note after the other; from the look at all its views to the edit itself nothing else runs.
 */
class Writer {
  /**
   * @param {App} app
   * @param {Editors} [editors]
   */
  constructor(app, editors = new Editors()) {
    this.app = app;
    this.editors = editors;
    this.isEnded = false;
    /** After so many milliseconds an edit is too late: the daemon has stopped waiting. */
    this.patience = 9000;
    /** Properties of an open note change only after so many milliseconds without a change. */
    this.idle = 60000;
    /** So long a note is left alone after it was typed in somewhere that has no leaf. */
    this.embeddedQuiet = 5000;
    this.now = () => Date.now();
    /** Until when a person's own wish is being done: properties of an open note may change then too. */
    this.wishedUntil = 0;
    /** @type {Map<string, Promise<unknown>>} */
    this.queues = new Map();
  }

  /**
   * Make the edits of one request, or none; resolves to null where no answer makes sense any more.
   * @param {Fields} request
   * @param {() => boolean} [isWanted]
   * @returns {Promise<Answer | null>}
   */
  async edit(request, isWanted = () => true) {
    const arrived = this.now();
    const isInTime = () => {
      const age = this.now() - arrived;
      return !this.isEnded && age >= 0 && age < this.patience && isWanted();
    };
    const notePath = textOf(request.path);
    const turn = (this.queues.get(notePath) ?? Promise.resolve()).then(() => this.attempt(request, isInTime));
    this.queues.set(notePath, turn);
    try {
      return await turn;
    } finally {
      if (this.queues.get(notePath) === turn) this.queues.delete(notePath);
    }
  }

  /**
   * @param {Fields} request
   * @param {() => boolean} isInTime
   * @returns {Promise<Answer | null>}
   */
  async attempt(request, isInTime) {
    try {
      return isInTime() ? await this.make(request, isInTime) : null;
    } catch {
      return isInTime() ? "refused" : null;
    }
  }

  /**
   * @param {Fields} request
   * @param {() => boolean} isInTime
   * @returns {Promise<Answer | null>}
   */
  async make(request, isInTime) {
    const file = this.file(textOf(request.path));
    if (file === null) return "refused";
    const text = editorText(await this.app.vault.read(file));
    if (digestOf(text) !== request.textDigest || !areEdits(request.edits, text.length)) return "refused";
    if (!isInTime()) return null;
    if (this.file(textOf(request.path)) !== file) return "refused";
    const holders = this.holders(file);
    if (this.mustWait(file, text, request.edits, holders)) return "later";
    const inEditors = holders.filter((holder) => holder.editor !== null);
    if (inEditors.length > 0) return this.transact(inEditors, text, request.edits);
    return this.process(file, /** @type {EditRequest} */ (/** @type {unknown} */ (request)), isInTime);
  }

  /**
   * Return the note or canvas at a path of the vault.
   * @param {string} filePath
   */
  file(filePath) {
    const found =
      this.app.vault.getFileByPath(filePath) ?? this.app.vault.getFileByPath(filePath.normalize("NFC"));
    return found !== null && ["md", "canvas"].includes(found.extension) ? found : null;
  }

  /**
   * Make the edits in every editor of the note, as one step of undo in each, and let the app save it.
   * @param {Holder[]} holders
   * @param {string} text
   * @param {TextEdit[]} edits
   * @returns {Answer}
   */
  transact(holders, text, edits) {
    if (edits.length === 0) return "applied";
    let made = 0;
    for (const { editor } of holders) {
      if (editor === null) continue;
      const changes = edits.map((edit) => ({
        from: editor.offsetToPos(edit.start),
        to: editor.offsetToPos(edit.end),
        text: edit.text,
      }));
      const drawn = [...this.editors.views].find((view) => infoOf(view)?.editor === editor);
      try {
        setApart(drawn);
        editor.transaction({ changes }, "vaultkit");
      } finally {
        setApart(drawn);
        made += editor.getValue() === text ? 0 : 1;
      }
    }
    void this.save(holders);
    return made > 0 ? "applied" : "refused";
  }

  /**
   * Save, the editor that is typed in first: until it knows that its text is saved, the app would merge the next
   * key into it. Never two at once: a third could read a file that is half written.
   * @param {Holder[]} holders
   */
  async save(holders) {
    const active = this.app.workspace.activeEditor?.editor;
    const rank = (/** @type {Holder} */ { editor }) => (editor === active ? 2 : 0) + (editor?.hasFocus() ? 1 : 0);
    for (const { save } of [...holders].sort((one, other) => rank(other) - rank(one))) {
      try {
        await save?.();
      } catch {
        continue; // the app tries again by itself
      }
    }
  }

  /**
   * Make the edits in the file, where no editor shows the note.
   * @param {TFile} file
   * @param {EditRequest} request
   * @param {() => boolean} isInTime
   * @returns {Promise<Answer | null>}
   */
  async process(file, request, isInTime) {
    if (request.edits.length === 0) return "applied";
    /** @type {Answer | null} */
    let answer = null;
    try {
      await this.app.vault.process(file, (data) => {
        answer = isInTime() ? this.judge(file, editorText(data), request) : null;
        if (answer !== "applied") throw new Unchanged();
        return applyEdits(data, request.edits);
      });
      return answer;
    } catch (error) {
      return error instanceof Unchanged || !isInTime() ? answer : "refused";
    }
  }

  /**
   * Return what to answer for a file of which no editor was open a moment ago.
   * @param {TFile} file
   * @param {string} text
   * @param {EditRequest} request
   * @returns {Answer}
   */
  judge(file, text, request) {
    if (digestOf(text) !== request.textDigest || this.file(request.path) !== file) return "refused";
    const holders = this.holders(file);
    const isOpened = holders.some((holder) => holder.editor !== null);
    return isOpened || this.mustWait(file, text, request.edits, holders) ? "later" : "applied";
  }

  /**
   * Return whether the note must be left alone now.
   * @param {TFile} file
   * @param {string} text What the file says.
   * @param {TextEdit[]} edits
   * @param {Holder[]} holders
   */
  mustWait(file, text, edits, holders) {
    if (holders.some((holder) => holder.isBusy || holder.text !== text)) return true;
    if (file.extension !== "md" && holders.length > 0) return true; // the app would not merge
    const typed = this.editors.typed.get(file.path);
    const now = this.now();
    if (typed !== undefined && now - typed.embedded < this.embeddedQuiet) return true;
    if (holders.length === 0 || !edits.some((edit) => edit.start < propertiesEnd(text))) return false;
    if (now < this.wishedUntil) return false;
    const last = Math.max(typed?.any ?? 0, Math.min(file.stat.mtime, now));
    return this.isActive(file) || now - last < this.idle;
  }

  /** @param {TFile} file */
  isActive(file) {
    const { workspace } = this.app;
    const recent = workspace.getMostRecentLeaf()?.view;
    const shown = recent instanceof MarkdownView ? recent.file?.path : undefined;
    return [workspace.activeEditor?.file?.path, shown].includes(file.path);
  }

  /**
   * Return all that holds the text of a file.
   * @param {TFile} file
   * @returns {Holder[]}
   */
  holders(file) {
    const drawn = this.editors.of(file.path);
    /** @type {Holder[]} */
    const found = [];
    this.app.workspace.iterateAllLeaves((leaf) => {
      const holder = leaf.isDeferred ? null : this.ofLeaf(leaf, file.path, drawn);
      if (holder !== null) found.push(holder);
    });
    const others = drawn.filter((view) => !(infoOf(view) instanceof MarkdownView));
    found.push(...others.map(embeddedHolder));
    const active = this.app.workspace.activeEditor;
    const isKnown = active instanceof MarkdownView || others.some((view) => infoOf(view) === active);
    if (active?.file?.path === file.path && !isKnown) {
      found.push({ text: active.editor?.getValue() ?? null, editor: null, save: null, isBusy: true });
    }
    return found;
  }

  /**
   * @param {WorkspaceLeaf} leaf
   * @param {string} notePath
   * @param {EditorView[]} drawn
   * @returns {Holder | null}
   */
  ofLeaf(leaf, notePath, drawn) {
    const { view } = leaf;
    if (view instanceof MarkdownView) {
      if (view.file?.path !== notePath) return null;
      const isSource = view.getMode() === "source";
      return {
        text: view.getViewData(),
        editor: isSource ? view.editor : null,
        save: () => view.save(),
        isBusy: hasFocus(view.containerEl, ".metadata-container") || isComposing(view, drawn),
      };
    }
    const isNamed = view instanceof TextFileView && view.file?.path === notePath;
    if (!isNamed && fieldsOf(leaf.getViewState().state).file !== notePath) return null;
    if (READERS.has(view.getViewType())) {
      const isBusy = hasFocus(view.containerEl, "input, textarea, [contenteditable]");
      return isBusy ? { text: null, editor: null, save: null, isBusy } : null;
    }
    const text = view instanceof TextFileView && isNamed ? view.getViewData() : null;
    return { text: text === null ? null : editorText(text), editor: null, save: null, isBusy: false };
  }
}

/**
 * Return the holder that an editor without a leaf is; one that is typed in and cannot be saved at once is busy.
 * @param {EditorView} view
 * @returns {Holder}
 */
function embeddedHolder(view) {
  const owner = infoOf(view);
  const editor = owner?.editor ?? null;
  const saves = fieldsOf(owner).save;
  const save = typeof saves === "function" ? () => saves.call(owner) : null;
  const isBusy = view.composing || editor === null || (save === null && view.hasFocus);
  return { text: view.state.doc.toString(), editor, save, isBusy };
}

/**
 * Return whether a word is being composed in the editor of a view, or a cell of one of its tables is being written.
 * @param {MarkdownView} view
 * @param {EditorView[]} drawn
 */
function isComposing(view, drawn) {
  const own = fieldsOf(view.editor).cm;
  if (own instanceof EditorView && own.composing) return true;
  const parts = drawn.filter((each) => infoOf(each) === view);
  return parts.some((each) => each.composing || (own !== undefined && each !== own && each.hasFocus));
}

/**
 * Return whether something in an element is being written, inside of what the selector names.
 * @param {HTMLElement} element
 * @param {string} selector
 */
function hasFocus(element, selector) {
  const focused = element.ownerDocument?.activeElement;
  return Boolean(focused && element.contains(focused) && focused.closest(selector));
}

/**
 * Let what follows be a step of undo of its own.
 * @param {EditorView | undefined} view
 */
function setApart(view) {
  view?.dispatch({ annotations: isolateHistory.of("full") });
}

// -------------------------------------------------------------------------------------------------- regions

/** The regions of the notes that are shown, as the daemon tells them. Triggers `changed` with a path. */
class Regions extends Events {
  /** @param {(path: string) => Promise<NoteRegions>} ask */
  constructor(ask) {
    super();
    this.ask = ask;
    /** @type {Map<string, NoteRegions>} */
    this.known = new Map();
    /** @type {Map<string, number>} */
    this.users = new Map();
    /** @type {Set<string>} */
    this.asked = new Set();
    /** @type {WeakMap<NoteRegions, {text: string, lines: number[] | null}>} */
    this.placed = new WeakMap();
  }

  /**
   * Keep the regions of a note up to date until the function returned is called.
   * @param {string} notePath
   * @returns {() => void}
   */
  use(notePath) {
    this.users.set(notePath, (this.users.get(notePath) ?? 0) + 1);
    if (!this.known.has(notePath)) void this.fetch(notePath);
    return () => {
      const left = (this.users.get(notePath) ?? 1) - 1;
      if (left > 0) {
        this.users.set(notePath, left);
      } else {
        this.users.delete(notePath);
        this.known.delete(notePath);
      }
    };
  }

  /** Ask again for all notes that are shown. */
  refresh() {
    for (const notePath of this.users.keys()) void this.fetch(notePath);
  }

  /** @param {string} notePath */
  async fetch(notePath) {
    if (this.asked.has(notePath)) return;
    this.asked.add(notePath);
    try {
      const found = await this.ask(notePath);
      if (!this.users.has(notePath)) return;
      this.known.set(notePath, found);
      this.trigger("changed", notePath);
    } catch {
      return; // no daemon, or one that knows no regions: what is shown stays
    } finally {
      this.asked.delete(notePath);
    }
  }

  /**
   * Return the regions of a note with the line where the body of each begins; none where the text is another.
   * @param {string} notePath
   * @param {string} text
   * @returns {{region: Region, line: number}[]}
   */
  inText(notePath, text) {
    const note = this.known.get(notePath);
    if (note === undefined || note.regions.length === 0) return [];
    let placed = this.placed.get(note);
    if (placed === undefined || placed.text !== text) {
      const same = editorText(text);
      const isSame = digestOf(same) === note.textDigest;
      placed = { text, lines: isSame ? note.regions.map((region) => firstLine(same, region)) : null };
      this.placed.set(note, placed);
    }
    const { lines } = placed;
    return lines === null ? [] : note.regions.map((region, index) => ({ region, line: lines[index] }));
  }
}

/**
 * Return the number, from 0, of the first line of a region that says something.
 * @param {string} text
 * @param {Region} region
 */
function firstLine(text, region) {
  const body = text.slice(region.bodyStart, region.bodyEnd);
  const until = region.bodyStart + Math.max(body.search(/[^\s>]/), 0);
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < until; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/**
 * Take what the daemon says of a note's regions as that, whatever it is.
 * @param {string} notePath
 * @param {unknown} said
 * @returns {NoteRegions}
 */
function readRegions(notePath, said) {
  const { textDigest, regions } = fieldsOf(said);
  return { path: notePath, textDigest: textOf(textDigest), regions: listOf(regions).map(readRegion) };
}

/**
 * @param {Fields} said
 * @returns {Region}
 */
function readRegion(said) {
  return {
    ...readSpan(said),
    key: textOf(said.key),
    name: textOf(said.name),
    words: said.words,
    bodyStart: numberOf(said.bodyStart),
    bodyEnd: numberOf(said.bodyEnd),
    stale: said.stale === true,
    sources: textsOf(said.sources),
    kept: listOf(said.kept).map(readKept),
  };
}

/**
 * @param {Fields} said
 * @returns {Kept}
 */
function readKept(said) {
  return {
    ...readSpan(said),
    id: textOf(said.id),
    wording: textOf(said.wording),
    generated: typeof said.generated === "string" ? said.generated : null,
    sources: textsOf(said.sources),
    target: textOf(said.target) || null,
    proposal: worded(said.proposal) ? /** @type {Message} */ (said.proposal) : null,
    without: worded(said.without) ? /** @type {Message} */ (said.without) : null,
  };
}

/** @param {Fields} said */
function readSpan(said) {
  return { start: numberOf(said.start), end: numberOf(said.end) };
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function textsOf(value) {
  return Array.isArray(value) ? value.map(textOf).filter(Boolean) : [];
}

/**
 * Draw what tells that a stretch is generated, and from what; clicking it goes there.
 * @param {HTMLElement} parent
 * @param {Region} region
 * @param {string} notePath
 * @param {VaultkitPlugin} plugin
 */
function drawBadge(parent, region, notePath, plugin) {
  const { sources, kept } = region;
  const words = [sources.length ? say("generatedFrom", { notes: count("notes", sources.length) }) : say("generated")];
  if (kept.length) words.push(count("kept", kept.length));
  if (region.stale) words.push(say("stale"));
  const badge = parent.createEl("button", { cls: "vaultkit-badge", attr: { type: "button" } });
  badge.toggleClass("is-stale", region.stale);
  setIcon(badge.createSpan({ cls: "vaultkit-badge-icon" }), region.stale ? "refresh-cw" : "link");
  badge.createSpan({ text: words.join(" · ") });
  const names = sources.slice(0, 12).map(titleOf);
  if (sources.length > names.length) names.push("…");
  setTooltip(badge, [words.join(" · "), names.join(", "), say("badgeHelp")].filter(Boolean).join("\n"));
  badge.addEventListener("click", (event) => {
    event.preventDefault();
    plugin.openSources(region, notePath, badge, event);
  });
}

/** The badges of one section of a note in reading view. */
class SectionBadges extends MarkdownRenderChild {
  /**
   * @param {HTMLElement} element
   * @param {import("obsidian").MarkdownPostProcessorContext} context
   * @param {VaultkitPlugin} plugin
   */
  constructor(element, context, plugin) {
    super(element);
    this.context = context;
    this.plugin = plugin;
  }

  onload() {
    const { sourcePath } = this.context;
    this.register(this.plugin.regions.use(sourcePath));
    this.registerEvent(
      this.plugin.regions.on("changed", (changed) => {
        if (changed === sourcePath) this.draw();
      }),
    );
    this.draw();
  }

  onunload() {
    this.clear();
  }

  clear() {
    this.containerEl.querySelectorAll(":scope > .vaultkit-badge-line").forEach((line) => line.remove());
  }

  draw() {
    this.clear();
    const section = this.context.getSectionInfo(this.containerEl);
    if (section === null || this.containerEl.closest(".markdown-source-view") !== null) return;
    for (const { region, line } of this.plugin.regions.inText(this.context.sourcePath, section.text)) {
      if (line < section.lineStart || line > section.lineEnd) continue;
      const holder = this.containerEl.createDiv({ cls: "vaultkit-badge-line" });
      this.containerEl.prepend(holder);
      drawBadge(holder, region, this.context.sourcePath, this.plugin);
    }
  }
}

// --------------------------------------------------------------------------------------- marks in the editor

const MARKS = /<!--\s*(?:vaultkit:(begin|end)|vk:keep)\b.*?(?:-->|$)/g;

/** @type {import("@codemirror/state").StateEffectType<{path: string, regions: Region[]}>} */
const showRegions = StateEffect.define();

/** The badge above a region in live preview. */
class BadgeWidget extends WidgetType {
  /**
   * @param {Region} region
   * @param {string} notePath
   * @param {VaultkitPlugin} plugin
   */
  constructor(region, notePath, plugin) {
    super();
    this.region = region;
    this.notePath = notePath;
    this.plugin = plugin;
    this.sign = JSON.stringify([notePath, region.stale, region.sources, region.kept.length]);
  }

  /** @param {BadgeWidget} other */
  eq(other) {
    return other.sign === this.sign;
  }

  toDOM() {
    const line = createDiv({ cls: "vaultkit-badge-line" });
    drawBadge(line, this.region, this.notePath, this.plugin);
    return line;
  }

  ignoreEvent() {
    return true;
  }
}

/**
 * Return what the editors of the app get: they are known to the writer, and show badges and dimmed marks.
 * @param {VaultkitPlugin} plugin
 * @returns {import("@codemirror/state").Extension[]}
 */
function editorExtensions(plugin) {
  return [watchedEditor(plugin), badgeField(plugin), dimmedMarks()];
}

/** @param {VaultkitPlugin} plugin */
function watchedEditor(plugin) {
  return ViewPlugin.fromClass(
    class {
      /** @param {EditorView} view */
      constructor(view) {
        this.view = view;
        this.path = "";
        this.isGone = false;
        this.release = () => {};
        plugin.editors.views.add(view);
        this.listener = plugin.regions.on("changed", (changed) => {
          if (changed === this.path) this.draw();
        });
        this.follow();
      }

      /** @param {import("@codemirror/view").ViewUpdate} update */
      update(update) {
        if (update.docChanged) plugin.editors.changed(this.view, plugin.writer.now());
        this.follow();
      }

      destroy() {
        this.isGone = true;
        plugin.editors.views.delete(this.view);
        plugin.regions.offref(this.listener);
        this.release();
      }

      follow() {
        const now = infoOf(this.view)?.file?.path ?? "";
        if (now === this.path) return;
        this.release();
        this.path = now;
        this.release = now ? plugin.regions.use(now) : () => {};
        window.setTimeout(() => this.draw(), 0); // an editor cannot be changed while it changes
      }

      draw() {
        const note = plugin.regions.known.get(this.path);
        if (this.isGone || note === undefined || this.view.composing) return;
        const { doc } = this.view.state;
        if (note.regions.length > 0 && digestOf(doc.toString()) !== note.textDigest) return;
        this.view.dispatch({ effects: showRegions.of({ path: note.path, regions: note.regions }) });
      }
    },
  );
}

/** @param {VaultkitPlugin} plugin */
function badgeField(plugin) {
  /** @param {import("@codemirror/state").EditorState} state */
  const isLive = (state) => state.field(editorLivePreviewField, false) === true;
  return StateField.define({
    create: (state) => ({ badges: Decoration.none, isLive: isLive(state) }),
    update(value, transaction) {
      let badges = value.badges.map(transaction.changes);
      for (const effect of transaction.effects) {
        if (effect.is(showRegions)) badges = drawnBadges(transaction.state, effect.value, plugin);
      }
      return { badges, isLive: isLive(transaction.state) };
    },
    provide: (field) => EditorView.decorations.from(field, (value) => (value.isLive ? value.badges : Decoration.none)),
  });
}

/**
 * @param {import("@codemirror/state").EditorState} state
 * @param {{path: string, regions: Region[]}} note
 * @param {VaultkitPlugin} plugin
 */
function drawnBadges(state, note, plugin) {
  const drawn = note.regions
    .filter((region) => region.start <= state.doc.length)
    .map((region) => {
      const widget = new BadgeWidget(region, note.path, plugin);
      return Decoration.widget({ widget, block: true, side: -1 }).range(state.doc.lineAt(region.start).from);
    });
  return Decoration.set(drawn, true);
}

/** Dims the markers of vaultkit in live preview, with what they mean on hover. */
function dimmedMarks() {
  const matcher = new MatchDecorator({
    regexp: MARKS,
    decoration: (match) => {
      const word = match[1] === undefined ? "keepMark" : match[1] === "begin" ? "beginMark" : "endMark";
      return Decoration.mark({ class: "vaultkit-mark", attributes: { title: say(word) } });
    },
  });
  return ViewPlugin.fromClass(
    class {
      /** @param {EditorView} view */
      constructor(view) {
        this.marks = matcher.createDeco(view);
      }

      /** @param {import("@codemirror/view").ViewUpdate} update */
      update(update) {
        this.marks = matcher.updateDeco(update, this.marks);
      }
    },
    {
      provide: (made) =>
        EditorView.decorations.of((view) => {
          const isLive = view.state.field(editorLivePreviewField, false) === true;
          return (isLive && view.plugin(made)?.marks) || Decoration.none;
        }),
    },
  );
}

// ---------------------------------------------------------------------------------------------------- board

/** What is known of the vault and shown: one place for status bar and view. Triggers `changed`. */
class Board extends Events {
  constructor() {
    super();
    /** @type {"off" | "connecting" | "on"} */
    this.link = "off";
    /** @type {Trouble | null} */
    this.trouble = null;
    /** @type {WriterIs} */
    this.writer = "none";
    /** @type {Standing | null} */
    this.standing = null;
    /** @type {Finding[] | null} */
    this.diagnostics = null;
    /** Whether the app sees what changes outside it; null: not known.
     * @type {boolean | null} */
    this.sees = null;
    this.busy = 0;
  }

  /** @param {Partial<Pick<Board, "link" | "trouble" | "writer" | "standing" | "diagnostics" | "sees" | "busy">>} known */
  set(known) {
    const { link, trouble, writer, standing, diagnostics, sees, busy } = { ...this, ...known };
    this.link = link;
    this.trouble = trouble;
    this.writer = writer;
    this.standing = standing;
    this.diagnostics = diagnostics;
    this.sees = sees;
    this.busy = busy;
    this.trigger("changed");
  }

  /** Return how many diagnostics of a severity there are. @param {string} severity */
  counted(severity) {
    if (this.diagnostics === null) return numberOf(this.standing?.counts?.[severity]);
    return this.diagnostics.filter((each) => each.severity === severity).length;
  }

  /** Return what is wrong beside the diagnostics, as sentences. @returns {string[]} */
  alerts() {
    const said = this.link === "on" ? (this.standing?.degraded ?? []).map(worded) : [];
    if (this.writer === "other") said.unshift(say("otherWindow"));
    if (this.sees === false) said.unshift(say("blind"));
    return said;
  }

  /**
   * Return how things stand in one word, with the number that belongs to it.
   * @returns {{kind: "off" | "working" | "trouble" | "waiting" | "step", number: number}}
   */
  summary() {
    if (this.link !== "on") return { kind: "off", number: 0 };
    if (this.busy > 0 || this.standing === null) return { kind: "working", number: this.busy };
    const waiting = this.standing?.waiting ?? [];
    const stuck = waiting.filter((each) => STUCK.has(each.because)).length;
    const troubles = this.counted("error") + stuck + this.alerts().length;
    if (troubles > 0) return { kind: "trouble", number: troubles };
    return waiting.length > 0 ? { kind: "waiting", number: waiting.length } : { kind: "step", number: 0 };
  }
}

/** Reasons to wait that end only when somebody does something. */
const STUCK = new Set(["refused", "unreadable", "unsettled", "reverted", "empty"]);

/**
 * Return what is wrong with the connection, as a sentence.
 * @param {Trouble | null} trouble
 * @param {string} own The version of this plugin.
 */
function troubleWords(trouble, own) {
  if (trouble === null) return "";
  return say(trouble.kind, { detail: trouble.detail, version: trouble.detail, own }).replace(/ {2,}/g, " ");
}

/**
 * Take what the daemon says of itself as that, whatever it is.
 * @param {unknown} said
 * @returns {Standing}
 */
function readStanding(said) {
  const { batches, waiting, counts, degraded, version } = fieldsOf(said);
  return {
    batches: numberOf(batches),
    waiting: listOf(waiting).map((each) => /** @type {Waiting} */ (/** @type {unknown} */ (each))),
    counts: /** @type {Record<string, number>} */ (fieldsOf(counts)),
    degraded: /** @type {Message[]} */ (Array.isArray(degraded) ? degraded : []),
    version: textOf(version),
  };
}

/**
 * @param {unknown} said
 * @returns {Finding[]}
 */
function readFindings(said) {
  return listOf(fieldsOf(said).diagnostics).map((each) => ({
    code: textOf(each.code),
    name: textOf(each.name),
    severity: textOf(each.severity) || "info",
    path: textOf(each.path),
    line: numberOf(each.line),
    column: numberOf(each.column),
    message: textOf(each.message),
    hint: textOf(each.hint) || null,
    fixable: each.fixable === true,
  }));
}

// --------------------------------------------------------------------------------------------------- status

const ICONS = {
  off: "circle-off", working: "loader", trouble: "alert-triangle", waiting: "clock", step: "check",
};

/** The item in the status bar; clicking it opens the view. */
class StatusItem {
  /**
   * @param {HTMLElement} element
   * @param {VaultkitPlugin} plugin
   */
  constructor(element, plugin) {
    this.element = element;
    this.plugin = plugin;
    element.addClass("vaultkit-status", "mod-clickable");
    element.setAttrs({ role: "button", tabindex: "0" });
    this.icon = element.createSpan({ cls: "vaultkit-status-icon status-bar-item-icon" });
    this.text = element.createSpan({ cls: "vaultkit-status-text" });
    plugin.registerDomEvent(element, "click", () => void plugin.openView());
    plugin.registerDomEvent(element, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      void plugin.openView();
    });
    plugin.registerEvent(plugin.board.on("changed", () => this.draw()));
    this.draw();
  }

  draw() {
    const { board } = this.plugin;
    const { kind, number } = board.summary();
    this.element.dataset.state = kind;
    setIcon(this.icon, ICONS[kind]);
    const shown = say("status", { state: summaryWords(kind, number) });
    this.text.setText(shown);
    const lines = [shown, troubleWords(board.trouble, this.plugin.manifest.version), ...board.alerts(), totals(board)];
    setTooltip(this.element, lines.filter(Boolean).join("\n"), { placement: "top" });
  }
}

/**
 * @param {ReturnType<Board["summary"]>["kind"]} kind
 * @param {number} number
 */
function summaryWords(kind, number) {
  if (kind === "trouble") return count("troubles", number);
  if (kind === "waiting") return count("waiting", number);
  return say(kind === "off" ? "off" : kind === "working" ? "working" : "inStep");
}

/** @param {Board} board */
function totals(board) {
  if (board.link !== "on") return "";
  const words = SEVERITIES.map((severity) => [severity, board.counted(severity)])
    .filter(([, number]) => number)
    .map(([severity, number]) => count(/** @type {"error"} */ (severity), Number(number)));
  const waiting = board.standing?.waiting.length ?? 0;
  if (waiting > 0) words.push(count("waiting", waiting));
  return words.join(", ");
}

/** @type {("error" | "warning" | "info")[]} */
const SEVERITIES = ["error", "warning", "info"];

// ----------------------------------------------------------------------------------------------------- view

const VIEW_TYPE = "vaultkit-findings";
const STEP = 200;

/** What vaultkit finds in the vault, grouped by note, and what waits. */
class FindingsView extends ItemView {
  /**
   * @param {WorkspaceLeaf} leaf
   * @param {VaultkitPlugin} plugin
   */
  constructor(leaf, plugin) {
    super(leaf);
    this.plugin = plugin;
    this.shown = STEP;
    /** @type {Set<string>} */
    this.folded = new Set();
    this.isDue = false;
  }

  getViewType() {
    return VIEW_TYPE;
  }

  getDisplayText() {
    return say("viewTitle");
  }

  getIcon() {
    return "list-checks";
  }

  async onOpen() {
    this.contentEl.addClass("vaultkit-view");
    this.registerEvent(this.plugin.board.on("changed", () => this.drawSoon()));
    this.registerDomEvent(this.contentEl, "keydown", (event) => this.move(event));
    this.draw();
  }

  /** Draw once, however much has changed. */
  drawSoon() {
    if (this.isDue) return;
    this.isDue = true;
    window.setTimeout(() => {
      this.isDue = false;
      if (this.contentEl.isConnected) this.draw();
    }, 50);
  }

  /** Draw all of it; what had the focus has it again. */
  draw() {
    const { contentEl } = this;
    const { scrollTop, ownerDocument } = contentEl;
    const focused = ownerDocument.activeElement;
    const key = focused?.instanceOf(HTMLElement) && contentEl.contains(focused) ? focused.dataset.key : undefined;
    contentEl.empty();
    this.drawHead(contentEl.createDiv({ cls: "vaultkit-head" }));
    this.drawWaiting(contentEl);
    this.drawFindings(contentEl);
    contentEl.scrollTop = scrollTop;
    if (key === undefined) return;
    const again = [...contentEl.querySelectorAll("[data-key]")].find((each) => each.getAttribute("data-key") === key);
    if (again?.instanceOf(HTMLElement)) again.focus();
  }

  /** @param {HTMLElement} head */
  drawHead(head) {
    const { board, manifest } = this.plugin;
    const { kind, number } = board.summary();
    const line = head.createDiv({ cls: "vaultkit-summary", attr: { role: "status", "data-state": kind } });
    setIcon(line.createSpan({ cls: "vaultkit-summary-icon" }), ICONS[kind]);
    const isSaid = kind === "waiting" || (kind === "trouble" && number === board.counted("error"));
    if (!isSaid) line.createSpan({ cls: "vaultkit-state", text: summaryWords(kind, number) });
    line.createSpan({ text: totals(board) });
    for (const alert of [troubleWords(board.trouble, manifest.version), ...board.alerts()].filter(Boolean)) {
      head.createDiv({ cls: "vaultkit-alert", text: alert, attr: { role: "alert" } });
    }
    const bar = head.createDiv({ cls: "vaultkit-bar" });
    if (board.link === "on") {
      const rebuild = button(bar, say("rebuildShort"), "head:rebuild", () => this.plugin.rebuild());
      const undo = button(bar, say("undoShort"), "head:undo", () => this.plugin.act("undo", {}, null));
      setTooltip(rebuild, say("rebuild"));
      setTooltip(undo, say("undo"));
    } else {
      button(bar, say("start"), "head:start", () => this.plugin.startDaemon());
    }
  }

  /** @param {HTMLElement} parent */
  drawWaiting(parent) {
    const waiting = this.plugin.board.standing?.waiting ?? [];
    if (this.plugin.board.link !== "on" || waiting.length === 0) return;
    const section = parent.createEl("section", { cls: "vaultkit-waiting" });
    section.createDiv({ cls: "vaultkit-title", text: say("waitingTitle"), attr: { role: "heading", "aria-level": "3" } });
    const list = section.createEl("ul");
    for (const each of waiting.slice(0, STEP)) {
      const item = list.createEl("li");
      const notePath = textOf(each.path);
      if (notePath) {
        const open = () => this.plugin.goTo(notePath);
        button(item, titleOf(notePath), `waiting:${notePath}`, open, "vaultkit-go").setAttr("title", notePath);
      }
      item.createSpan({ cls: "vaultkit-reason", text: reasonOf(each) });
    }
    if (waiting.length > STEP) section.createDiv({ text: count("waiting", waiting.length) });
  }

  /** @param {HTMLElement} parent */
  drawFindings(parent) {
    const { diagnostics, link } = this.plugin.board;
    if (link !== "on") return;
    if (diagnostics === null || diagnostics.length === 0) {
      parent.createDiv({ cls: "vaultkit-empty", text: say(diagnostics === null ? "notYet" : "nothingFound") });
      return;
    }
    let left = this.shown;
    for (const [notePath, found] of grouped(diagnostics)) {
      if (left <= 0) break;
      left -= this.drawGroup(parent, notePath, found, left);
    }
    const hidden = Math.max(0, diagnostics.length - this.shown);
    if (hidden === 0) return;
    button(parent, say("more", { left: hidden }), "more", () => {
      this.shown += STEP;
      this.draw();
    }, "vaultkit-more");
  }

  /**
   * Draw what was found in one note; return how much of the room that takes.
   * @param {HTMLElement} parent
   * @param {string} notePath
   * @param {Finding[]} found
   * @param {number} room
   */
  drawGroup(parent, notePath, found, room) {
    const group = parent.createEl("section", { cls: "vaultkit-group" });
    const isFolded = this.folded.has(notePath);
    const fold = () => {
      if (!this.folded.delete(notePath)) this.folded.add(notePath);
      this.draw();
    };
    const head = button(group, "", `group:${notePath}`, fold, "vaultkit-group-head");
    head.setAttrs({ "aria-expanded": String(!isFolded), title: notePath });
    setIcon(head.createSpan({ cls: "vaultkit-fold" }), isFolded ? "chevron-right" : "chevron-down");
    head.createSpan({ cls: "vaultkit-group-name", text: notePath ? titleOf(notePath) : say("vault") });
    head.createSpan({ cls: "vaultkit-group-count", text: String(found.length) });
    if (isFolded) return found.length;
    const list = group.createEl("ul");
    found.slice(0, room).forEach((each) => this.drawFinding(list.createEl("li"), each));
    return found.length;
  }

  /**
   * @param {HTMLElement} item
   * @param {Finding} found
   */
  drawFinding(item, found) {
    const severity = SEVERITIES.find((each) => each === found.severity) ?? "info";
    const key = [found.path, found.line, found.column, found.code, found.message].join(":");
    item.addClass("vaultkit-finding", `is-${severity}`);
    const go = button(item, "", key, () => this.plugin.goTo(found.path, found.line, found.column), "vaultkit-go");
    setIcon(go.createSpan({ cls: "vaultkit-severity", attr: { "aria-label": say(severity), role: "img" } }),
      severity === "error" ? "x-circle" : severity === "warning" ? "alert-triangle" : "info");
    go.createSpan({ cls: "vaultkit-message", text: found.message });
    go.createSpan({
      cls: "vaultkit-place",
      text: `${found.line}:${found.column}`,
      attr: { "aria-label": say("line", { line: found.line, column: found.column }) },
    });
    const isKept = found.name === "kept-item";
    const bar = item.createDiv({ cls: "vaultkit-finding-bar" });
    // where a button does what the hint says to type, the button is enough
    const isDone = (found.fixable || isKept) && found.hint?.includes("vaultkit ");
    if (found.hint && !isDone) bar.createSpan({ cls: "vaultkit-hint", text: found.hint });
    if (found.fixable) {
      const fix = button(bar, say("fix"), `fix:${key}`, () => this.plugin.fix(found));
      fix.setAttr("aria-label", say("fixWhat", { message: found.message }));
    }
    if (isKept) {
      button(bar, say("pushHere"), `push:${key}`, () => new PushDialog(this.plugin, found.path).open());
    }
    const explain = button(bar, say("explain"), `explain:${key}`, () => this.plugin.explain({ code: found.code }));
    explain.setAttr("aria-label", say("explainWhat", { code: found.code }));
  }

  /**
   * The arrow keys go from one finding to the next.
   * @param {KeyboardEvent} event
   */
  move(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const stops = [...this.contentEl.querySelectorAll(".vaultkit-go, .vaultkit-group-head")];
    const here = stops.findIndex((stop) => stop.contains(this.contentEl.ownerDocument.activeElement));
    const next = stops[here + step];
    if (!next?.instanceOf(HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }

  /** Show what waits. */
  showWaiting() {
    const title = this.contentEl.querySelector(".vaultkit-waiting");
    if (title === null) new Notice(say("nothingWaits"));
    else title.scrollIntoView({ block: "start" });
  }
}

/**
 * Return findings by note, in the order in which the notes come.
 * @param {Finding[]} findings
 */
function grouped(findings) {
  /** @type {Map<string, Finding[]>} */
  const groups = new Map();
  for (const each of findings) {
    const group = groups.get(each.path);
    if (group === undefined) groups.set(each.path, [each]);
    else group.push(each);
  }
  return groups;
}

/** @param {Waiting} waiting */
function reasonOf(waiting) {
  return worded(waiting.reason) || worded(waiting.message) || textOf(waiting.because);
}

/**
 * Draw a button that keeps the focus when all is drawn again.
 * @param {HTMLElement} parent
 * @param {string} text
 * @param {string} key
 * @param {() => unknown} action
 * @param {string} [cls]
 */
function button(parent, text, key, action, cls = "") {
  const made = parent.createEl("button", { text, cls, attr: { type: "button", "data-key": key } });
  made.addEventListener("click", () => void action());
  return made;
}

// -------------------------------------------------------------------------------------------------- dialogs

/** What vaultkit explains, line by line. */
class ExplainDialog extends Modal {
  /**
   * @param {App} app
   * @param {string} title
   * @param {string[]} lines
   */
  constructor(app, title, lines) {
    super(app);
    this.title = title;
    this.lines = lines;
  }

  onOpen() {
    this.titleEl.setText(this.title);
    const text = this.contentEl.createDiv({ cls: "vaultkit-explained", attr: { tabindex: "0" } });
    for (const line of this.lines) {
      text.createDiv({ cls: "vaultkit-line", text: line }).toggleClass("is-example", line.startsWith("  "));
    }
  }
}

/** What is kept by hand in a note, each beside what its source says: one click writes it there, or gives it up. */
class PushDialog extends Modal {
  /**
   * @param {VaultkitPlugin} plugin
   * @param {string} notePath
   */
  constructor(plugin, notePath) {
    super(plugin.app);
    this.plugin = plugin;
    this.notePath = notePath;
    this.modalEl.addClass("vaultkit-push");
  }

  onOpen() {
    this.titleEl.setText(say("pushTitle", { note: titleOf(this.notePath) }));
    void this.load();
  }

  onClose() {
    this.contentEl.empty();
  }

  /** Ask for the regions and draw them; places and names of kept items hold for one text only. */
  async load() {
    const note = await this.plugin.regionsOf(this.notePath);
    const { contentEl } = this;
    contentEl.empty();
    if (note === null) return;
    const kept = note.regions.flatMap((region) => region.kept.map((each) => ({ region, each })));
    contentEl.createEl("p", { cls: "vaultkit-help", text: say(kept.length ? "pushHelp" : "nothingKept") });
    for (const { region, each } of kept) this.drawKept(contentEl.createDiv({ cls: "vaultkit-kept" }), region, each, note);
    const bar = contentEl.createDiv({ cls: "modal-button-container" });
    if (kept.some(({ each }) => each.target !== null)) {
      button(bar, say("pushAll"), "all", () => this.act("push", {}, note), "mod-cta");
    }
    button(bar, say("close"), "close", () => this.close());
  }

  /**
   * @param {HTMLElement} parent
   * @param {Region} region
   * @param {Kept} kept
   * @param {NoteRegions} note
   */
  drawKept(parent, region, kept, note) {
    parent.createDiv({ cls: "vaultkit-kept-region", text: worded(region.words) || region.name });
    const pair = parent.createDiv({ cls: "vaultkit-pair" });
    for (const [title, text] of [[say("yours"), kept.wording], [say("theirs"), kept.generated ?? ""]]) {
      const side = pair.createDiv({ cls: "vaultkit-side" });
      side.createDiv({ cls: "vaultkit-side-title", text: title });
      side.createDiv({ cls: text ? "vaultkit-side-text" : "vaultkit-side-text is-empty", text: text || say("noText") });
    }
    const words = worded(kept.target === null ? kept.without : kept.proposal);
    if (words) parent.createDiv({ cls: "vaultkit-proposal", text: words });
    const bar = parent.createDiv({ cls: "vaultkit-bar" });
    if (kept.target !== null) {
      button(bar, say("push"), `push:${kept.id}`, () => this.act("push", { id: kept.id }, note), "mod-cta");
    }
    if (kept.generated !== null) {
      button(bar, say("release"), `release:${kept.id}`, () => this.act("release", { id: kept.id }, note));
    }
    const source = kept.target ?? kept.sources.at(0);
    if (source === undefined) return;
    button(bar, say("goToSource", { note: titleOf(source) }), `go:${kept.id}`, () => {
      this.close();
      return this.plugin.goTo(source);
    });
  }

  /**
   * @param {"push" | "release"} act
   * @param {Fields} params
   * @param {NoteRegions} note
   */
  async act(act, params, note) {
    this.contentEl.querySelectorAll("button").forEach((each) => (each.disabled = true));
    await this.plugin.act(act, { ...params, path: this.notePath, textDigest: note.textDigest }, null);
    await this.load();
  }
}

// ------------------------------------------------------------------------------------------------- settings

const PATH_KEY = "vaultkit-executable";
const START_KEY = "vaultkit-start";

/** The settings: all of them are for this machine alone, and nothing is written into the vault. */
class SettingsTab extends PluginSettingTab {
  /**
   * @param {App} app
   * @param {VaultkitPlugin} plugin
   */
  constructor(app, plugin) {
    super(app, plugin);
    this.owner = plugin;
  }

  /** @returns {{name: string, desc: string, render: (setting: import("obsidian").Setting) => void}[]} */
  getSettingDefinitions() {
    const { owner } = this;
    const path = owner.executable() ?? say("notFound");
    return [
      {
        name: say("settingPath"),
        desc: say("settingPathHelp", { path }),
        render: (setting) => {
          setting.addText((text) =>
            text.setPlaceholder(findExecutable() ?? "").setValue(owner.stored(PATH_KEY)).onChange((value) => {
              owner.store(PATH_KEY, value.trim());
              setting.setDesc(say("settingPathHelp", { path: owner.executable() ?? say("notFound") }));
            }),
          );
        },
      },
      {
        name: say("settingStart"),
        desc: say("settingStartHelp"),
        render: (setting) => {
          setting.addToggle((toggle) =>
            toggle.setValue(owner.stored(START_KEY) !== "").onChange((isOn) => owner.store(START_KEY, isOn ? "yes" : "")),
          );
        },
      },
      {
        name: say("settingNow"),
        desc: troubleWords(owner.board.trouble, owner.manifest.version) || totals(owner.board) || say("inStep"),
        render: (setting) => {
          setting.addButton((made) => made.setButtonText(say("start")).onClick(() => void owner.startDaemon()));
          setting.addButton((made) => made.setButtonText(say("stop")).onClick(() => owner.stopDaemon()));
        },
      },
    ];
  }

  /** As before 1.13 of the app, which does not ask for definitions. */
  display() {
    this.containerEl.empty();
    for (const { name, desc, render } of this.getSettingDefinitions()) {
      render(new Setting(this.containerEl).setName(name).setDesc(desc));
    }
  }
}

// --------------------------------------------------------------------------------------------------- plugin

/** How long the app has to notice a change made outside it, in milliseconds. */
const NOTICED = 10000;

/** Holds the parts together. */
class VaultkitPlugin extends Plugin {
  /**
   * @param {App} app
   * @param {import("obsidian").PluginManifest} manifest
   */
  constructor(app, manifest) {
    super(app, manifest);
    const { adapter } = app.vault;
    const folder = "getBasePath" in adapter && typeof adapter.getBasePath === "function" ? adapter.getBasePath() : "";
    this.editors = new Editors();
    this.writer = new Writer(app, this.editors);
    this.board = new Board();
    this.daemon = new Daemon();
    this.link = new Link(textOf(folder), manifest.version, () => this.executable());
    this.link.edit = (params, isWanted) => this.edit(params, isWanted);
    this.regions = new Regions(async (notePath) =>
      readRegions(notePath, await this.link.call("regions", { path: notePath })),
    );
    /** @type {Map<string, number>} */
    this.timers = new Map();
    /** What became of the last edit of a note, since a person last asked for something.
     * @type {Map<string, Answer | null>} */
    this.answers = new Map();
    /** What the daemon that was started here said last, where it ended by itself. */
    this.lastWords = "";
  }

  onload() {
    this.listen();
    this.registerView(VIEW_TYPE, (leaf) => new FindingsView(leaf, this));
    this.registerEditorExtension(editorExtensions(this));
    this.registerMarkdownPostProcessor((element, context) => {
      const known = this.regions.known.get(context.sourcePath);
      if (known === undefined || known.regions.length > 0) {
        context.addChild(new SectionBadges(element, context, this));
      }
    });
    this.addCommands();
    this.addSettingTab(new SettingsTab(this.app, this));
    new StatusItem(this.addStatusBarItem(), this);
    this.app.workspace.onLayoutReady(() => this.begin());
  }

  onunload() {
    this.writer.isEnded = true;
    for (const timer of this.timers.values()) window.clearTimeout(timer);
    this.link.stop();
    this.daemon.stop();
  }

  /** Begin what takes its time. */
  begin() {
    if (this.writer.isEnded) return;
    this.link.start();
    void this.checkSight();
    if (this.stored(START_KEY)) this.soon("start", 3000, () => void (this.link.state !== "on" && this.startDaemon()));
  }

  listen() {
    const { link, board } = this;
    this.registerEvent(
      link.on("changed", () => {
        const isOn = link.state === "on";
        const gone = isOn ? {} : { standing: null, diagnostics: null };
        if (isOn) this.lastWords = "";
        const trouble = link.trouble?.kind === "absent" && this.lastWords ? this.ended() : link.trouble;
        board.set({ link: link.state, trouble, writer: link.writer, ...gone });
      }),
    );
    this.registerEvent(link.on("connected", () => void this.readAll()));
    this.registerEvent(
      link.on("told", (method, params) => {
        if (method === "status/changed") this.stands(readStanding(params));
        if (method === "diagnostics/changed") this.soon("findings", 1000, () => void this.readFindings());
      }),
    );
    this.registerEvent(
      this.daemon.on("ended", (said) => {
        this.lastWords = textOf(said) || "?";
        board.set({ trouble: this.ended() });
      }),
    );
    this.registerEvent(this.app.workspace.on("quit", () => this.daemon.stop()));
  }

  /** Return what is wrong where the daemon that was started here has ended by itself. */
  ended() {
    return troubled("ended", this.lastWords);
  }

  /**
   * Do something once after a while, however often it is asked for.
   * @param {string} name
   * @param {number} wait In milliseconds.
   * @param {() => void} action
   */
  soon(name, wait, action) {
    window.clearTimeout(this.timers.get(name));
    this.timers.set(name, window.setTimeout(action, wait));
  }

  // ------------------------------------------------------------------------------ what the daemon says

  async readAll() {
    try {
      this.stands(readStanding(await this.link.call("status")));
    } catch {
      return; // it has just gone: the link tells
    }
    this.regions.refresh();
    await this.readFindings();
  }

  /** @param {Standing} standing */
  stands(standing) {
    const isNew = standing.batches !== this.board.standing?.batches;
    this.board.set({ standing });
    if (isNew) this.soon("regions", 300, () => this.regions.refresh());
  }

  async readFindings() {
    const language = isFrench() ? "fr" : "en";
    try {
      const said = await this.link.call("diagnostics", { language }, 60).catch((error) => {
        if (error instanceof CallError && error.code === INVALID_PARAMS) return this.link.call("diagnostics", {}, 60);
        throw error;
      });
      this.board.set({ diagnostics: readFindings(said) });
    } catch {
      if (this.link.state === "on") this.soon("findings", 10000, () => void this.readFindings());
    }
  }

  /**
   * @param {Fields} params
   * @param {() => boolean} isWanted
   */
  async edit(params, isWanted) {
    this.board.set({ busy: this.board.busy + 1 });
    try {
      const answer = await this.writer.edit(params, isWanted);
      this.answers.set(textOf(params.path), answer);
      return answer;
    } finally {
      this.board.set({ busy: this.board.busy - 1 });
    }
  }

  // ------------------------------------------------------------------------------- what a person wants

  addCommands() {
    const { link } = this;
    /** @type {(id: string, word: Word, action: () => unknown) => void} */
    const add = (id, word, action) => {
      this.addCommand({ id, name: say(word), callback: () => void action() });
    };
    /** @type {(id: string, word: Word, action: (file: TFile) => unknown) => void} */
    const addForNote = (id, word, action) => {
      this.addCommand({
        id,
        name: say(word),
        checkCallback: (isChecking) => {
          const file = this.app.workspace.getActiveFile();
          const isNote = file !== null && file.extension === "md" && link.state === "on";
          if (isNote && !isChecking) void action(file);
          return isNote;
        },
      });
    };
    add("show-findings", "openView", () => this.openView());
    add("show-waiting", "showWaiting", async () => (await this.openView())?.showWaiting());
    add("rebuild", "rebuild", () => this.rebuild());
    add("undo", "undo", () => this.act("undo", {}, null));
    add("start", "start", () => this.startDaemon());
    add("stop", "stop", () => this.stopDaemon());
    addForNote("adopt", "adopt", (file) => this.act("adopt", { path: file.path }, file));
    addForNote("explain-note", "explainNote", (file) => this.explain({ path: file.path }));
    addForNote("push-note", "pushNote", (file) => new PushDialog(this, file.path).open());
    addForNote("push-kept", "pushKept", (file) => this.actHere("push", file));
    addForNote("release-kept", "releaseKept", (file) => this.actHere("release", file));
  }

  /** Show the view of findings. @returns {Promise<FindingsView | null>} */
  async openView() {
    const { workspace } = this.app;
    const leaf = workspace.getLeavesOfType(VIEW_TYPE).at(0) ?? workspace.getRightLeaf(false);
    if (leaf === null) return null;
    if (leaf.getViewState().type !== VIEW_TYPE) await leaf.setViewState({ type: VIEW_TYPE, active: true });
    await workspace.revealLeaf(leaf);
    return leaf.view instanceof FindingsView ? leaf.view : null;
  }

  /**
   * Ask the daemon, with what went wrong as a notice; null then.
   * @param {string} method
   * @param {Fields} params
   * @param {number} [seconds]
   */
  async ask(method, params, seconds = 60) {
    this.board.set({ busy: this.board.busy + 1 });
    try {
      return fieldsOf(await this.link.call(method, params, seconds));
    } catch (error) {
      const isUnknown = error instanceof CallError && error.code === UNKNOWN_METHOD;
      new Notice(isUnknown ? say("unknown") : error instanceof Error ? error.message : say("silent"));
      return null;
    } finally {
      this.board.set({ busy: this.board.busy - 1 });
    }
  }

  /** Bring the whole vault up to date. */
  async rebuild() {
    await this.save(null);
    const said = await this.wish("rebuild", {}, 120);
    if (said === null) return;
    const pending = listOf(said.pending);
    const handed = pending.filter((each) => each.because === "writer").length; // made here, and not saved yet
    /** @type {["written" | "waiting" | "refused", number][]} */
    const numbers = [
      ["written", listOf(said.written).length + handed],
      ["waiting", pending.length - handed],
      ["refused", listOf(said.refused).length],
    ];
    const words = numbers.filter(([, number]) => number > 0).map(([thing, number]) => count(thing, number));
    new Notice(words.join(", ") || say("allInStep"));
  }

  /**
   * Have something done to a note; with `file` it is saved first, and only that text is meant.
   * @param {string} act
   * @param {Fields} params
   * @param {TFile | null} file
   */
  async act(act, params, file) {
    const textDigest = file === null ? {} : { textDigest: digestOf(await this.textOf(file)) };
    this.answers.clear();
    const said = await this.wish("act", { act, ...params, ...textDigest });
    if (said === null) return;
    const refused = listOf(said.refused).map((each) => `${titleOf(textOf(each.path))}: ${worded(each.message)}`);
    const undone = await this.notMade(textsOf(said.handed));
    refused.push(...undone.map((notePath) => say("notNow", { note: titleOf(notePath) })));
    for (const words of [undone.length ? "" : worded(said.told), ...refused].filter(Boolean)) new Notice(words);
    this.soon("regions", 300, () => this.regions.refresh());
  }

  /**
   * Ask for what a person wants done: that may change properties too.
   * @param {string} method
   * @param {Fields} params
   * @param {number} [seconds]
   */
  async wish(method, params, seconds = 60) {
    this.writer.wishedUntil = this.writer.now() + seconds * 1000;
    const said = await this.ask(method, params, seconds);
    this.writer.wishedUntil = this.writer.now() + 3000;
    return said;
  }

  /**
   * Return the notes whose edits, handed to this app, could not be made.
   * @param {string[]} handed
   */
  async notMade(handed) {
    for (let waits = 0; waits < 50 && handed.some((each) => !this.answers.has(each)); waits += 1) {
      await new Promise((resolve) => window.setTimeout(resolve, 50));
    }
    return handed.filter((each) => this.answers.has(each) && this.answers.get(each) !== "applied");
  }

  /** @param {Finding} found */
  async fix(found) {
    const { path: notePath, code, line, column } = found;
    await this.act("fix", { path: notePath, code, line, column }, this.app.vault.getFileByPath(notePath));
  }

  /**
   * Push or release what is kept where the cursor is; the dialog, where it is elsewhere.
   * @param {"push" | "release"} act
   * @param {TFile} file
   */
  async actHere(act, file) {
    await this.save(file);
    const note = await this.regionsOf(file.path);
    if (note === null) return;
    const editor = this.app.workspace.activeEditor?.editor;
    const here = editor ? editor.posToOffset(editor.getCursor()) : -1;
    const kept = note.regions.flatMap((region) => region.kept).find((each) => each.start <= here && here <= each.end);
    if (kept === undefined) new PushDialog(this, file.path).open();
    else await this.act(act, { path: file.path, id: kept.id, textDigest: note.textDigest }, null);
  }

  /**
   * Return the regions of a note as they are now; null where that cannot be known.
   * @param {string} notePath
   */
  async regionsOf(notePath) {
    const said = await this.ask("regions", { path: notePath });
    return said === null ? null : readRegions(notePath, said);
  }

  /**
   * Explain a code or a note.
   * @param {{code: string} | {path: string}} what
   */
  async explain(what) {
    const said = await this.ask("explain", what);
    if (said === null) return;
    const [title, ...lines] = listOf(said.lines).map(worded);
    new ExplainDialog(this.app, title ?? ("code" in what ? what.code : titleOf(what.path)), lines).open();
  }

  /**
   * Go to the notes that a region is made from.
   * @param {Region} region
   * @param {string} notePath
   * @param {HTMLElement} badge
   * @param {MouseEvent} event
   */
  openSources(region, notePath, badge, event) {
    if (region.sources.length === 1 && region.kept.length === 0) {
      void this.goTo(region.sources[0], 0, 0, Keymap.isModEvent(event));
      return;
    }
    const menu = new Menu();
    for (const source of region.sources) {
      menu.addItem((item) =>
        item.setTitle(titleOf(source)).setIcon("file-text").onClick((chosen) =>
          void this.goTo(source, 0, 0, Keymap.isModEvent(chosen)),
        ),
      );
    }
    if (region.sources.length === 0) menu.addItem((item) => item.setTitle(say("noSource")).setDisabled(true));
    if (region.kept.length > 0) {
      menu.addSeparator();
      menu.addItem((item) =>
        item.setTitle(say("showKept")).setIcon("pencil").onClick(() => new PushDialog(this, notePath).open()),
      );
    }
    if (event.detail !== 0) {
      menu.showAtMouseEvent(event);
      return;
    }
    const place = badge.getBoundingClientRect(); // the key was pressed, not the mouse
    menu.showAtPosition({ x: place.left, y: place.bottom }, badge.ownerDocument);
  }

  /**
   * Open a note, at a line and column (from 1) where they are given.
   * @param {string} notePath
   * @param {number} [line]
   * @param {number} [column]
   * @param {import("obsidian").PaneType | boolean} [pane]
   */
  async goTo(notePath, line = 0, column = 0, pane = false) {
    const file = this.app.vault.getFileByPath(notePath);
    if (file === null) return;
    const { workspace } = this.app;
    const open = workspace.getLeavesOfType("markdown").find((each) => each.view instanceof MarkdownView && each.view.file === file);
    const leaf = pane === false && open !== undefined ? open : workspace.getLeaf(pane);
    const at = line > 0 ? { eState: { line: line - 1 } } : {};
    await leaf.openFile(file, { active: true, ...at });
    await workspace.revealLeaf(leaf);
    const { view } = leaf;
    if (line === 0 || !(view instanceof MarkdownView) || view.getMode() !== "source") return;
    const { editor } = view;
    const row = Math.min(line - 1, editor.lastLine());
    const ch = [...editor.getLine(row)].slice(0, Math.max(0, column - 1)).join("").length;
    editor.setCursor({ line: row, ch });
    editor.scrollIntoView({ from: { line: row, ch }, to: { line: row, ch } }, true);
    editor.focus();
  }

  /**
   * Save the open views of a note, or of all (null), where they hold what is not saved.
   * @param {TFile | null} file
   */
  async save(file) {
    for (const { view } of this.app.workspace.getLeavesOfType("markdown")) {
      const isMeant = view instanceof MarkdownView && view.file !== null && (file === null || view.file === file);
      if (isMeant && view.getViewData() !== editorText(await this.app.vault.read(/** @type {TFile} */ (view.file)))) {
        await view.save();
      }
    }
  }

  /** Return the text of a note, saved. @param {TFile} file */
  async textOf(file) {
    await this.save(file);
    return editorText(await this.app.vault.read(file));
  }

  // --------------------------------------------------------------------------------------- the machine

  /** Return the path of vaultkit on this machine: the one that was given, else one that is found. */
  executable() {
    const given = this.stored(PATH_KEY);
    return given ? runnable([given]) : findExecutable();
  }

  /** @param {string} key */
  stored(key) {
    return textOf(this.app.loadLocalStorage(key));
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  store(key, value) {
    this.app.saveLocalStorage(key, value || null);
    this.link.hurry();
  }

  /** Start to watch the vault, unless somebody does. */
  async startDaemon() {
    if (this.link.state === "on") {
      new Notice(say("alreadyOn"));
      return;
    }
    const program = this.executable();
    if (program === null) {
      this.board.set({ trouble: troubled("missing") });
      new Notice(say("missing"), 15000);
    } else if (!(await this.daemon.start(program, this.link.root))) {
      new Notice(say("cannotStart", { program }));
    } else if (this.writer.isEnded) {
      this.daemon.stop();
    } else {
      this.link.hurry();
    }
  }

  /** Stop to watch, where it was started here. */
  stopDaemon() {
    if (this.daemon.process === null) new Notice(say("notOurs"));
    else this.daemon.stop();
  }

  /** Find out whether the app sees what changes outside it, on a file of ours that it knows. */
  async checkSight() {
    const { vault } = this.app;
    const file = ["vaultkit.toml", "vaultkit.md"].map((name) => vault.getFileByPath(name)).find((each) => each !== null);
    if (!file) return;
    const before = file.stat.mtime;
    const now = Math.max(Date.now(), before + 1000) / 1000;
    try {
      await fs.promises.utimes(path.join(this.link.root, file.path), now, now);
    } catch {
      return; // not ours to touch
    }
    const end = Date.now() + NOTICED;
    while (Date.now() < end && !this.writer.isEnded && file.stat.mtime === before) {
      await new Promise((resolve) => window.setTimeout(resolve, 250));
    }
    if (this.writer.isEnded) return;
    const sees = file.stat.mtime !== before;
    this.board.set({ sees });
    if (!sees) new Notice(say("blind"), 0);
  }
}

module.exports = VaultkitPlugin;
module.exports.default = VaultkitPlugin;
/** For tests. */
module.exports.parts = {
  Board, Daemon, Editors, FindingsView, Lines, Link, PushDialog, Regions, Wire, Writer, addresses, applyEdits,
  areEdits, compareVersions, digestOf, editorText, programFolders, propertiesEnd, readRegions, stateFolders,
};
