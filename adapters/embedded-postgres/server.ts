import { spawn, type ChildProcess } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Account } from "./account.ts";
import type { PostgresBinaries } from "./binaries.ts";
import { clusterPaths } from "./cluster.ts";
import { guardServer } from "./guard.ts";
import { choosePort } from "./port.ts";
import { readPidFile } from "./running-server.ts";
import { explainFailure, readLogFrom, rotateLog, saysPortTaken, sizeOf } from "./server-log.ts";
import { settingsFile, type PostgresSettings } from "./settings.ts";

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process is gone, whatever ended it. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  signal(name: NodeJS.Signals): void;
}

interface Deps {
  readonly binaries: PostgresBinaries;
  readonly account: Account;
  readonly logger: Logger;
}

/** Replay of the log after a crash may be long; beyond this something is wrong. */
const recoveryLimitMs = 15 * 60_000;
const pollMs = 10;

/**
 * Starts the server on the wanted port, or on a free one where it is taken, and waits until it
 * accepts connections: after a crash, until its log is replayed. Throws what its log says.
 */
export async function startServer(
  deps: Deps,
  folder: string,
  wantedPort: number,
  overrides: PostgresSettings,
): Promise<Server> {
  const { log } = clusterPaths(folder);
  await rotateLog(log);
  let port = await choosePort(wantedPort);
  for (let attempt = 1; ; attempt += 1) {
    const logFrom = await sizeOf(log);
    const server = await spawnServer(deps, folder, port, overrides);
    const ready = await waitUntilReady(deps, server, folder);
    if (ready) return server;
    const words = await readLogFrom(log, logFrom);
    // Another process took the port between the look and the start.
    if (!saysPortTaken(words) || attempt === 5) throw explainFailure(words);
    port = await choosePort(0);
  }
}

async function spawnServer(
  { binaries, account }: Deps,
  folder: string,
  port: number,
  overrides: PostgresSettings,
): Promise<Server> {
  const { cluster, log, pidFile } = clusterPaths(folder);
  await writeFile(path.join(cluster, "postgresql.conf"), await settingsFile(port, overrides));
  const logFile = await open(log, "a", 0o600);
  try {
    const { file, args, options } = account.launch(binaries.postgres, ["-D", cluster]);
    const child = spawn(file, [...args], {
      ...options,
      // A session of its own: a Ctrl-C in the terminal reaches us first, and we stop it in order.
      detached: true,
      stdio: ["ignore", logFile.fd, logFile.fd],
    });
    child.unref();
    const exited = exitOf(child);
    if (child.pid === undefined) {
      throw new ExpertError("database_unavailable", "The database's program could not be started.", {
        remedy: "Free memory or raise the limit on processes, then start again.",
      });
    }
    const guard = guardServer(child.pid, pidFile);
    void exited.then(() => guard.dismiss());
    return {
      pid: child.pid,
      port,
      exited,
      hasExited: () => child.exitCode !== null || child.signalCode !== null,
      signal: (name) => void child.kill(name),
    };
  } finally {
    await logFile.close();
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
}

/** False when the server ended instead. */
async function waitUntilReady({ logger }: Deps, server: Server, folder: string): Promise<boolean> {
  const { pidFile } = clusterPaths(folder);
  for (let waitedMs = 0; waitedMs < recoveryLimitMs; waitedMs += pollMs) {
    if (server.hasExited()) return false;
    const found = await readPidFile(pidFile);
    if (found?.pid === server.pid && found.state === "ready") return true;
    if (waitedMs > 0 && waitedMs % 5_000 === 0) {
      logger.info("the database replays its log after an unclean stop", { waitedSeconds: waitedMs / 1_000 });
    }
    await sleep(pollMs);
  }
  server.signal("SIGQUIT");
  throw new ExpertError("database_unavailable", "The database did not become ready within 15 minutes.", {
    remedy: "Read postgres.log in the data folder, then start again.",
  });
}
