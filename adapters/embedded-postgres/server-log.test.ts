import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { until } from "../../tests/support/sample-work.ts";
import { explainFailure, keepLogSmall, readLogFrom, rotateLog, saysPortTaken } from "./server-log.ts";

const stamp = "2026-11-20 21:39:55.545 UTC [9863] ";

describe("explainFailure", () => {
  it.each([
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', "storage_full"],
    ["FATAL:  could not map anonymous shared memory: Cannot allocate memory", "database_unavailable"],
    ['FATAL:  data directory "/d/postgres" has wrong ownership', "storage_unavailable"],
    ["FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use", "data_folder_in_use"],
    ["FATAL:  database files are incompatible with server", "database_unavailable"],
    ["PANIC:  could not locate a valid checkpoint record at 0/1", "database_unavailable"],
  ])("%s is %s with a remedy", (line, code) => {
    const error = explainFailure(`${stamp}LOG:  starting\n${stamp}${line}\n`);
    expect(error.code).toBe(code);
    expect(error.remedy).toBeTruthy();
    expect(error.message).not.toContain(stamp);
  });

  it("quotes the server's last complaint where the cause is not known", () => {
    const log = `${stamp}LOG:  starting\n${stamp}PANIC:  something new\n${stamp}LOG:  shut down\n`;
    expect(explainFailure(log).message).toBe("The database did not start. PANIC:  something new");
  });

  it("knows a taken port", () => {
    expect(
      saysPortTaken(`${stamp}LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`),
    ).toBe(true);
    expect(saysPortTaken(`${stamp}LOG:  listening on IPv4 address "127.0.0.1", port 1`)).toBe(false);
  });
});

describe("the log's size", () => {
  let folder: string;
  let log: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "expert-log-"));
    log = path.join(folder, "postgres.log");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("stays small while the server writes, and one old log is kept", async () => {
    await writeFile(log, "x".repeat(3 * 1024 * 1024));
    const end = keepLogSmall(log, 10);
    await until("it is emptied", async () => (await stat(log)).size === 0);
    end();
    expect((await stat(log)).size).toBe(0);
    await appendFile(log, "later");
    await rotateLog(log);
    expect(await readFile(log, "utf8")).toBe("later");
    expect((await stat(`${log}.1`)).size).toBe(3 * 1024 * 1024);
  });

  it("is read from where a start began, and only its end where that is long", async () => {
    await writeFile(log, `before${"y".repeat(20_000)}end`);
    const words = await readLogFrom(log, 6);
    expect(words).toHaveLength(16 * 1024);
    expect(words.endsWith("yend")).toBe(true);
    expect(await readLogFrom(log, 20_006)).toBe("end");
    expect(await readLogFrom(path.join(folder, "missing"), 0)).toBe("");
  });
});
