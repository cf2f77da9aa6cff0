import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import type { Diagnosis } from "../../adapters/connect/diagnose.ts";
import { connectOnCall, diagnosePagerDuty } from "../../adapters/connect/pagerduty.ts";
import { pagerDutyCheck } from "../../bots/cli/doctor/check-pagerduty.ts";
import { type CheckResult, runChecks } from "../../bots/cli/doctor/run-checks.ts";
import { systemClock } from "../../core/clock.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import { departmentOf } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";

describe("PagerDuty of an installation", () => {
  let platform: PagerDutyPlatform;
  let database: FakeDatabase;
  let small: ReturnType<FakeDatabase["provision"]>;
  const configOf = (change: Readonly<Record<string, string>> = {}) =>
    readConfig({ PAGERDUTY_API_TOKEN: platform.token, PAGERDUTY_API_URL: platform.apiUrl, ...change });
  beforeEach(async () => {
    platform = await startPagerDutyPlatform();
    database = createFakeDatabase();
    small = database.provision(smallCompany());
    platform.schedules.push({ id: "PNIGHT1", name: "Night", onCall: ["sam@small.example"] });
    await database.withTenant(small.tenantId, ({ members }) =>
      members.setApprovalPolicy(
        departmentOf(small, "operations"),
        { required_for: "all", levels: [{ approvers: { on_call: "Night" } }] },
        [],
      ),
    );
  });
  afterEach(async () => {
    expect(platform.violations).toEqual([]);
    await platform.close();
  });

  async function examine(change?: Readonly<Record<string, string>>): Promise<CheckResult | undefined> {
    const config = configOf(change);
    const openDatabase = () => Promise.resolve(database);
    const diagnosis: Pick<Diagnosis, "pagerDuty"> = {
      pagerDuty: () => diagnosePagerDuty({ config, clock: systemClock, openDatabase, timeoutMs: amplyMs }),
    };
    const results: CheckResult[] = [];
    const context = { config, faults: [], diagnosis: diagnosis as Diagnosis };
    for await (const result of runChecks([pagerDutyCheck], context)) results.push(result);
    return results[0];
  }

  it("is looked at by the doctor, with the schedules that policies name", async () => {
    expect(await examine()).toMatchObject({
      status: "ok",
      detail: "small: 1 schedules can be read, policies name 1",
    });
    const [night] = platform.schedules;
    if (night) night.onCall = [];
    expect(await examine()).toMatchObject({ status: "warn", detail: "nobody is on call now in Night" });
    platform.schedules.splice(0);
    expect(await examine()).toMatchObject({ status: "fail", detail: expect.stringContaining("“Night”") });
  });

  it("has a remedy where the key or the company is wrong", async () => {
    expect(await examine({ PAGERDUTY_API_TOKEN: "wrong" })).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("API Access Keys"),
    });
    expect(await examine({ PAGERDUTY_TENANT: "other" })).toMatchObject({
      status: "fail",
      remedy: "Set PAGERDUTY_TENANT to one of: small.",
    });
  });

  it("is asked for its own company alone, and for none where that is not said", async () => {
    const other = database.provision(smallCompany("other"));
    const open = (change?: Readonly<Record<string, string>>) =>
      connectOnCall({ config: configOf(change), database, clock: systemClock, timeoutMs: amplyMs });
    const named = open({ PAGERDUTY_TENANT: "small" });
    expect(await named?.onCall(small.tenantId, "PNIGHT1")).toEqual(["sam@small.example"]);
    await expect(named?.onCall(other.tenantId, "PNIGHT1")).rejects.toMatchObject({
      code: "configuration_invalid",
    });
    await expect(open()?.onCall(small.tenantId, "PNIGHT1")).rejects.toMatchObject({
      code: "configuration_invalid",
    });
    expect(connectOnCall({ config: readConfig({}), database, clock: systemClock })).toBeNull();
  });
});
