import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { lockFolder } from "./folder-lock.ts";
import { birthOf, pidSpace } from "./process-identity.ts";

const now = new Date("2026-01-02T03:04:05Z");

describe("lockFolder", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "expert-lock-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (owner: object): Promise<void> =>
    writeFile(path.join(folder, "expert.lock"), JSON.stringify({ since: now.toISOString(), ...owner }));

  it("is held by one, names its holder, and is free again after release", async () => {
    const lock = await lockFolder(folder, now);
    await expect(lockFolder(folder, now)).rejects.toMatchObject({
      code: "data_folder_in_use",
      message: expect.stringContaining(`process ${process.pid} since 2026-01-02T03:04:05.000Z`),
    });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder, now)).release();
  });

  it("is given to exactly one of many at once, also over a stale lock", async () => {
    await write({ pid: 2 ** 22 + 1, birth: "1 ticks", space: await pidSpace() });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder, now)));
    const held = results.filter((result) => result.status === "fulfilled");
    expect(held).toHaveLength(1);
    await held[0]?.value.release();
  });

  it("breaks the lock of a dead process, of a pid given again, and one that is not readable", async () => {
    const space = await pidSpace();
    await write({ pid: 2 ** 22 + 1, birth: "1 ticks", space });
    await (await lockFolder(folder, now)).release();
    await write({ pid: process.pid, birth: "an earlier birth", space });
    await (await lockFolder(folder, now)).release();
    await writeFile(path.join(folder, "expert.lock"), "");
    await (await lockFolder(folder, now)).release();
  });

  it("judges a holder in another container by its heartbeat", async () => {
    const owner = { pid: process.pid, birth: (await birthOf(process.pid)) ?? "", space: "another container" };
    await write(owner);
    const beat = setInterval(() => void utimes(path.join(folder, "expert.lock"), new Date(), new Date()), 50);
    const patient = { heartbeatMs: 50, silenceMs: 60_000 };
    await expect(lockFolder(folder, now, patient)).rejects.toMatchObject({ code: "data_folder_in_use" });
    clearInterval(beat);
    await (await lockFolder(folder, now, { heartbeatMs: 50, silenceMs: 400 })).release();
  });
});
