import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { plainBox } from "../../tests/fakes/plain-box.ts";
import type { SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { type Installation, tokensContext } from "../identity/installation.ts";
import { resealTokens } from "./reseal-tokens.ts";

describe("sealing tokens anew", () => {
  let database: FakeDatabase;
  let one: SampleCompany;
  let other: SampleCompany;
  const before = plainBox("old");
  const secrets = plainBox("new", "old");
  const expiry = new Date("2026-05-06T07:08:09.000Z");

  beforeEach(() => {
    database = createFakeDatabase();
    one = database.provision(smallCompany("one"));
    other = database.provision(smallCompany("other"));
  });
  const install = (company: SampleCompany, workspaceId: string, sealedTokens?: string | null) => {
    const installation: Installation = {
      channel: "slack",
      workspaceId,
      workspaceName: workspaceId,
      organisationId: null,
      organisationWide: false,
      appId: null,
      botUserId: "UBOT",
      scopes: [],
      sealedTokens:
        sealedTokens === undefined
          ? before.seal(`token of ${workspaceId}`, tokensContext({ channel: "slack", workspaceId }))
          : sealedTokens,
      tokensExpireAt: expiry,
      state: sealedTokens === null ? "revoked" : "active",
      installedBy: null,
    };
    return database.withTenant(company.tenantId, ({ installations }) => installations.save(installation, []));
  };
  const stored = (company: SampleCompany, workspaceId: string) =>
    database.withTenant(company.tenantId, ({ installations }) => installations.find("slack", workspaceId));
  const outcomes = async () =>
    (await resealTokens({ database, secrets })).map(({ workspaceId, outcome }) => [workspaceId, outcome]);

  it("brings every tenant's to the newest key, and leaves them as they are the next time", async () => {
    await install(one, "T1");
    await install(other, "T2");
    await install(other, "T3", null);
    expect(await outcomes()).toEqual([
      ["T1", "resealed"],
      ["T2", "resealed"],
    ]);
    expect(await stored(one, "T1")).toMatchObject({
      sealedTokens: "new|installation:slack:T1|token of T1",
      tokensExpireAt: expiry,
      state: "active",
    });
    expect((await stored(other, "T3"))?.sealedTokens).toBeNull();
    expect(await outcomes()).toEqual([
      ["T1", "current"],
      ["T2", "current"],
    ]);
  });

  it("leaves what another process is exchanging alone, and gives up its own hold", async () => {
    await install(one, "T1");
    const begin = () =>
      database.withTenant(one.tenantId, ({ installations }) =>
        installations.beginRefresh("slack", "T1", 600_000),
      );
    await begin();
    expect(await outcomes()).toEqual([["T1", "busy"]]);
    expect((await stored(one, "T1"))?.sealedTokens).toMatch(/^old/);
    await install(one, "T1");
    expect(await outcomes()).toEqual([["T1", "resealed"]]);
    expect(await begin()).toBe(true);
  });

  it("names what it cannot open, keeps it as it is, and goes on", async () => {
    await install(one, "T1", "lost|installation:slack:T1|token");
    await install(one, "T2", "old|installation:slack:T9|token");
    await install(one, "T3");
    const results = await resealTokens({ database, secrets });
    expect(results).toMatchObject([
      { tenant: "one", workspaceId: "T1", outcome: "unreadable", reason: "There is no key lost." },
      { workspaceId: "T2", outcome: "unreadable", reason: "It belongs elsewhere." },
      { workspaceId: "T3", outcome: "resealed", reason: null },
    ]);
    expect((await stored(one, "T1"))?.sealedTokens).toBe("lost|installation:slack:T1|token");
    const held = await database.withTenant(one.tenantId, ({ installations }) =>
      installations.beginRefresh("slack", "T1", 1),
    );
    expect(held).toBe(true);
  });

  it("does not take the database being away for tokens that cannot be read", async () => {
    await install(one, "T1");
    database.breakDown("installations");
    await expect(resealTokens({ database, secrets })).rejects.toMatchObject({ code: "database_unavailable" });
  });
});
