import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { startModelServer } from "../../tests/support/model-server.ts";
import { type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;

interface JsonAnswer {
  readonly question: string;
  readonly state: string;
  readonly askedAs: string;
  readonly latencyMs: number;
  readonly reply: { readonly text: string; readonly citations?: readonly { readonly title: string }[] };
}

let place: Workplace;

beforeAll(async () => {
  place = await workplace();
  const created = await place.run(["tenant", "create", await writeSmallCompany(place)]);
  expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining("2 created") });
}, commandMs);
afterAll(() => place.remove());

describe("ask", () => {
  it(
    "prints the answer, its source and how sure it is",
    async () => {
      const { code, stdout } = await place.run(["ask", "How often is the cooling pump greased?"]);
      expect(stdout).toMatch(/every 45 days.*\[1\][\s\S]*Sources\n {2}\[1\] Cooling pump/);
      expect(stdout).toMatch(/Confidence: (high|medium|low) \(0\.\d\d\)/);
      expect(code).toBe(0);
    },
    commandMs,
  );

  it(
    "prints one object with --json, asking as the least privileged",
    async () => {
      const question = "How often is the cooling pump greased?";
      const { code, stdout } = await place.run(["ask", question, "--department", "operations", "--json"]);
      const answer = JSON.parse(stdout) as JsonAnswer;
      expect(answer).toMatchObject({ question, state: "answered", askedAs: "vic@small.example" });
      expect(answer.reply.citations?.map(({ title }) => title)).toEqual(["Cooling pump"]);
      expect(answer.latencyMs).toBeGreaterThan(0);
      expect(code).toBe(0);
    },
    commandMs,
  );

  it(
    "ends with 3 where the documents hold no answer",
    async () => {
      const { code, stdout } = await place.run(["ask", "Who painted the Mona Lisa?"]);
      expect(stdout).toContain("I found no answer");
      expect(code).toBe(3);
    },
    commandMs,
  );

  it(
    "says which departments, accounts and companies there are, without a stack trace",
    async () => {
      const faults = [
        [["--department", "finance"], "Name one of: operations."],
        [["--as", "nobody@small.example"], "vic@small.example"],
        [["--tenant", "big-works"], "Name one of: small-works."],
      ] as const;
      for (const [args, remedy] of faults) {
        const { code, stdout, stderr } = await place.run(["ask", "Anything?", ...args]);
        expect(stderr).toMatch(/^There is no .+\nWhat to do: /m);
        expect(stderr).toContain(remedy);
        expect(stderr).not.toContain("    at ");
        expect(stdout).toBe("");
        expect(code).toBe(1);
      }
    },
    3 * commandMs,
  );
});

describe("ingest", () => {
  it(
    "adds what is new, leaves what is unchanged, and says why a file failed",
    async () => {
      const folder = join(place.folder, "manuals");
      await place.write("manuals/valve.md", "# Valve\n\nValve V3 closes clockwise.\n");
      await place.write("manuals/tools/wrench.txt", "The torque wrench is calibrated every January.\n");
      await place.write("manuals/broken.pdf", "%PDF-1.7 and nothing more");
      await place.write("manuals/photo.png", "not read");
      const run = async (): Promise<{ code: number | null; summary: Record<string, unknown> }> => {
        const { code, stdout } = await place.run(["ingest", folder, "--department", "operations", "--json"]);
        return { code, summary: JSON.parse(stdout) as Record<string, unknown> };
      };
      const failures = [{ name: "broken.pdf", code: "document_corrupt" }];
      const skipped = ["photo.png"];
      expect(await run()).toMatchObject({
        code: 1,
        summary: { created: 2, unchanged: 0, failed: 1, failures, skipped },
      });
      await place.write("manuals/valve.md", "# Valve\n\nValve V3 closes anticlockwise.\n");
      expect(await run()).toMatchObject({
        code: 1,
        summary: { created: 0, replaced: 1, unchanged: 1, failed: 1, failures },
      });
      const { stdout } = await place.run(["ask", "Which way does valve V3 close?"]);
      expect(stdout).toContain("anticlockwise");
    },
    3 * commandMs,
  );

  it(
    "stops cleanly on Ctrl+C and goes on when it is run again",
    async () => {
      const count = 24;
      for (let n = 1; n <= count; n += 1)
        await place.write(`many/${String(n)}.txt`, `Motor ${String(n)} turns.\n`);
      const args = ["ingest", join(place.folder, "many"), "--department", "operations"];
      // Only some can be read to their end before the signal: the rest wait for their vectors.
      const model = await startModelServer();
      const vectors = { kind: "vectors", vectors: [[0.6, 0.8]] } as const;
      model.script(
        vectors,
        vectors,
        vectors,
        ...Array.from({ length: count }, () => ({ kind: "hang", pieces: [] }) as const),
      );
      let signalled = false;
      const stopped = await place.run([...args, "--verbose"], {
        settings: { MODEL_BASE_URL: model.baseUrl, EMBEDDING_MODEL: "embedding" },
        onStderr: (child, stderr) => {
          // Once: a second one would not wait.
          if (signalled || !stderr.includes("· created")) return;
          signalled = child.kill("SIGINT");
        },
      });
      await model.close();
      expect(stopped.code).toBe(130);
      expect(existsSync(join(place.data, "expert.lock"))).toBe(false);
      const again = await place.run([...args, "--json"]);
      const summary = JSON.parse(again.stdout) as Record<string, number>;
      expect(summary).toMatchObject({ files: count, failed: 0, replaced: 0 });
      expect(summary["unchanged"]).toBeGreaterThan(0);
      expect(summary["unchanged"]).toBeLessThan(count);
      expect(again.code).toBe(0);
    },
    2 * commandMs,
  );
});

