import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import type { Diagnosis } from "../../adapters/connect/diagnose.ts";
import { diagnoseTeams } from "../../adapters/connect/diagnose-teams.ts";
import { teamsChecks } from "../../bots/cli/doctor/check-teams.ts";
import { type CheckResult, runChecks } from "../../bots/cli/doctor/run-checks.ts";
import { systemClock } from "../../core/clock.ts";
import type { EntraTenant } from "../graph-platform/graph-platform.ts";
import { amplyMs } from "../support/time-limits.ts";
import { type GraphPlatform, startGraphPlatform } from "../graph-platform/start-graph-platform.ts";

describe("doctor, of groups of Entra", () => {
  let graph: GraphPlatform;
  let entra: EntraTenant;
  beforeAll(async () => {
    graph = await startGraphPlatform();
  });
  beforeEach(() => {
    entra = graph.tenant();
  });
  afterAll(async () => {
    expect(graph.violations).toEqual([]);
    await graph.close();
  });

  async function examine(change: Readonly<Record<string, string>> = {}) {
    const config = readConfig({
      TEAMS_APP_ID: graph.appId,
      TEAMS_APP_TENANT_ID: entra.id,
      TEAMS_APP_PASSWORD: graph.secret,
      TEAMS_LOGIN_URL: graph.loginUrl,
      TEAMS_GRAPH: "on",
      TEAMS_GRAPH_URL: graph.graphUrl,
      ...change,
    });
    const checks = teamsChecks(config, undefined, "/").filter(({ name }) => name === "teams groups");
    const openDatabase = () => Promise.reject(new Error("nothing is to be looked up"));
    const diagnosis: Pick<Diagnosis, "teams"> = {
      teams: () =>
        Promise.resolve(diagnoseTeams({ config, clock: systemClock, openDatabase, timeoutMs: amplyMs })),
    };
    const results: CheckResult[] = [];
    const context = { config, faults: [], diagnosis: diagnosis as Diagnosis };
    for await (const result of runChecks(checks, context)) results.push(result);
    return results[0];
  }

  it("says nothing of them where they are off", async () => {
    expect(await examine({ TEAMS_GRAPH: "off" })).toBeUndefined();
  });

  it("reads somebody's groups once", async () => {
    entra.user({ displayName: "Nok New" });
    expect(await examine()).toMatchObject({ status: "ok", detail: expect.stringContaining(entra.id) });
  });

  it("names the permission that is missing, and what Entra refuses", async () => {
    entra.permissions = ["User.Read.All"];
    expect(await examine()).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("it lacks GroupMember.Read.All"),
      remedy: expect.stringContaining("Grant admin consent"),
    });
    expect(await examine({ TEAMS_APP_PASSWORD: "wrong" })).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("AADSTS7000215"),
    });
  });

  it("warns where nobody can be read", async () => {
    expect(await examine()).toMatchObject({ status: "warn" });
  });
});
