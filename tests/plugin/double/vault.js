"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { Events } = require("./events.js");
const { TFile, TFolder, normalizePath } = require("./files.js");

/** The bytes of a file as the app reads them: UTF-8 without BOM; line ends stay. */
function slurp(file) {
  return fs.readFileSync(file, "utf8").replace(/^\ufeff/, "");
}

/**
 * The disk below the app. Reading and writing take a while, one after the other; `process` reads, calls, and
 * writes in one turn of that queue. Nothing here compares before it writes: specs/obsidian.md §9.3, A.3.
 */
class FileSystemAdapter {
  constructor(world, vault) {
    this.world = world;
    this.vault = vault;
    this.basePath = world.root;
    this.queue = Promise.resolve();
    this.writing = new Map();
  }

  getBasePath() {
    return this.basePath;
  }

  getName() {
    return path.basename(this.basePath);
  }

  getFullPath(where) {
    return path.join(this.basePath, where);
  }

  getFilePath(where) {
    return `file://${this.getFullPath(where)}`;
  }

  async exists(where) {
    return fs.existsSync(this.getFullPath(where));
  }

  async stat(where) {
    const found = fs.statSync(this.getFullPath(where), { throwIfNoEntry: false });
    if (found === undefined) return null;
    return { type: found.isFile() ? "file" : "folder", ...statOf(found) };
  }

  /** Read a file; what the app itself is writing at that moment is not seen by half. */
  async read(where) {
    await this.world.pause("read");
    while (this.writing.get(where) > 0) await this.queue;
    return slurp(this.getFullPath(where));
  }

  async list(where) {
    const found = fs.readdirSync(this.getFullPath(where), { withFileTypes: true });
    const named = (entry) => normalizePath(`${where}/${entry.name}`);
    return {
      files: found.filter((entry) => entry.isFile()).map(named),
      folders: found.filter((entry) => entry.isDirectory()).map(named),
    };
  }

  async write(where, text, options) {
    return this.inTurn(where, () => this.writeNow(where, text, options));
  }

  async append(where, text) {
    return this.inTurn(where, async () =>
      this.writeNow(where, slurp(this.getFullPath(where)) + text),
    );
  }

  async process(where, change, options) {
    return this.inTurn(where, async () => {
      await this.world.pause("read");
      const before = slurp(this.getFullPath(where));
      const after = change(before);
      if (after !== before) await this.writeNow(where, after, options);
      return after;
    });
  }

  async mkdir(where) {
    fs.mkdirSync(this.getFullPath(where), { recursive: true });
  }

  async remove(where) {
    fs.rmSync(this.getFullPath(where));
  }

  async rename(from, to) {
    fs.renameSync(this.getFullPath(from), this.getFullPath(to));
  }

  /** Wait for one's turn at the disk; two writes of one file that overlap are remembered. */
  inTurn(where, work) {
    const waiting = (this.writing.get(where) ?? 0) + 1;
    this.writing.set(where, waiting);
    if (waiting > 1) this.world.counts.overlaps += 1;
    const turn = this.queue.then(work);
    const done = () => this.writing.set(where, this.writing.get(where) - 1);
    this.queue = turn.then(done, done);
    return turn;
  }

  /** Cut the file to nothing, and a moment later write what it says: for that moment others see it empty. */
  async writeNow(where, text, options) {
    const file = this.getFullPath(where);
    if (!fs.existsSync(path.dirname(file))) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    await this.world.pause("write");
    if (this.world.mayHalve()) {
      fs.writeFileSync(file, "");
      this.world.touched(file);
      await this.world.pause("half");
    }
    fs.writeFileSync(file, text);
    this.world.touched(file, options?.mtime);
    this.vault.wrote(where);
  }
}

function statOf(found) {
  return { ctime: found.birthtimeMs, mtime: found.mtimeMs, size: found.size };
}

/** The vault: files as last seen, and what the file watcher reports of the disk, late. */
class Vault extends Events {
  constructor(world) {
    super();
    this.world = world;
    this.configDir = ".obsidian";
    this.adapter = new FileSystemAdapter(world, this);
    this.fileMap = new Map();
    this.cache = new Map();
    this.due = new Map();
    this.root = new TFolder(this, "/");
    this.fileMap.set("/", this.root);
  }

  // What is there

  getName() {
    return this.adapter.getName();
  }

  getRoot() {
    return this.root;
  }

  getAbstractFileByPath(where) {
    return this.fileMap.get(where) ?? null;
  }

  getFileByPath(where) {
    const found = this.fileMap.get(where);
    return found instanceof TFile ? found : null;
  }