describe("doctor", () => {
  interface Examination {
    readonly healthy: boolean;
    readonly checks: readonly { readonly name: string; readonly status: string; readonly remedy?: string }[];
  }
  const examine = async (
    settings: Record<string, string>,
  ): Promise<{ code: number | null; healthy: boolean; statuses: Record<string, string> }> => {
    const { code, stdout } = await place.run(["doctor", "--json"], { settings });
    const { healthy, checks } = JSON.parse(stdout) as Examination;
    return { code, healthy, statuses: Object.fromEntries(checks.map(({ name, status }) => [name, status])) };
  };

  it(
    "finds a sound installation healthy",
    async () => {
      const { code, healthy, statuses } = await examine({});
      const { page, ...others } = statuses;
      // The page may not be built where tests run.
      expect(["ok", "warn"]).toContain(page);
      expect(new Set(Object.values(others))).toEqual(new Set(["ok"]));
      expect(healthy).toBe(true);
      expect(code).toBe(0);
    },
    commandMs,
  );

  it(
    "names what is wrong and still looks at the rest",
    async () => {
      const { code, healthy, statuses } = await examine({
        UPLOAD_LIMIT_MB: "lots",
        MODEL_BASE_URL: "http://127.0.0.1:1/v1",
        MODEL_NAME: "some-model",
      });
      expect(statuses).toMatchObject({
        configuration: "fail",
        "model server": "fail",
        embeddings: "warn",
        database: "ok",
        queue: "ok",
        index: "ok",
        extractor: "ok",
      });
      expect(healthy).toBe(false);
      expect(code).toBe(1);
    },
    commandMs,
  );

  it(
    "looks for no database beside the models",
    async () => {
      const { code, statuses } = await examine({
        ROLE: "inference",
        REDIS_URL: "redis://127.0.0.1:1",
        MODEL_BASE_URL: "http://127.0.0.1:1/v1",
        MODEL_NAME: "some-model",
      });
      expect(statuses).toEqual({
        node: "ok",
        configuration: "ok",
        "data folder": "ok",
        queue: "fail",
        "model server": "fail",
        embeddings: "warn",
        pictures: "warn",
        "inference fast": "warn",
        port: "ok",
      });
      expect(code).toBe(1);
    },
    commandMs,
  );

  it(
    "does not take another database for the one whose address is at fault",
    async () => {
      const { code, statuses } = await examine({ DATABASE_URL: "mysql://somewhere" });
      expect(statuses).toMatchObject({
        configuration: "fail",
        database: "warn",
        index: "warn",
        extractor: "ok",
      });
      expect(code).toBe(1);
    },
    commandMs,
  );
});

