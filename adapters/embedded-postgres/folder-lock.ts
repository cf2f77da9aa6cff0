import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import { z } from "zod";
import { ExpertError } from "../../core/errors.ts";
import { birthOf, pidSpace } from "./process-identity.ts";
import { systemErrorCode } from "./system-error.ts";

const owner = z.object({ pid: z.number().int(), birth: z.string(), space: z.string(), since: z.string() });
type Owner = z.infer<typeof owner>;

export interface FolderLock {
  release(): Promise<void>;
}

export interface FolderLockTiming {
  /** How often the holder renews the file's time. */
  readonly heartbeatMs: number;
  /** A holder in another container or host that has not renewed it for this long is dead. */
  readonly silenceMs: number;
}

const usualTiming: FolderLockTiming = { heartbeatMs: 2_000, silenceMs: 8_000 };

/**
 * Takes the data folder for this process, by the file `expert.lock`; a lock whose holder is dead is
 * broken. Throws `data_folder_in_use` while another The Expert (or this one) holds it.
 */
export async function lockFolder(folder: string, now: Date, timing = usualTiming): Promise<FolderLock> {
  const file = path.join(folder, "expert.lock");
  const birth = (await birthOf(process.pid)) ?? "unknown";
  const mine: Owner = { pid: process.pid, birth, space: await pidSpace(), since: now.toISOString() };
  const text = JSON.stringify(mine);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createWhole(file, text)) {
      // Where a dead lock was broken, another breaker may have moved ours away: look again.
      if (attempt > 0) await sleep(30);
      if ((await readFile(file, "utf8").catch(() => null)) === text) return hold(file, text, timing);
    }
    const found = await readFile(file, "utf8").catch(() => null);
    if (found === null) continue;
    const holder = parseOwner(found);
    if (holder !== null && (await isAlive(holder, file, mine.space, timing))) throw inUse(folder, holder);
    await breakLock(file, found);
  }
  throw inUse(folder, null);
}

/** A link appears with its whole content or not at all, and fails where the name is taken. */
async function createWhole(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${v7()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves the dead lock away; if another process replaced it meanwhile, puts that one back. */
async function breakLock(file: string, dead: string): Promise<void> {
  const aside = `${file}.${v7()}`;
  await rename(file, aside).catch(() => undefined);
  const moved = await readFile(aside, "utf8").catch(() => dead);
  if (moved !== dead) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isAlive(
  holder: Owner,
  file: string,
  space: string,
  timing: FolderLockTiming,
): Promise<boolean> {
  if (holder.space === space) return (await birthOf(holder.pid)) === holder.birth;
  // Its pid means nothing here, so watch its heartbeat instead.
  const before = await modifiedAt(file);
  for (let waited = 0; waited < timing.silenceMs; waited += 100) {
    await sleep(100);
    if ((await modifiedAt(file)) !== before) return true;
  }
  return false;
}

const modifiedAt = async (file: string): Promise<number> =>
  (await stat(file).catch(() => null))?.mtimeMs ?? 0;

function parseOwner(text: string): Owner | null {
  try {
    return owner.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function hold(file: string, text: string, timing: FolderLockTiming): FolderLock {
  const heartbeat = setInterval(() => {
    const time = new Date();
    utimes(file, time, time).catch(() => undefined);
  }, timing.heartbeatMs);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await readFile(file, "utf8").catch(() => null)) === text) await rm(file, { force: true });
    },
  };
}

function inUse(folder: string, holder: Owner | null): ExpertError {
  const who = holder === null ? "another process" : `process ${holder.pid} since ${holder.since}`;
  return new ExpertError("data_folder_in_use", `The data folder ${folder} is in use by ${who}.`, {
    remedy: "Stop the other The Expert first, or start this one with a data folder of its own.",
    facts: holder === null ? {} : { pid: holder.pid },
  });
}
