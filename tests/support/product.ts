import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "./compiled-program.ts";
import { removeFolder } from "./remove-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Product {
  readonly url: string;
  readonly dataFolder: string;
  /** Stops it as Ctrl+C does, and removes its data unless they are kept. */
  stop(options?: { readonly keepData: boolean }): Promise<void>;
  /** As a crash: no handler runs; its data stays. */
  kill(): Promise<void>;
}

export interface ProductOptions {
  readonly dataFolder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly startLimitMs?: number;
  /** Told what it writes. */
  readonly onOutput?: (text: string) => void;
}

/** Starts the whole product as a process of its own, on a free port and a data folder of its own. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), "expert-product-")));
  const child = spawn(process.execPath, [await compiledEntry("main.ts")], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "", PORT: "0", DATA_DIR: dataFolder, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { onOutput } = options;
  if (onOutput)
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => onOutput(chunk.toString("utf8")));
  const url = await readAddress(child, options.startLimitMs ?? 150_000);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url,
    dataFolder,
    kill: () => end("SIGKILL"),
    async stop({ keepData } = { keepData: false }) {
      await end("SIGTERM");
      if (!keepData) await removeFolder(dataFolder);
    },
  };
}

function readAddress(child: ChildProcess, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`the product ${why}:\n${output}`));
    };
    const timer = setTimeout(() => {
      fail("did not start in time");
    }, limitMs);
    const read = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      const address = /(?:Open|Working .*;) (http:\/\/[^/\s]+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${String(code)}`);
    });
  });
}
