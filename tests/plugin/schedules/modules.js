"use strict";

const { EventEmitter } = require("node:events");
const fs = require("node:fs");

/** The modules of Node that a plugin asks for, in virtual time: what waits for the disk is done at once. */
function modulesOf(link, spawned) {
  const promised = new Proxy(
    {},
    {
      get: (_, name) => async (...given) => fs[`${String(name)}Sync`](...given),
    },
  );
  const called = (name) => (...given) => {
    const call = given.pop();
    let result;
    try {
      result = fs[`${name}Sync`](...given);
    } catch (error) {
      queueMicrotask(() => call(error));
      return;
    }
    queueMicrotask(() => call(null, result));
  };
  const disk = new Proxy(fs, {
    get: (real, name) => {
      if (name === "promises") return promised;
      if (["stat", "lstat", "access", "readFile", "readdir", "realpath", "utimes"].includes(name)) {
        const made = called(name);
        if (name === "realpath") made.native = made;
        return made;
      }
      return real[name];
    },
  });
  return { net: link.net(), fs: disk, "fs/promises": promised, child_process: processes(link, spawned) };
}

/** Programs that a plugin starts: none is there, unless the stage plays one. */
function processes(link, spawned) {
  const spawn = (file, args) => {
    const child = new EventEmitter();
    Object.assign(child, { stdout: new EventEmitter(), stderr: new EventEmitter(), stdin: { end() {} }, pid: undefined });
    Object.assign(child, { exitCode: null, kill: () => false, unref() {}, ref() {} });
    child.stdout.setEncoding = child.stderr.setEncoding = () => child.stdout;
    link.clock.setTimeout(() => {
      if (!spawned(file, args, child))
        child.emit("error", Object.assign(new Error(`spawn ${file} ENOENT`), { code: "ENOENT" }));
    }, 1);
    return child;
  };
  const execFile = (file, args, ...rest) => {
    const call = rest.at(-1);
    const child = spawn(file, args);
    child.on("error", (error) => call(error, "", ""));
    return child;
  };
  return { spawn, execFile, exec: execFile };
}

module.exports = { modulesOf };
