import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isReadableName } from "../../adapters/connect/readable-files.ts";

export interface FoundFile {
  readonly path: string;
  /** Relative to the folder, with `/`. */
  readonly name: string;
}

export interface FoundFiles {
  /** Sorted by name. */
  readonly readable: readonly FoundFile[];
  /** Names of files in a format that is not read. */
  readonly others: readonly string[];
}

/** The files below a folder, or the one file. What begins with a dot is left out, and links to folders are not followed. */
export async function findFiles(path: string): Promise<FoundFiles> {
  const found = (await stat(path)).isDirectory()
    ? await filesBelow(path, "")
    : [{ path, name: basename(path) }];
  const sorted = found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    readable: sorted.filter(({ name }) => isReadableName(name)),
    others: sorted.flatMap(({ name }) => (isReadableName(name) ? [] : [name])),
  };
}

async function filesBelow(folder: string, prefix: string): Promise<readonly FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map(async (entry): Promise<readonly FoundFile[]> => {
    if (entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path, `${name}/`);
    if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path)))) return [{ path, name }];
    return [];
  });
  return (await Promise.all(lists)).flat();
}

const leadsToFile = (link: string): Promise<boolean> =>
  stat(link).then(
    (target) => target.isFile(),
    () => false,
  );
