"use strict";

const path = require("node:path");

/** The files of a vault as the app knows them: what it saw last, not what stands on disk. */
class TAbstractFile {
  constructor(vault, where) {
    this.vault = vault;
    this.parent = null;
    this.setPath(where);
  }

  setPath(where) {
    this.path = where;
    this.name = path.posix.basename(where);
  }
}

class TFile extends TAbstractFile {
  constructor(vault, where, stat) {
    super(vault, where);
    this.stat = stat;
    this.saving = false;
    this.deleted = false;
  }

  setPath(where) {
    super.setPath(where);
    const ending = path.posix.extname(this.name);
    this.extension = ending.slice(1);
    this.basename = ending ? this.name.slice(0, -ending.length) : this.name;
  }
}

class TFolder extends TAbstractFile {
  constructor(vault, where) {
    super(vault, where);
    this.children = [];
  }

  isRoot() {
    return this.path === "/";
  }
}

/** A path as the app writes it: `/` between names, none at the ends, composed (NFC). */
function normalizePath(where) {
  const plain = where.replace(/[\\/]+/g, "/").replace(/^\/+|\/+$/g, "");
  return (plain === "" ? "/" : plain).replace(/\u00a0|\u202f/g, " ").normalize("NFC");
}

module.exports = { TAbstractFile, TFile, TFolder, normalizePath };
