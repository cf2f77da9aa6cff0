import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createBreakerNotes } from "./breaker-notes.ts";

describe("notes of servers that are left alone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "expert-breakers-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();

  it("are there until the server is taken back, one for each server", () => {
    const notes = createBreakerNotes(join(folder, "of", "servers"));
    expect(notes.read()).toEqual([]);
    const first = { server: "gpu:8000", since: at(-9_000), until: at(-7_000) };
    const again = { server: "gpu:8000", since: at(-5_000), until: at(-1_000) };
    const other = { server: "../azure", since: at(-1_000), until: at(1_000) };
    for (const note of [first, again, other]) notes.leave(note);
    expect(notes.read()).toEqual([other, again]);
    notes.takeBack("gpu:8000");
    notes.takeBack("gpu:8000");
    expect(notes.read()).toEqual([other]);
    expect(readdirSync(folder)).toEqual(["of"]);
  });

  it("are read past what is no note, past those of long ago, and of processes that have ended", () => {
    const notes = createBreakerNotes(folder);
    notes.leave({ server: "old", since: at(-9_000_000), until: at(-9_000_000) });
    const whose = { since: at(0), until: at(0), process: 2 ** 30 };
    for (const [server, host] of [
      ["ended", hostname()],
      ["elsewhere", "another-machine"],
    ] as const)
      writeFileSync(join(folder, `${server}.json`), JSON.stringify({ ...whose, server, host }));
    writeFileSync(join(folder, "broken.json"), "{");
    expect(notes.read().map(({ server }) => server)).toEqual(["elsewhere"]);
  });
});
