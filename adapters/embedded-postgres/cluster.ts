import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  lchown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ExpertError } from "../../core/errors.ts";
import type { Account, Owner } from "./account.ts";
import type { PostgresBinaries } from "./binaries.ts";
import { explainFailure } from "./server-log.ts";
import { programErrors } from "./system-error.ts";

const run = promisify(execFile);
const superuser = "postgres";
const draftPrefix = "postgres-new-";

/** Where a data folder keeps its database. */
export const clusterPaths = (folder: string) => ({
  cluster: path.join(folder, "postgres"),
  pidFile: path.join(folder, "postgres", "postmaster.pid"),
  password: path.join(folder, "postgres-password"),
  log: path.join(folder, "postgres.log"),
});

export const superuserUrl = (password: string, port: number): string =>
  `postgresql://${superuser}:${password}@127.0.0.1:${port}/postgres`;

/** The owner of the cluster's files, or null where there is no cluster yet. */
export async function ownerOfCluster(folder: string): Promise<Owner | null> {
  const found = await stat(clusterPaths(folder).cluster).catch(() => null);
  return found === null ? null : { uid: found.uid, gid: found.gid };
}

/**
 * Makes the cluster (UTF-8, sorted by code point, checksums, passwords only) unless it is there.
 * initdb works in a folder beside it, which takes the cluster's name when all is done: a start that
 * was killed half-way leaves nothing that looks like a database.
 */
export async function ensureCluster(
  { binaries, account }: { binaries: PostgresBinaries; account: Account },
  folder: string,
): Promise<{ password: string; created: boolean }> {
  const { cluster } = clusterPaths(folder);
  await removeDrafts(folder);
  const exists = (await ownerOfCluster(folder)) !== null;
  if (exists) {
    if (account.owner !== null) await takeOver(cluster, account.owner);
    return { password: await readPassword(folder), created: false };
  }
  const password = await writePassword(folder);
  const draft = path.join(folder, `${draftPrefix}${process.pid}`);
  try {
    await makeDraft({ binaries, account }, draft, password);
    await rename(draft, cluster);
  } finally {
    await removeDrafts(folder);
  }
  return { password, created: true };
}

async function makeDraft(
  { binaries, account }: { binaries: PostgresBinaries; account: Account },
  draft: string,
  password: string,
): Promise<void> {
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.owner !== null) {
    for (const file of [draft, passwordFile]) await chown(file, account.owner.uid, account.owner.gid);
  }
  await runInitdb({ binaries, account }, draft, passwordFile);
}

async function runInitdb(
  { binaries, account }: { binaries: PostgresBinaries; account: Account },
  draft: string,
  passwordFile: string,
): Promise<void> {
  const { file, args, options } = account.launch(binaries.initdb, [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
  ]);
  await run(file, [...args], { ...options, timeout: 300_000 }).catch((error: unknown) => {
    throw explainFailure(programErrors(error));
  });
}

/** Writes a new cluster's files to the disk, while the server already runs. */
export async function syncCluster(
  { binaries, account }: { binaries: PostgresBinaries; account: Account },
  folder: string,
): Promise<void> {
  const { file, args, options } = account.launch(binaries.initdb, [
    "--sync-only",
    clusterPaths(folder).cluster,
  ]);
  await run(file, [...args], options);
}

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(draftPrefix)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

async function writePassword(folder: string): Promise<string> {
  const password = randomBytes(24).toString("hex");
  await writeFile(clusterPaths(folder).password, `${password}\n`, { mode: 0o600 });
  return password;
}

async function readPassword(folder: string): Promise<string> {
  const file = clusterPaths(folder).password;
  return (
    await readFile(file, "utf8").catch((cause: unknown) => {
      throw new ExpertError("configuration_invalid", `The database's password file ${file} cannot be read.`, {
        remedy: "Restore it from a backup of the data folder, readable by the account that runs The Expert.",
        cause,
      });
    })
  ).trim();
}

/** A folder copied by root belongs to root; the server accepts only its own files. */
async function takeOver(cluster: string, owner: Owner): Promise<void> {
  if ((await stat(cluster)).uid === owner.uid) return;
  for (const name of await readdir(cluster, { recursive: true })) {
    await lchown(path.join(cluster, name), owner.uid, owner.gid);
  }
  await chmod(cluster, 0o700);
  await chown(cluster, owner.uid, owner.gid);
}
