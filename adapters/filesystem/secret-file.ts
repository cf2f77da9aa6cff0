import { randomBytes } from "node:crypto";
import { chmod, link, readFile, rm, writeFile } from "node:fs/promises";

/** A secret that is made once and kept in a file that its owner alone may read. */
export async function secretFile(path: string): Promise<string> {
  try {
    return await readSecret(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const draft = `${path}.${String(process.pid)}`;
  await writeFile(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
  await chmod(draft, 0o600);
  // Linking fails where another process was first: both then read that one's secret.
  await link(draft, path).catch(() => undefined);
  await rm(draft, { force: true });
  return await readSecret(path);
}

const readSecret = async (path: string): Promise<string> => (await readFile(path, "utf8")).trim();
