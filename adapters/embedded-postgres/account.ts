import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { PostgresBinaries } from "./binaries.ts";
import { programErrors } from "./system-error.ts";

const run = promisify(execFile);

/** Who runs the database's programs, and how they are started. */
export interface Account {
  /** Null: the account of this process. Else its files must belong to this user and group. */
  readonly owner: Owner | null;
  launch(program: string, args: readonly string[]): Launch;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: {
    readonly uid?: number;
    readonly gid?: number;
    readonly cwd: "/";
    readonly env: NodeJS.ProcessEnv;
  };
}

/** "nobody" on Linux and macOS: PostgreSQL refuses to run as root. */
const nobody: Owner = { uid: 65534, gid: 65534 };

/** A clean environment, so that no PG* variable or locale of the caller changes the server. */
const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Chooses how to run the database. An ordinary user runs it as itself. Root hands it to the
 * cluster's owner or to nobody; where that account cannot enter a folder above (a home of root, a
 * `mktemp -d`), it is also given the one capability that passes closed folders, the weakest that
 * works. Each way is tried with the real program before it is chosen.
 * Throws `storage_unavailable` where none works.
 */
export async function chooseAccount(
  { binaries, logger }: { binaries: PostgresBinaries; logger: Logger },
  folder: string,
  clusterOwner: Owner | null,
): Promise<Account> {
  const isRoot = process.getuid?.() === 0;
  const owner = clusterOwner !== null && clusterOwner.uid !== 0 ? clusterOwner : nobody;
  const ways = isRoot
    ? [asOwner(owner), withCapability(owner, "dac_read_search"), withCapability(owner, "dac_override")]
    : [asSelf];
  let reason = "";
  for (const [index, way] of ways.entries()) {
    const failure = await tryOut(way, binaries.postgres, folder);
    if (failure === null) {
      if (index > 0)
        logger.debug("the database runs with a capability that passes closed folders", { way: index });
      return way;
    }
    reason = failure;
  }
  throw new ExpertError(
    "storage_unavailable",
    `PostgreSQL cannot be started for the folder ${folder}: ${reason}`,
    {
      remedy: isRoot
        ? "Run The Expert as an ordinary user, or put it and its data folder where every account may enter (mode 755)."
        : "Give this account the right to enter the data folder and to read node_modules, then start again.",
    },
  );
}

const asSelf: Account = {
  owner: null,
  launch: (program, args) => ({ file: program, args, options: { cwd: "/", env } }),
};

const asOwner = (owner: Owner): Account => ({
  owner,
  launch: (program, args) => ({ file: program, args, options: { ...owner, cwd: "/", env } }),
});

/**
 * setpriv(1). Without `no_setuid_fixup` the kernel ignores capabilities in access(2), by which
 * PostgreSQL checks its own programs (capabilities(7), SECBIT_NO_SETUID_FIXUP).
 */
const withCapability = (owner: Owner, capability: string): Account => ({
  owner,
  launch: (program, args) => ({
    file: "setpriv",
    args: [
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      "--clear-groups",
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      "--securebits=+no_setuid_fixup",
      program,
      ...args,
    ],
    options: { cwd: "/", env },
  }),
});

/** Null when the account may enter the folder and run the program; else what refused. */
async function tryOut(account: Account, postgres: string, folder: string): Promise<string | null> {
  const script = 'cd -- "$1" && exec "$2" --version';
  const { file, args, options } = account.launch("/bin/sh", ["-c", script, "sh", folder, postgres]);
  try {
    const { stdout, stderr } = await run(file, [...args], { ...options, timeout: 60_000 });
    if (stdout.includes("PostgreSQL") && stderr === "") return null;
    return stderr.trim() || "the program does not answer";
  } catch (error) {
    return programErrors(error);
  }
}
