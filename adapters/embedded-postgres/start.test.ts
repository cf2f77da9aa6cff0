import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import { freshFolder, query, removeFolders } from "../../tests/support/embedded-postgres-child.ts";
import { startEmbeddedPostgres } from "./start.ts";

jest.setTimeout(180_000);

const start = (folder: string, port = 0) => startEmbeddedPostgres({ folder, port, logger: silentLogger });

// mkdtemp makes folders of mode 700: as root, these tests also prove the start in a closed folder.
describe("startEmbeddedPostgres", () => {
  afterEach(removeFolders);

  it("makes a UTF-8 database, keeps its rows over a second start, and leaves nothing running", async () => {
    const folder = path.join(await freshFolder(), "data");
    const first = await start(folder);
    expect(first.firstStart).toBe(true);
    const [facts] = await query(
      first.superuserUrl,
      `select current_setting('server_encoding') as encoding, lower('ÄÖ') as lower,
         current_setting('fsync') as fsync, current_setting('listen_addresses') as listens`,
    );
    expect(facts).toEqual({ encoding: "UTF8", lower: "äö", fsync: "on", listens: "127.0.0.1" });
    await query(first.superuserUrl, "create table kept as select 42 as n");
    await first.stop();
    await first.stop();
    await expect(query(first.superuserUrl, "select 1")).rejects.toThrow("ECONNREFUSED");

    const second = await start(folder);
    expect(second.firstStart).toBe(false);
    expect(await query(second.superuserUrl, "select n from kept")).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it("asks for a password that only the account can read", async () => {
    const folder = await freshFolder();
    const postgres = await start(folder);
    const password = await stat(path.join(folder, "postgres-password"));
    expect(password.mode & 0o777).toBe(0o600);
    const wrong = new URL(postgres.superuserUrl);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toThrow("password authentication failed");
    await postgres.stop();
    await writeFile(path.join(folder, "postgres-password"), "other\n");
    await expect(start(folder)).rejects.toMatchObject({ code: "configuration_invalid" });
  });

  it("takes a free port where the wanted one is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    const postgres = await start(await freshFolder(), taken);
    expect(postgres.port).not.toBe(taken);
    expect(await query(postgres.superuserUrl, "select 1 as n")).toEqual([{ n: 1 }]);
    await postgres.stop();
    await new Promise((resolve) => other.close(resolve));
  });

  it("refuses a folder that a running The Expert holds", async () => {
    const folder = await freshFolder();
    const postgres = await start(folder);
    await expect(start(folder)).rejects.toMatchObject({ code: "data_folder_in_use" });
    expect(await query(postgres.superuserUrl, "select 1 as n")).toEqual([{ n: 1 }]);
    await postgres.stop();
  });

  it("starts over what a killed first start left", async () => {
    const folder = await freshFolder();
    await writeFile(path.join(folder, "postgres-password"), "unused\n");
    await writeFile(path.join(folder, "postgres-new-1"), "half-made");
    const postgres = await start(folder);
    expect(postgres.firstStart).toBe(true);
    await expect(stat(path.join(folder, "postgres-new-1"))).rejects.toThrow("ENOENT");
    await postgres.stop();
  });

  it("starts with a stale postmaster.pid, of a dead process or of a foreign one", async () => {
    const folder = await freshFolder();
    await (await start(folder)).stop();
    const dead = 2 ** 22 + 1;
    for (const pid of [dead, process.pid]) {
      await writeFile(path.join(folder, "postgres/postmaster.pid"), `${pid}\n${folder}/postgres\n`);
      const postgres = await start(folder);
      expect(await query(postgres.superuserUrl, "select 1 as n")).toEqual([{ n: 1 }]);
      await postgres.stop();
    }
  });

  it("says what the server said when it cannot start, and frees the folder", async () => {
    const folder = await freshFolder();
    await (await start(folder)).stop();
    await writeFile(path.join(folder, "postgres/PG_VERSION"), "9\n");
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(start(folder)).rejects.toMatchObject({
        code: "database_unavailable",
        message: expect.stringContaining("another version of PostgreSQL"),
      });
    }
    await rm(path.join(folder, "postgres"), { recursive: true });
  });

  it("keeps the text of statements out of the server's log", async () => {
    const folder = await freshFolder();
    const postgres = await start(folder);
    await expect(query(postgres.superuserUrl, "select 'a secret of the company'::int")).rejects.toThrow();
    await expect(query(postgres.superuserUrl, "select secret_column_of_company")).rejects.toThrow();
    await postgres.stop();
    const log = await readFile(path.join(folder, "postgres.log"), "utf8");
    expect(log).toContain("ready to accept connections");
    expect(log).not.toContain("secret");
  });
});
