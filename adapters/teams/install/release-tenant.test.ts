import { expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../../tests/fakes/database/database.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { connectMicrosoftTenant } from "./connect-tenant.ts";
import { releaseMicrosoftTenant } from "./release-tenant.ts";

const msTenantId = "a1b2c3d4-0000-0000-0000-000000000000";

it("gives a Microsoft tenant up with what was known of it, so that another company may have it", async () => {
  const database = createFakeDatabase();
  const ours = database.provision(smallCompany("ours")).tenantId;
  const theirs = database.provision(smallCompany("theirs")).tenantId;
  const ports = { database, clock: { now: () => new Date() } };
  const connect = (tenant: typeof ours) =>
    connectMicrosoftTenant(ports, tenant, { appId: "app", msTenantId, by: "command" });
  await connect(ours);
  await expect(connect(theirs)).rejects.toMatchObject({ code: "conflict" });
  const places = () => database.withTenant(ours, ({ references }) => references.list("teams", msTenantId));
  await database.withTenant(ours, ({ references }) =>
    references.keep(
      {
        channel: "teams",
        workspaceId: msTenantId,
        kind: "team",
        externalId: "19:team",
        teamId: null,
        name: "Pumps",
        address: {},
      },
      { at: new Date(Date.now() - 1_000), welcome: false, audit: [] },
    ),
  );
  expect(await places()).toHaveLength(1);
  await expect(releaseMicrosoftTenant(ports, theirs, msTenantId)).rejects.toMatchObject({
    code: "not_found",
  });
  await releaseMicrosoftTenant(ports, ours, msTenantId);
  expect(await places()).toEqual([]);
  expect(database.tables(ours).audit.map(({ event }) => event.event)).toEqual([
    "channel.installed",
    "channel.uninstalled",
    "channel.released",
  ]);
  expect(await connect(theirs)).toBe(true);
  expect(await database.tenantOfWorkspace("teams", msTenantId)).toBe(theirs);
});
