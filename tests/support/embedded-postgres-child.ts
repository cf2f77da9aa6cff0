import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { removeFolder } from "./remove-folder.ts";

const folders: string[] = [];

export async function freshFolder(mode = 0o700): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "expert-postgres-"));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await removeFolder(folder);
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

export interface ChildServer {
  readonly process: ChildProcess;
  readonly superuserUrl: string;
}

/** A program of its own that starts the database and then waits, so that a test can kill it. */
export async function startInChild(
  folder: string,
  account?: { uid: number; gid: number },
): Promise<ChildServer> {
  const start = pathToFileURL(path.resolve("adapters/embedded-postgres/start.ts")).href;
  const logger = pathToFileURL(path.resolve("core/logger.ts")).href;
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(start)};
    import { silentLogger } from ${JSON.stringify(logger)};
    const folder = ${JSON.stringify(folder)};
    const postgres = await startEmbeddedPostgres({ folder, port: 0, logger: silentLogger });
    console.log(postgres.superuserUrl);
    process.once("SIGTERM", () => void postgres.stop().then(() => process.exit(0)));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], TMPDIR: tmpdir() },
    ...account,
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() =>
      Promise.reject(new Error("the child ended before its database was ready")),
    ),
  ])) as [string];
  return { process: child, superuserUrl: url };
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** Polls for at most `limitMs`; returns whether it came true. */
export async function becomesTrue(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (await condition()) return true;
    await sleep(20);
  }
  return condition();
}
