import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../../tests/fakes/database/database.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import type { ApproverReach } from "../../../core/approvals/approver-reach.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { personOf } from "./profile.ts";
import { reachApprovers } from "./reach-approvers.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import { createWorkspaceDirectory } from "./workspace-directory.ts";

describe("how approvers are reached in Slack", () => {
  let workspaces: ReadonlyMap<string, StubSlack>;
  let reach: ApproverReach;
  let tenant: TenantId;
  beforeEach(async () => {
    const database = createFakeDatabase();
    tenant = database.provision(smallCompany()).tenantId;
    workspaces = new Map([
      ["T1", stubSlack()],
      ["T2", stubSlack()],
      ["T3", stubSlack()],
    ]);
    for (const workspaceId of workspaces.keys()) {
      await database.withTenant(tenant, async ({ installations }) => {
        await installations.save(
          {
            channel: "slack",
            workspaceId,
            workspaceName: workspaceId,
            organisationId: null,
            organisationWide: false,
            appId: null,
            botUserId: "UBOT",
            scopes: [],
            sealedTokens: "sealed",
            tokensExpireAt: null,
            state: "active",
            installedBy: null,
          },
          [],
        );
        if (workspaceId === "T3") await installations.end("slack", "T3", "uninstalled", []);
      });
    }
    reach = reachApprovers({
      database,
      directory: createWorkspaceDirectory({ clock: { now: () => new Date() }, logger: silentLogger }),
      async open(tenantId, teamId) {
        const slack = workspaces.get(teamId);
        if (!slack) throw new ExpertError("channel_refused", "The Expert is not installed there.");
        return { ...stubWorkspace(slack, tenantId), teamId, installationId: teamId };
      },
    });
  });
  const at = (id: string): StubSlack => workspaces.get(id) ?? stubSlack();

  it("is by the bot of the workspace that they are known in", async () => {
    at("T2").people.set("UB", slackUser("UB", { teamId: "T2" }));
    expect(await reach.reach(tenant, [personOf("UA", "T404"), personOf("UB", "T2")])).toEqual({
      threadKey: "slack:T2:@UB",
      address: { user: "UB", team: "T2" },
    });
    at("T2").people.set("UD", slackUser("UD", { teamId: "T2", deleted: true }));
    expect(await reach.reach(tenant, [personOf("UD", "T2")])).toBeNull();
  });

  it("is by their address in any workspace of the company that has confirmed it", async () => {
    const confirmedEmail = "ada@small.example";
    at("T1").people.set("UX", slackUser("UX", { confirmedEmail, stranger: true, teamId: "T8" }));
    at("T2").people.set("UB", slackUser("UB", { name: "Ada", teamId: "T2", confirmedEmail }));
    expect(await reach.lookUp(tenant, confirmedEmail)).toEqual({
      person: personOf("UB", "T2"),
      profile: { name: "Ada", verifiedEmail: confirmedEmail, ownMember: true },
      place: { threadKey: "slack:T2:@UB", address: { user: "UB", team: "T2" } },
    });
    expect(await reach.lookUp(tenant, "fay@small.example")).toBeNull();
    expect(at("T3").asked).toEqual([]);
  });

  it("is tried again while Slack is away", async () => {
    const fault = new ExpertError("channel_unavailable", "Slack is away.");
    at("T1").fault = fault;
    await expect(reach.reach(tenant, [personOf("UA", "T1")])).rejects.toBe(fault);
    await expect(reach.lookUp(tenant, "ada@small.example")).rejects.toBe(fault);
  });
});