  getFolderByPath(where) {
    const found = this.fileMap.get(where);
    return found instanceof TFolder ? found : null;
  }

  getAllLoadedFiles() {
    return [...this.fileMap.values()];
  }

  getFiles() {
    return this.getAllLoadedFiles().filter((file) => file instanceof TFile);
  }

  getMarkdownFiles() {
    return this.getFiles().filter((file) => file.extension === "md");
  }

  getConfig() {
    return undefined;
  }

  getResourcePath(file) {
    return `app://local/${file.path}`;
  }

  // Reading and writing

  async read(file) {
    const text = await this.adapter.read(file.path);
    this.cache.set(file.path, text);
    return text;
  }

  async cachedRead(file) {
    return this.cache.get(file.path) ?? this.read(file);
  }

  async modify(file, text, options) {
    file.saving = true;
    try {
      await this.adapter.write(file.path, text, options);
    } finally {
      file.saving = false;
    }
  }

  async append(file, text) {
    await this.adapter.append(file.path, text);
  }

  async process(file, change, options) {
    this.world.processed(file.path);
    return this.adapter.process(file.path, change, options);
  }

  async create(where, text = "") {
    if (this.fileMap.has(where)) throw new Error("File already exists.");
    await this.adapter.write(where, text);
    return this.getFileByPath(where);
  }

  async createFolder(where) {
    await this.adapter.mkdir(where);
    this.look();
    return this.reconcile(where);
  }

  async delete(file) {
    await this.adapter.remove(file.path);
    this.reconcile(file.path);
  }

  async trash(file) {
    await this.delete(file);
  }

  async rename(file, to) {
    await this.adapter.rename(file.path, to);
    this.moved(file, to);
  }

  /** Note that a file has another path now. */
  moved(file, to) {
    const from = file.path;
    for (const map of [this.fileMap, this.cache]) {
      if (map.has(from)) map.set(to, map.get(from));
      map.delete(from);
    }
    file.setPath(to);
    this.trigger("rename", file, from);
  }

  // Seeing what changed

  /** Read the whole folder, as at the start. */
  load() {
    for (const where of this.onDisk().keys()) this.reconcile(where);
  }

  /** Take note of a write of the app's own. */
  wrote(where) {
    this.due.delete(where);
    this.reconcile(where);
  }

  /** Let the file watcher find what others changed; the app hears of it a while later (B.1, B.2). */
  look() {
    const disk = this.onDisk();
    for (const where of new Set([...disk.keys(), ...this.fileMap.keys()])) {
      const file = this.fileMap.get(where);
      if (file instanceof TFolder || this.due.has(where) || this.adapter.writing.get(where) > 0) continue;
      if (!differs(file?.stat, disk.get(where))) continue;
      const lag = this.world.lag();
      const timer = this.world.clock.setTimeout(() => {
        this.due.delete(where);
        this.reconcile(where);
      }, lag * 1000);
      this.due.set(where, timer);
    }
  }

  /** Compare one file with the disk, and tell if its time or size is another. */
  reconcile(where) {
    const full = this.adapter.getFullPath(where);
    const found = fs.statSync(full, { throwIfNoEntry: false });
    const known = this.fileMap.get(where);
    if (found === undefined) {
      if (known === undefined) return null;
      this.fileMap.delete(where);
      this.cache.delete(where);
      known.deleted = true;
      this.trigger("delete", known);
      return null;
    }
    if (known === undefined) {
      const file = found.isDirectory() ? new TFolder(this, where) : new TFile(this, where, statOf(found));
      file.parent = this.root;
      this.fileMap.set(where, file);
      this.trigger("create", file);
      return file;
    }
    if (known instanceof TFile && differs(known.stat, statOf(found))) {
      known.stat = statOf(found);
      this.cache.delete(where);
      this.trigger("modify", known);
    }
    return known;
  }

  onDisk() {
    const found = new Map();
    const visit = (folder) => {
      for (const entry of fs.readdirSync(path.join(this.world.root, folder), { withFileTypes: true })) {
        if (entry.name.startsWith(".")) continue;
        const where = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) visit(where);
        else {
          const stat = fs.statSync(path.join(this.world.root, where), { throwIfNoEntry: false });
          if (stat !== undefined) found.set(where.normalize("NFC"), statOf(stat));
        }
      }
    };
    visit("");
    return found;
  }

  static recurseChildren(folder, call) {
    call(folder);
    for (const child of folder.children ?? []) Vault.recurseChildren(child, call);
  }
}

function differs(one, other) {
  return one?.mtime !== other?.mtime || one?.size !== other?.size;
}

module.exports = { Vault, FileSystemAdapter, slurp };
