import { copyFile, open, rename, stat, truncate } from "node:fs/promises";
import { ExpertError } from "../../core/errors.ts";

const largestLogBytes = 2 * 1024 * 1024;

/** Size in bytes; 0 for a file that is not there. */
export const sizeOf = async (file: string): Promise<number> =>
  (await stat(file).catch(() => null))?.size ?? 0;

/** Before a start: a long log becomes `….1`, in place of the one before. */
export async function rotateLog(file: string): Promise<void> {
  if ((await sizeOf(file)) > largestLogBytes) await rename(file, `${file}.1`);
}

/** While the server appends to it: a long log is copied to `….1` and emptied. Returns what ends the watch. */
export function keepLogSmall(file: string, everyMs = 60_000): () => void {
  const shorten = async (): Promise<void> => {
    if ((await sizeOf(file)) <= largestLogBytes) return;
    await copyFile(file, `${file}.1`);
    await truncate(file);
  };
  let shortening = false;
  const timer = setInterval(() => {
    // A second look meanwhile would copy the emptied file over the old log.
    if (shortening) return;
    shortening = true;
    void shorten()
      .catch(() => undefined)
      .finally(() => (shortening = false));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What was written after `fromByte`, at most the last 16 KiB. */
export async function readLogFrom(file: string, fromByte: number): Promise<string> {
  const size = await sizeOf(file);
  const start = Math.max(fromByte, size - 16 * 1024);
  if (size <= start) return "";
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

export const saysPortTaken = (log: string): boolean => /could not bind.*Address already in use/i.test(log);

const causes: readonly { pattern: RegExp; error: (log: string) => ExpertError }[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    error: () =>
      new ExpertError("storage_full", "The database cannot start: its disk is full.", {
        remedy: "Free disk space or move the data folder to a larger disk, then start again.",
      }),
  },
  {
    pattern:
      /Cannot allocate memory|could not (?:create|resize|map) (?:anonymous )?shared memory|out of memory/i,
    error: () =>
      new ExpertError("database_unavailable", "The database cannot start: there is too little memory.", {
        remedy: "Free at least 256 MB of memory (in a container, raise its memory and shared memory limits).",
      }),
  },
  {
    pattern: /database files are incompatible with server/i,
    error: () =>
      new ExpertError("database_unavailable", "The data folder belongs to another version of PostgreSQL.", {
        remedy:
          "Start the release of The Expert that made it, export the data, and import it into a new data folder.",
      }),
  },
  {
    pattern: /shared memory block.*still in use|lock file "postmaster\.pid" already exists/i,
    error: () =>
      new ExpertError("data_folder_in_use", "A database server still runs on the data folder.", {
        remedy: "Stop the processes named postgres that use this data folder, then start again.",
      }),
  },
  {
    pattern: /Permission denied|has wrong ownership|has invalid permissions/i,
    error: (log) =>
      new ExpertError("storage_unavailable", `The database may not use its files. ${last(log)}`, {
        remedy:
          "Start The Expert with the account that made the data folder, or give that folder to this account.",
      }),
  },
];

/** Reads from the server's (or initdb's) own words why it did not start. */
export function explainFailure(log: string): ExpertError {
  const known = causes.find(({ pattern }) => pattern.test(log));
  if (known !== undefined) return known.error(log);
  return new ExpertError("database_unavailable", `The database did not start. ${last(log)}`, {
    remedy:
      "Read postgres.log in the data folder; if the files are damaged, restore the data folder from a backup.",
  });
}

/** The last line that names a fault, without its time stamp. */
function last(log: string): string {
  const lines = log.split("\n").filter((line) => /FATAL|PANIC|ERROR|error:/.test(line));
  return (lines.at(-1) ?? log.trim().split("\n").at(-1) ?? "")
    .replace(/^.*?(?=FATAL|PANIC|ERROR|[a-z]+: error)/, "")
    .slice(0, 300);
}
