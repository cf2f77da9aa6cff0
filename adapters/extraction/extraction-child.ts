import { fork, type ChildProcess } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { ChildMessage, ExtractionRequest } from "./child-protocol.ts";

export type ChildOutcome =
  | Exclude<ChildMessage, { readonly kind: "ready" }>
  | { readonly kind: "timeout" }
  | { readonly kind: "memory" }
  | { readonly kind: "crashed"; readonly how: string };

export interface ExtractionChild {
  readonly pid: number;
  /** Files that it has been given. */
  readonly files: number;
  readonly alive: boolean;
  /** Never rejects. After `timeout`, `memory` and `crashed` the process is gone. */
  run(request: ExtractionRequest, timeoutMs: number): Promise<ChildOutcome>;
  /** Its memory now; 0 where the system does not tell. */
  residentMb(): Promise<number>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** The child's entry file; `.ts` runs from source. */
  readonly entry: URL;
  readonly memoryLimitMb: number;
}

const memoryCheckMs = 40;
const startLimitMs = 60_000;

/** Starts a process that reads documents. Rejects where it does not come up within 20 s. */
export async function startChild({ entry, memoryLimitMb }: ChildOptions): Promise<ExtractionChild> {
  const path = fileURLToPath(entry);
  const process_ = fork(path, [String(process.pid)], {
    serialization: "advanced",
    // An empty environment: no secrets, and none of the parent's NODE_OPTIONS.
    env: {},
    execArgv: nodeFlags(path, memoryLimitMb),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const gone = new Promise<string>((resolve) => {
    process_.once("exit", (code, signal) => {
      resolve(signal ?? `exit ${code ?? "unknown"}`);
    });
    process_.once("error", (error) => {
      resolve(error.message);
    });
  });
  await untilReady(process_, gone);
  keepsParentAlive(process_, false);
  let alive = true;
  let files = 0;
  void gone.then(() => (alive = false));
  const kill = async (): Promise<void> => {
    // Otherwise this process could end before it has seen the child's end.
    if (alive) process_.ref();
    process_.kill("SIGKILL");
    await gone;
  };
  return {
    pid: process_.pid ?? 0,
    get files() {
      return files;
    },
    get alive() {
      return alive;
    },
    run: async (request, timeoutMs) => {
      files += 1;
      keepsParentAlive(process_, true);
      const outcome = await outcomeOf(process_, gone, request, timeoutMs, memoryLimitMb);
      if (outcome.kind === "timeout" || outcome.kind === "memory") await kill();
      else keepsParentAlive(process_, false);
      return outcome;
    },
    residentMb: () => residentMb(process_.pid ?? 0),
    stop: kill,
  };
}

/**
 * Compiled, the child runs under Node's permission model: it may read the product's own code, and neither other files
 * nor write, start processes or load native code. From source tsx needs those to compile, so only child-lockdown.ts stands there.
 */
function nodeFlags(path: string, memoryLimitMb: number): string[] {
  const heap = `--max-old-space-size=${Math.round(memoryLimitMb * 0.75)}`;
  const flags = [
    heap,
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    "--disallow-code-generation-from-strings",
  ];
  if (path.endsWith(".ts"))
    return [...flags, "--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href];
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const readable = readablePaths(path).map((each) => `--allow-fs-read=${each}`);
  return [...flags, permission, ...readable, "--allow-worker"];
}

/**
 * The product's code and its packages, and the package.json files above them that say what a module is: not the data
 * folder, the secrets or any other file of the machine.
 */
function readablePaths(entry: string): readonly string[] {
  // Of …/adapters/extraction/child-main.js.
  const code = dirname(dirname(dirname(entry)));
  const packages = createRequire(entry).resolve.paths("unpdf") ?? [];
  const folders = [code, ...packages.filter((folder) => folder.endsWith(`${sep}node_modules`))]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, realpathSync(folder)]);
  const above: string[] = [];
  for (let folder = code; folder !== dirname(folder); folder = dirname(folder))
    above.push(join(folder, "package.json"));
  return [
    ...new Set([...folders.map((folder) => join(folder, "*")), ...above.filter((file) => existsSync(file))]),
  ];
}

function untilReady(child: ChildProcess, gone: Promise<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("The extraction process did not start in time."));
    }, startLimitMs);
    child.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    void gone.then((how) => {
      clearTimeout(timer);
      reject(new Error(`The extraction process ended while starting (${how}).`));
    });
  });
}

function keepsParentAlive(child: ChildProcess, keeps: boolean): void {
  if (keeps) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function outcomeOf(
  child: ChildProcess,
  gone: Promise<string>,
  request: ExtractionRequest,
  timeoutMs: number,
  memoryLimitMb: number,
): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const finish = (outcome: ChildOutcome): void => {
      clearTimeout(deadline);
      clearInterval(watch);
      child.off("message", onMessage);
      resolve(outcome);
    };
    const onMessage = (message: unknown): void => {
      const reply = message as ChildMessage;
      if (reply.kind !== "ready" && reply.id === request.id) finish(reply);
    };
    const deadline = setTimeout(() => {
      finish({ kind: "timeout" });
    }, timeoutMs);
    const watch = setInterval(() => {
      void residentMb(child.pid ?? 0).then((megabytes) => {
        if (megabytes > memoryLimitMb) finish({ kind: "memory" });
      });
    }, memoryCheckMs);
    child.on("message", onMessage);
    // V8 ends a process whose heap is full with SIGABRT (or SIGTRAP, or exit code 134 through a shell).
    void gone.then((how) => {
      finish(/^(?:SIGABRT|SIGTRAP|exit 134)$/.test(how) ? { kind: "memory" } : { kind: "crashed", how });
    });
    child.send(request, (error) => {
      if (error !== null) finish({ kind: "crashed", how: "the process was gone" });
    });
  });
}

/** Resident memory from /proc; 0 where the system has none, where the heap limit alone holds. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => "");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
