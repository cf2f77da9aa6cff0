import { beforeEach, describe, expect, it } from "@jest/globals";
import type { ApproverReach } from "../../../core/approvals/approver-reach.ts";
import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import { personOf } from "./member-profile.ts";
import { reachApprovers } from "./reach-approvers.ts";
import {
  away,
  msTenantId,
  refused,
  serviceUrl,
  teamsBench,
  type TeamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";

describe("how approvers are reached in Teams", () => {
  let bench: TeamsBench;
  let reach: ApproverReach;
  beforeEach(async () => {
    bench = teamsBench();
    reach = reachApprovers(bench.desk());
    const { database, company } = bench;
    await database.withTenant(company.tenantId, async ({ installations }) => {
      for (const workspaceId of [msTenantId, "left"]) {
        await installations.save(
          {
            channel: "teams",
            workspaceId,
            workspaceName: workspaceId,
            organisationId: null,
            organisationWide: false,
            appId: null,
            botUserId: "28:bot",
            scopes: [],
            sealedTokens: null,
            tokensExpireAt: null,
            state: "active",
            installedBy: null,
          },
          [],
        );
      }
      await installations.end("teams", "left", "uninstalled", []);
    });
  });

  const keep = (kind: ConversationReference["kind"], externalId: string): Promise<void> =>
    bench.database.withTenant(bench.company.tenantId, ({ references }) =>
      references.keep(
        {
          channel: "teams",
          workspaceId: msTenantId,
          kind,
          externalId,
          teamId: null,
          name: null,
          address: { serviceUrl, conversationId: externalId },
        },
        { at: new Date(bench.now), welcome: false, audit: [] },
      ),
    );
  const chatOf = (name: string) => ({
    threadKey: `teams:${msTenantId}:@aad-${name}`,
    address: { user: `aad-${name}`, team: msTenantId, serviceUrl },
  });

  it("is by their chat with the bot, in a Microsoft tenant that is connected", async () => {
    const { tenantId } = bench.company;
    await keep("person", "aad-sam");
    const gone = personOf("aad-sam", "left");
    expect(await reach.reach(tenantId, [gone, personOf("aad-sam", msTenantId)])).toEqual(chatOf("sam"));
    expect(await reach.reach(tenantId, [gone])).toBeNull();
    expect(bench.teams.asked).toEqual([]);
  });

  it("is by a chat that Teams lets the bot begin", async () => {
    const { tenantId } = bench.company;
    const ada = personOf("aad-ada", msTenantId);
    expect(await reach.reach(tenantId, [ada])).toBeNull();
    await keep("team", "19:team");
    expect(await reach.reach(tenantId, [ada])).toEqual(chatOf("ada"));
    bench.teams.faults.set("createConversation", refused);
    expect(await reach.reach(tenantId, [ada])).toBeNull();
  });

  it("is by e-mail address among the members of teams and chats", async () => {
    const { tenantId } = bench.company;
    bench.teams.members.push(teamsMember("ada"), teamsMember("gil", { role: "guest" }));
    expect(await reach.lookUp(tenantId, "ada@small.example")).toBeNull();
    await keep("chat", "19:chat");
    expect(await reach.lookUp(tenantId, "Ada@small.example")).toEqual({
      person: personOf("aad-ada", msTenantId),
      profile: {
        name: "ada",
        verifiedEmail: "ada@small.example",
        otherVerifiedEmails: [],
        ownMember: true,
      },
      place: chatOf("ada"),
    });
    // Many sign in with another name than their mail address.
    const fay = teamsMember("fay", { userPrincipalName: "fay@small.onmicrosoft.example" });
    bench.teams.members.push({ ...fay, email: "Fay@mail.example" });
    bench.now += 60_000;
    expect(await reach.lookUp(tenantId, "fay@mail.example")).toMatchObject({
      person: personOf("aad-fay", msTenantId),
    });
    expect(await reach.lookUp(tenantId, "gil@small.example")).toBeNull();
    expect(await reach.lookUp(tenantId, "fay@small.example")).toBeNull();
  });

  it("is tried again while Teams is away", async () => {
    const { tenantId } = bench.company;
    await keep("team", "19:team");
    bench.teams.faults.set("createConversation", away).set("members", away);
    await expect(reach.reach(tenantId, [personOf("aad-ada", msTenantId)])).rejects.toBe(away);
    await expect(reach.lookUp(tenantId, "ada@small.example")).rejects.toBe(away);
  });
});
