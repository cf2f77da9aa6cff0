import { createRequire, syncBuiltinESMExports } from "node:module";
import { Worker } from "node:worker_threads";

const require = createRequire(import.meta.url);

/**
 * Ends this process when its parent is gone, even while a parser keeps the main thread busy.
 * To be called before `lockDown`, which takes threads away.
 */
export function dieWithParent(parent: number): void {
  const watch = `setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, "SIGKILL"); }, 500)`;
  new Worker(watch, {
    eval: true,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  }).unref();
}

/**
 * Takes away, before any parser is loaded, what reading text never needs: sockets, name lookups, requests, processes,
 * threads, native code and writing to files. The second line behind Node's permission model where that is on.
 */
export function lockDown(): void {
  for (const [name, members] of Object.entries(forbidden)) {
    const module = require(`node:${name}`) as Record<string, unknown>;
    for (const member of members === "all" ? functionsOf(module) : members)
      module[member] = refuseFor(`${name}.${member}`);
  }
  guardFiles(require("node:fs") as FileModule);
  guardFiles((require("node:fs") as { promises: FileModule }).promises);
  const { Socket } = require("node:net") as { Socket: { prototype: { connect: unknown } } };
  Socket.prototype.connect = refuseFor("net.Socket.connect");
  for (const name of ["fetch", "WebSocket", "EventSource"]) {
    if (name in globalThis) Object.defineProperty(globalThis, name, { value: refuseFor(name) });
  }
  for (const name of ["dlopen", "binding", "_linkedBinding", "kill", "chdir"]) {
    Object.defineProperty(process, name, { value: refuseFor(`process.${name}`) });
  }
  syncBuiltinESMExports();
}

type FileModule = Record<string, unknown>;

const forbidden: Readonly<Record<string, "all" | readonly string[]>> = {
  child_process: "all",
  cluster: ["fork", "setupPrimary", "setupMaster"],
  dgram: ["createSocket", "Socket"],
  dns: "all",
  "dns/promises": "all",
  http: ["request", "get", "createServer"],
  http2: ["connect", "createServer", "createSecureServer"],
  https: ["request", "get", "createServer"],
  inspector: ["open"],
  net: ["connect", "createConnection", "createServer"],
  tls: ["connect", "createServer"],
  worker_threads: ["Worker"],
};

const functionsOf = (module: Record<string, unknown>): readonly string[] =>
  Object.keys(module).filter((name) => typeof module[name] === "function");

/** Every function of node:fs that changes something. */
const writing =
  /^(?:append|chmod|chown|copyFile|cp|createWriteStream|fchmod|fchown|ftruncate|futimes|l?chmod|lchown|link|lutimes|mkdir|mkdtemp|rename|rm|rmdir|symlink|truncate|unlink|utimes|write|writev)(?:File)?(?:Sync)?$/;

function guardFiles(fs: FileModule): void {
  for (const name of Object.keys(fs)) {
    const original = fs[name];
    if (typeof original !== "function") continue;
    if (writing.test(name)) fs[name] = refuseFor(`fs.${name}`);
    if (name === "open" || name === "openSync")
      fs[name] = readOnly(original as (...values: unknown[]) => unknown);
  }
}

function readOnly(open: (...values: unknown[]) => unknown): unknown {
  return (...values: unknown[]): unknown => {
    const flags = values[1];
    if (flags === undefined || flags === "r" || flags === "rs" || flags === 0 || typeof flags === "function")
      return open(...values);
    throw new Error("Not allowed while reading documents: fs.open for writing");
  };
}

function refuseFor(what: string): () => never {
  // A function, not an arrow: parsers' libraries subclass and construct some of these while loading.
  return function refused(): never {
    throw new Error(`Not allowed while reading documents: ${what}`);
  };
}
