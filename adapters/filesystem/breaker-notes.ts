import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { z } from "zod";

/** A server that a process leaves alone: since when, and until when at least. */
export interface BreakerNote {
  readonly server: string;
  readonly since: string;
  readonly until: string;
}

const kept = z.object({
  server: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  host: z.string(),
  process: z.int().positive(),
});

/** Which servers the processes of this data folder leave alone, for a look from outside of them. */
export interface BreakerNotes {
  /** Of this process. Never throws: a note that cannot be written is only missed by who looks. */
  leave(note: BreakerNote): void;
  takeBack(server: string): void;
  /** Of all processes that may still run, the latest first. */
  read(): readonly BreakerNote[];
}

/** What processes of other machines left that nobody has tried since. */
const forgottenMs = 3_600_000;

export function createBreakerNotes(folder: string): BreakerNotes {
  const own = `${hostname()}-${String(process.pid)}-${String(threadId)}`.replaceAll(/[^\w-]/g, "_");
  const pathOf = (server: string): string =>
    join(folder, `${Buffer.from(server).toString("base64url")}.${own}.json`);
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch {
      // As the port says.
    }
  };
  return {
    leave(written) {
      attempt(() => {
        mkdirSync(folder, { recursive: true });
        const whose = { host: hostname(), process: process.pid };
        writeFileSync(pathOf(written.server), JSON.stringify({ ...written, ...whose }));
      });
    },
    takeBack(server) {
      attempt(() => {
        rmSync(pathOf(server), { force: true });
      });
    },
    read() {
      const found: BreakerNote[] = [];
      let names: readonly string[] = [];
      attempt(() => {
        names = readdirSync(folder);
      });
      for (const name of names)
        attempt(() => {
          const read = kept.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
          const { server, since, until } = read;
          if (mayRun(read) && Date.now() - Date.parse(until) < forgottenMs)
            found.push({ server, since, until });
        });
      return found.toSorted((a, b) => b.since.localeCompare(a.since));
    },
  };
}

function mayRun({ host, process: id }: z.infer<typeof kept>): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // It runs, under another account.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
