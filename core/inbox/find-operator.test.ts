import { expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../tests/fakes/database/database.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { createOperatorFinder } from "./find-operator.ts";

it("finds the first company with the bot in a channel, and asks again after a minute", async () => {
  const database = createFakeDatabase();
  database.provision(smallCompany("one"));
  const two = database.provision(smallCompany("two"));
  let now = 1_000_000;
  const operator = createOperatorFinder({ database, clock: { now: () => new Date(now) } }, "slack");
  expect(await operator()).toBeNull();
  await database.withTenant(two.tenantId, ({ installations }) =>
    installations.save(
      {
        channel: "slack",
        workspaceId: "T1",
        workspaceName: "Two",
        organisationId: null,
        organisationWide: false,
        appId: null,
        botUserId: "UBOT",
        scopes: [],
        sealedTokens: null,
        tokensExpireAt: null,
        state: "active",
        installedBy: null,
      },
      [],
    ),
  );
  expect(await operator()).toBeNull();
  now += 60_000;
  expect(await operator()).toBe(two.tenantId);
  expect(await createOperatorFinder({ database, clock: { now: () => new Date(now) } }, "teams")()).toBeNull();
});

it("finds the only company, also where it has no bot in Slack yet", async () => {
  const database = createFakeDatabase();
  const clock = { now: () => new Date() };
  expect(await createOperatorFinder({ database, clock }, "slack")()).toBeNull();
  const { tenantId } = database.provision(smallCompany());
  expect(await createOperatorFinder({ database, clock }, "slack")()).toBe(tenantId);
});
