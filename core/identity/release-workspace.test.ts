import { expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../tests/fakes/database/database.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import type { Installation } from "./installation.ts";
import { releaseWorkspace } from "./release-workspace.ts";

it("gives up a workspace whose installation has ended, and no other", async () => {
  const database = createFakeDatabase();
  const [ours, theirs] = [
    database.provision(smallCompany("ours")),
    database.provision(smallCompany("theirs")),
  ];
  const installation: Installation = {
    channel: "slack",
    workspaceId: "T1",
    workspaceName: "Acme",
    organisationId: null,
    organisationWide: false,
    appId: null,
    botUserId: "UBOT",
    scopes: [],
    sealedTokens: "sealed",
    tokensExpireAt: null,
    state: "active",
    installedBy: null,
  };
  const install = (company: typeof ours): Promise<void> =>
    database.withTenant(company.tenantId, ({ installations }) => installations.save(installation, []));
  const release = (company: typeof ours, workspaceId = "T1") =>
    releaseWorkspace({ database }, { tenant: company.tenantId, channel: "slack", workspaceId });
  await install(ours);
  await expect(release(ours)).rejects.toMatchObject({ code: "conflict" });
  await expect(release(ours, "T2")).rejects.toMatchObject({ code: "not_found" });
  await database.withTenant(ours.tenantId, ({ installations }) =>
    installations.end("slack", "T1", "uninstalled", []),
  );
  await expect(install(theirs)).rejects.toMatchObject({ code: "conflict" });
  await expect(release(theirs)).rejects.toMatchObject({ code: "not_found" });
  expect(await release(ours)).toMatchObject({ workspaceName: "Acme", state: "uninstalled" });
  const events = database.tables(ours.tenantId).audit.map(({ event }) => event);
  expect(events).toMatchObject([
    { event: "channel.released", metadata: { workspaceId: "T1", workspaceName: "Acme" } },
  ]);
  await install(theirs);
  expect(await database.tenantOfWorkspace("slack", "T1")).toBe(theirs.tenantId);
  await expect(install(ours)).rejects.toMatchObject({ code: "conflict" });
});
