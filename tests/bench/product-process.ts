import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The product as people run it: compiled, in a process of its own. */
export interface Product {
  readonly url: string;
  /** The process that was started: for `npm start`, npm. */
  readonly pid: number;
  readonly dataFolder: string;
  /** `performance.now()` just before it was spawned. */
  readonly spawnedAt: number;
  /** The database's superuser, who reads the rows of every tenant. */
  databaseUrl(): Promise<string>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  readonly dataFolder: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** `["npm", "start"]` instead of Node on the compiled file. */
  readonly command?: readonly [string, ...string[]];
  readonly nodeArguments?: readonly string[];
}

/** Brings dist/ up to date, so that no build falls into a measurement. */
export async function buildProduct(): Promise<void> {
  await promisify(execFile)(process.execPath, ["deploy/build.mjs"], { cwd: repository });
}

const startLimitMs = 120_000;
const stopLimitMs = 30_000;

/** Starts the product on a free port, and resolves when it says where. Throws with its output where it ends before. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { dataFolder, settings = {}, nodeArguments = [] } = options;
  const [program, ...args] = options.command ?? [process.execPath, ...nodeArguments, "dist/main.js"];
  const spawnedAt = performance.now();
  const child = spawn(program, args, {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    // npm does not pass every signal on: its whole group is told, as a terminal does on Ctrl+C.
    detached: true,
    // Nothing of the caller's own settings: a bench measures the defaults.
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PORT: "0",
      DATA_DIR: dataFolder,
      ...settings,
    },
  });
  // A group of its own is not told when this process ends, for whatever reason.
  const stopNow = (): void => signalGroup(child, "SIGTERM");
  process.once("exit", stopNow);
  const stop = async (): Promise<void> => {
    await stopGroup(child);
    process.off("exit", stopNow);
  };
  try {
    return {
      url: await addressOf(child),
      pid: child.pid ?? 0,
      dataFolder,
      spawnedAt,
      databaseUrl: async () => {
        const runtime = JSON.parse(await readFile(join(dataFolder, "runtime.json"), "utf8")) as {
          ownerUrl: string;
        };
        return runtime.ownerUrl;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  let output = "";
  const said = new Promise<string>((resolve) => {
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString("utf8")).slice(-20_000);
      const address = /(?:Open|Working .*;) (http:\/\/[^/\s]+)(?=[/\s])/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
  });
  const limit = AbortSignal.timeout(startLimitMs);
  const ended = once(child, "close", { signal: limit }).then(
    () => Promise.reject(new Error(`the product ended before it was ready:\n${output}`)),
    () => Promise.reject(new Error(`the product was not ready after ${startLimitMs / 1_000} s:\n${output}`)),
  );
  return await Promise.race([said, ended]);
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  signalGroup(child, "SIGINT");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), stopLimitMs);
  await exited;
  clearTimeout(timer);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // The whole group has ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Runs `work` with a new empty folder that the database's account may reach, and removes it afterwards. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "expert-bench-"));
  await chmod(folder, 0o711);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
