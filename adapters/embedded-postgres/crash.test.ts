import { execFile, spawn } from "node:child_process";
import { access, chown, constants, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import { guardServer } from "./guard.ts";
import { birthOf } from "./process-identity.ts";
import {
  becomesTrue,
  freshFolder,
  kill,
  query,
  removeFolders,
  startInChild,
} from "../../tests/support/embedded-postgres-child.ts";
import { startEmbeddedPostgres } from "./start.ts";

jest.setTimeout(180_000);

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

const start = (folder: string) => startEmbeddedPostgres({ folder, port: 0, logger: silentLogger });

const serverPid = async (folder: string): Promise<number> =>
  Number((await readFile(path.join(folder, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

async function processesNaming(text: string): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,args="]);
  const lines = stdout.split("\n").filter((line) => line.includes(text));
  return lines.map((line) => Number.parseInt(line, 10)).filter((pid) => pid !== process.pid);
}

describe("after the death of its parent", () => {
  afterEach(removeFolders);

  it("the server is gone within seconds, and the next start has every committed row", async () => {
    const folder = await freshFolder();
    const child = await startInChild(folder);
    await query(child.superuserUrl, "create table kept as select generate_series(1, 1000) as n");
    const pid = await serverPid(folder);
    await kill(child.process, "SIGKILL");
    expect(await becomesTrue(async () => (await birthOf(pid)) === null, 30_000)).toBe(true);
    expect(await becomesTrue(async () => (await processesNaming(folder)).length === 0, 30_000)).toBe(true);

    const postgres = await start(folder);
    expect(postgres.firstStart).toBe(false);
    expect(await query(postgres.superuserUrl, "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
    await postgres.stop();
  });

  it("a start at once waits for the guard's work", async () => {
    const folder = await freshFolder();
    const child = await startInChild(folder);
    await query(child.superuserUrl, "create table kept as select 7 as n");
    await kill(child.process, "SIGKILL");
    const postgres = await start(folder);
    expect(await query(postgres.superuserUrl, "select n from kept")).toEqual([{ n: 7 }]);
    await postgres.stop();
  });

  it("a start stops the server itself where the guard was killed too", async () => {
    const folder = await freshFolder();
    const child = await startInChild(folder);
    await query(child.superuserUrl, "create table kept as select 8 as n");
    const pid = await serverPid(folder);
    const [guard] = await processesNaming(`expert-database-guard ${pid} `);
    process.kill(guard ?? 0, "SIGKILL");
    await kill(child.process, "SIGKILL");
    expect(await birthOf(pid)).not.toBeNull();

    const postgres = await start(folder);
    expect(await birthOf(pid)).toBeNull();
    expect(await query(postgres.superuserUrl, "select n from kept")).toEqual([{ n: 8 }]);
    await postgres.stop();
  });

  it("a stop in order leaves neither server nor guard", async () => {
    const folder = await freshFolder();
    const child = await startInChild(folder);
    expect(await processesNaming(folder)).not.toEqual([]);
    await kill(child.process, "SIGTERM");
    expect(await becomesTrue(async () => (await processesNaming(folder)).length === 0, 30_000)).toBe(true);
  });
});

describe("the guard", () => {
  afterEach(removeFolders);

  it("leaves a process alone whose pid the cluster does not name any more, and one after dismissal", async () => {
    const pidFile = path.join(await freshFolder(), "postmaster.pid");
    const bystander = spawn("sleep", ["600"]);
    const pid = bystander.pid ?? 0;
    await writeFile(pidFile, "1\n");
    const guarding = `
      import { guardServer } from ${JSON.stringify(path.resolve("adapters/embedded-postgres/guard.ts"))};
      guardServer(${pid}, ${JSON.stringify(pidFile)});
      setTimeout(() => process.exit(0), 100);`;
    await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", guarding]);
    const ended = () => processesNaming(`expert-database-guard ${pid} `).then((pids) => pids.length === 0);
    expect(await becomesTrue(ended, 30_000)).toBe(true);
    await writeFile(pidFile, `${pid}\n`);
    guardServer(pid, pidFile).dismiss();
    expect(await becomesTrue(ended, 30_000)).toBe(true);
    expect(await birthOf(pid)).not.toBeNull();
    await kill(bystander, "SIGKILL");
  });
});

describe("accounts", () => {
  afterEach(removeFolders);

  (isRoot ? it : it.skip)("an ordinary account runs it as itself", async () => {
    const nobody = { uid: 65534, gid: 65534 };
    const openRepository = await run(
      "sh",
      ["-c", `ls "${process.cwd()}/node_modules/tsx" >/dev/null`],
      nobody,
    ).then(
      () => true,
      () => false,
    );
    if (!openRepository) {
      console.log("skipped: this repository is closed to other accounts");
      return;
    }
    const folder = await freshFolder();
    await chown(folder, nobody.uid, nobody.gid);
    const child = await startInChild(folder, nobody);
    expect(await query(child.superuserUrl, "select 1 as n")).toEqual([{ n: 1 }]);
    await kill(child.process, "SIGTERM");
    await access(path.join(folder, "postgres/PG_VERSION"), constants.R_OK);
  });

  (isRoot ? it : it.skip)(
    "root may start a folder whose files became root's, as a restored copy's do",
    async () => {
      const folder = await freshFolder();
      await (await start(folder)).stop();
      await run("chown", ["-R", "0:0", folder]);
      const postgres = await start(folder);
      expect(await query(postgres.superuserUrl, "select 1 as n")).toEqual([{ n: 1 }]);
      await postgres.stop();
    },
  );
});
