import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import type { Diagnosis } from "../../adapters/connect/diagnose.ts";
import { diagnoseConnections } from "../../adapters/connect/diagnose-connections.ts";
import { connectSecrets } from "../../adapters/connect/secrets.ts";
import { diagnoseMail } from "../../adapters/connect/mail.ts";
import { connectionsCheck } from "../../bots/cli/doctor/check-connections.ts";
import { mailCheck } from "../../bots/cli/doctor/check-mail.ts";
import { type CheckResult, runChecks } from "../../bots/cli/doctor/run-checks.ts";
import { systemClock } from "../../core/clock.ts";
import { type ConnectionKind, secretsContext } from "../../core/connections/connection.ts";
import { type ConnectionId, newId } from "../../core/ids.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import { sampleDispatch } from "../support/sample-raise.ts";
import { startSmtp } from "../support/smtp-server.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";

const routingKey = "0123456789abcdef0123456789abcdef";

describe("the doctor's look at connections", () => {
  let folder: string;
  let platform: PagerDutyPlatform;
  let database: FakeDatabase;
  let small: ReturnType<FakeDatabase["provision"]>;
  let config: ReturnType<typeof readConfig>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "expert-doctor-"));
    const keys = `one:${randomBytes(32).toString("base64")}`;
    config = readConfig({ DATA_DIR: folder, ENCRYPTION_KEYS: keys, WEBHOOK_ALLOW_PRIVATE: "127.0.0.1" });
    platform = await startPagerDutyPlatform();
    platform.addService("Operations", routingKey, platform.addUser("Ana", "ana@small.example"));
    database = createFakeDatabase();
    small = database.provision(smallCompany());
  });
  afterEach(async () => {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function add(kind: ConnectionKind, name: string, settings: object, secrets: object) {
    const id = newId<ConnectionId>();
    const box = await connectSecrets(config);
    const sealedSecrets = box.seal(JSON.stringify(secrets), secretsContext(id));
    await database.withTenant(small.tenantId, ({ connections }) =>
      connections.add({ id, kind, name, settings, sealedSecrets, createdBy: null }, []),
    );
    return id;
  }
  const addPager = async () =>
    await add(
      "pagerduty",
      "on-call",
      { events_url: platform.apiUrl, api_url: platform.apiUrl, from_email: "ana@small.example" },
      { routing_key: routingKey, api_token: platform.token },
    );
  async function examine(): Promise<CheckResult | undefined> {
    const openDatabase = () => Promise.resolve(database);
    const diagnosis: Pick<Diagnosis, "connections"> = {
      connections: () =>
        diagnoseConnections({ config, clock: systemClock, openDatabase, timeoutMs: amplyMs }),
    };
    const results: CheckResult[] = [];
    const context = { config, faults: [], diagnosis: diagnosis as Diagnosis };
    for await (const result of runChecks([connectionsCheck], context)) results.push(result);
    return results[0];
  }

  it("finds none, and each that works", async () => {
    expect(await examine()).toMatchObject({
      status: "ok",
      detail: expect.stringContaining("none") as unknown,
    });
    await addPager();
    expect(await examine()).toMatchObject({
      status: "ok",
      detail: "small/on-call works as the service Operations",
    });
  });

  it("has a remedy where one is not known there, or its secrets do not open", async () => {
    await addPager();
    platform.token = "another";
    expect(await examine()).toMatchObject({
      status: "fail",
      detail: expect.stringMatching(/^small\/on-call: /) as unknown,
      remedy: expect.stringMatching(/key/i) as unknown,
    });
    await add("jira", "tickets", { base_url: "https://jira.invalid" }, {});
    expect((await examine())?.detail).toContain("tickets");
  });

  it("says what is left alone, and what was given up", async () => {
    const id = await addPager();
    const call = sampleDispatch(id);
    await database.withTenant(small.tenantId, async ({ connections, dispatches }) => {
      await connections.failed(id, "channel_unavailable: PagerDuty did not answer.", () => 600_000);
      await dispatches.write([call]);
      await connections.change(id, { state: "active" }, []);
    });
    const held = await examine();
    expect(held).toMatchObject({ status: "warn" });
    expect(held?.detail).toMatch(/^small\/on-call is left alone until .* after 1 failures: .*did not answer/);
    await database.withTenant(small.tenantId, async ({ connections, dispatches }) => {
      await connections.worked(id);
      const taken = await dispatches.take(call.subject, 10_000, 1_000);
      if (!taken) throw new Error("it was not there to be taken");
      await dispatches.failed(taken.id, taken.attempt, { error: "x", retryMs: null, undone: true }, []);
    });
    expect(await examine()).toMatchObject({ status: "warn", detail: "small/on-call: 1 call given up" });
  });
});

describe("the doctor's look at mail", () => {
  async function examine(settings: Readonly<Record<string, string>>): Promise<CheckResult | undefined> {
    const config = readConfig(settings);
    const diagnosis: Pick<Diagnosis, "mail"> = { mail: () => diagnoseMail(config, systemClock, amplyMs) };
    const results: CheckResult[] = [];
    const context = { config, faults: [], diagnosis: diagnosis as Diagnosis };
    for await (const result of runChecks([mailCheck], context)) results.push(result);
    return results[0];
  }

  it("signs in and sends nothing, and says what the server says", async () => {
    expect(await examine({})).toMatchObject({
      status: "ok",
      detail: expect.stringContaining("not set up") as unknown,
    });
    const smtp = await startSmtp();
    const settings = {
      SMTP_URL: `smtp://127.0.0.1:${String(smtp.port)}`,
      MAIL_FROM: "expert@small.example",
    };
    expect(await examine(settings)).toMatchObject({
      status: "ok",
      detail: `127.0.0.1:${String(smtp.port)} takes mail`,
    });
    expect(smtp.taken).toEqual([]);
    await smtp.close();
    expect(await examine(settings)).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("The mail server cannot be used") as unknown,
      remedy: expect.stringContaining("SMTP_URL") as unknown,
    });
  });
});
