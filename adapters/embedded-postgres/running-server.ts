import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { clusterPaths } from "./cluster.ts";
import { birthOf, commandLineOf } from "./process-identity.ts";
import { systemErrorCode } from "./system-error.ts";

/** What postmaster.pid says: line 1 is the process, line 8 its state (storage of PostgreSQL 10 and later). */
export interface PidFile {
  readonly pid: number;
  readonly state: string;
}

export async function readPidFile(pidFile: string): Promise<PidFile | null> {
  const text = await readFile(pidFile, "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n");
  return { pid: Number(lines[0]), state: lines[7]?.trim() ?? "" };
}

/**
 * Makes way for a start after a crash. The folder's lock is ours, so a server that still runs on it
 * is an orphan: its guard gets a moment, then it is stopped as `pg_ctl -m immediate` would. A
 * postmaster.pid whose number now belongs to another process, or to a zombie, is removed, since
 * PostgreSQL would refuse to start; one of a dead process is left to PostgreSQL, which also checks
 * that no child of it lives.
 */
export async function stopOrphan(
  { logger }: { logger: Logger },
  folder: string,
  guardMs = 3_000,
): Promise<void> {
  const { pidFile, cluster } = clusterPaths(folder);
  const found = await readPidFile(pidFile);
  if (found === null) return;
  if (!Number.isInteger(found.pid) || found.pid <= 1) return rm(pidFile, { force: true });
  const birth = await birthOf(found.pid);
  const runsCluster = birth !== null && (await commandLineOf(found.pid)).includes(`-D ${cluster}`);
  if (!runsCluster) {
    if (isTaken(found.pid)) await rm(pidFile, { force: true });
    return;
  }
  logger.info("a database server of an earlier run is still there; waiting for its end", { pid: found.pid });
  if (await endsWithin(found.pid, birth, guardMs)) return;
  logger.warn("stopping the database server of an earlier run", { pid: found.pid });
  signal(found.pid, "SIGQUIT", folder);
  if (await endsWithin(found.pid, birth, 60_000)) return;
  throw inUse(folder, found.pid);
}

async function endsWithin(pid: number, birth: string, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if ((await birthOf(pid)) !== birth) return true;
    await sleep(20);
  }
  return false;
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals, folder: string): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemErrorCode(error) === "ESRCH") return;
    throw inUse(folder, pid);
  }
}

const inUse = (folder: string, pid: number): ExpertError =>
  new ExpertError(
    "data_folder_in_use",
    `The database server ${pid} still runs on the data folder ${folder}.`,
    {
      remedy: `Stop process ${pid}, then start again.`,
      facts: { pid },
    },
  );
