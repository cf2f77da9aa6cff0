import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../adapters/embedded-postgres/start.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { until } from "./sample-work.ts";
import { removeFolder } from "./remove-folder.ts";

/** A PostgreSQL server of a test's own, which may be stopped in the middle. */
export interface OwnPostgres {
  readonly database: TestDatabase;
  /** As `pg_ctl stop -m immediate`: every connection breaks, and the next start replays the log. */
  stopNow(): Promise<void>;
  /** Again on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "expert-postgres-"));
  // A commit is in the log before it is told: it outlives the server, if not the machine.
  const settings = { fsync: false, full_page_writes: false, max_connections: 200 };
  const open = (port: number) => startEmbeddedPostgres({ folder, port, logger: silentLogger, settings });
  // Free still at the next start.
  let server = await open(await freePort());
  const { port } = server;
  const database = await testDatabase(server.superuserUrl);
  const processId = async (): Promise<number> =>
    Number((await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
  return {
    database,
    async stopNow() {
      const id = await processId();
      process.kill(id, "SIGQUIT");
      await until("PostgreSQL has ended", () => Promise.resolve(!isRunning(id)));
      await server.stop();
    },
    async start() {
      server = await open(port);
    },
    async close() {
      await server.stop();
      await removeFolder(folder);
    },
  };
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