describe("beside a process that holds the data folder", () => {
  interface Verification {
    readonly intact: boolean;
    readonly tenants: readonly {
      readonly seals: number;
      readonly head: string;
      readonly expectedSeal: number | null;
      readonly faults: readonly string[];
    }[];
  }
  const verify = async (...args: string[]): Promise<Verification & { code: number | null }> => {
    const { code, stdout } = await place.run(["audit", "verify", "--json", ...args]);
    return { code, ...(JSON.parse(stdout) as Verification) };
  };
  // Another process holds the data folder, as a server would: the commands work beside it.
  let holder: Parts;
  let owner: pg.Client;
  beforeAll(async () => {
    holder = await connect({ config: readConfig({ DATA_DIR: place.data, DEMO_COMPANY: "false" }) });
    await holder.database.sealAudit();
    owner = new pg.Client({ connectionString: holder.connected.ownerUrl ?? "" });
    await owner.connect();
  }, commandMs);
  afterAll(async () => {
    await owner.end();
    await holder.close();
  }, commandMs);

  it(
    "migrates a PostgreSQL of the company's own, which doctor then finds fit",
    async () => {
      await owner.query("create database own");
      const ownerUrl = new URL(holder.connected.ownerUrl ?? "");
      ownerUrl.pathname = "/own";
      const appUrl = new URL(ownerUrl);
      appUrl.username = "own_login";
      appUrl.password = "only for this test";
      const settings = { DATABASE_OWNER_URL: ownerUrl.href, DATABASE_URL: appUrl.href };
      const early = await place.run(["doctor", "--json"], { settings: { DATABASE_URL: appUrl.href } });
      expect(early).toMatchObject({ code: 1, stdout: expect.stringContaining("npm run expert -- migrate") });
      for (let round = 1; round <= 2; round += 1)
        expect(await place.run(["migrate"], { settings })).toMatchObject({ code: 0, stderr: "" });
      const { code, stdout } = await place.run(["doctor", "--json"], { settings });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ healthy: true });
      const created = await place.run(["tenant", "create", join(place.folder, "company")], { settings });
      expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining("2 created") });
      const answer = await place.run(["ask", "How often is the cooling pump greased?"], { settings });
      expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining("45 days") });
    },
    7 * commandMs,
  );

  it(
    "finds an untouched trail intact, and a head that was noted in it",
    async () => {
      const { code, intact, tenants } = await verify();
      const [tenant] = tenants;
      expect(tenant).toMatchObject({ faults: [], head: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(tenant?.seals).toBeGreaterThan(0);
      expect({ code, intact }).toEqual({ code: 0, intact: true });
      const noted = await verify("--expect", tenant?.head ?? "");
      expect(noted).toMatchObject({ code: 0, tenants: [{ expectedSeal: tenant?.seals }] });
      const foreign = await verify("--expect", "0".repeat(64));
      expect(foreign.code).toBe(1);
      expect(foreign.tenants[0]?.faults[0]).toContain("no seal has the expected hash");
    },
    3 * commandMs,
  );

  it(
    "names an event that was changed and one that was deleted",
    async () => {
      const change = `update audit_events set status = 'denied' where id =
        (select id from audit_events where status = 'success' order by epoch, transaction_id, id limit 1)
        returning id, status`;
      const { rows } = await owner.query<{ id: string }>(change);
      const changed = await verify();
      expect(changed).toMatchObject({ code: 1, intact: false });
      expect(changed.tenants[0]?.faults).toEqual(["an event under seal 1 was changed"]);
      await owner.query("update audit_events set status = 'success' where id = $1", [rows[0]?.id]);
      expect((await verify()).code).toBe(0);
      await owner.query("delete from audit_events where id = $1", [rows[0]?.id]);
      const cut = await verify();
      expect(cut.code).toBe(1);
      expect(cut.tenants[0]?.faults.join()).toMatch(/seal 1 covers \d+ events; \d+ are there/);
    },
    4 * commandMs,
  );

  it(
    "finds events that nobody seals",
    async () => {
      await owner.query(
        `insert into audit_events (tenant_id, event, status, created_at)
          select id, 'auth.login', 'success', now() - interval '5 minutes' from tenants`,
      );
      const { code, tenants } = await verify();
      expect(code).toBe(1);
      expect(tenants[0]?.faults.join()).toContain("are not sealed");
    },
    commandMs,
  );
});

describe("every command", () => {
  it(
    "refuses what it does not know, and shows help",
    async () => {
      const unknown = await place.run(["asks"]);
      expect(unknown).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/unknown command[\s\S]*What to do: /),
      });
      const help = await place.run(["ingest", "--help"]);
      expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("Examples:") });
      const migrate = await place.run(["migrate"]);
      expect(migrate).toMatchObject({ code: 1, stderr: expect.stringContaining("DATABASE_URL is not set") });
    },
    commandMs,
  );
});
