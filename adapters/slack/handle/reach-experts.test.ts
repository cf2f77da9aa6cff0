import { beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import type { ExpertReach } from "../../../core/handoff/experts.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { personOf } from "./profile.ts";
import { reachExperts } from "./reach-experts.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import { createWorkspaceDirectory } from "./workspace-directory.ts";

describe("how experts are reached in Slack", () => {
  let slack: StubSlack;
  let elsewhere: StubSlack;
  let reach: ExpertReach;
  let fault: Error | null;
  beforeEach(() => {
    slack = stubSlack();
    elsewhere = stubSlack();
    fault = null;
    const tenant = newId<TenantId>();
    // The question was asked in T1 of the organisation E1, T2 is its other workspace, T9 is on its own.
    const asked = { ...stubWorkspace(slack, tenant), installationId: "E1" };
    const directory = createWorkspaceDirectory({ clock: { now: () => new Date() }, logger: silentLogger });
    reach = reachExperts(
      {
        directory,
        async open(_tenant, teamId) {
          if (fault) throw fault;
          if (teamId === "T2") return { ...asked, teamId: "T2" };
          if (teamId === "T9")
            return { ...stubWorkspace(elsewhere, tenant), teamId: "T9", installationId: "T9" };
          throw new ExpertError("channel_refused", "The Expert is not installed there.");
        },
      },
      asked,
    );
  });
  const placed = (key: string, team: string) => ({
    threadKey: `slack:${key}`,
    address: { user: key.split("@")[1], team },
  });

  it("is by the organisation's installation in all of its workspaces, before any other's", async () => {
    slack.people.set("U2", slackUser("U2", { teamId: "T2" }));
    elsewhere.people.set("U9", slackUser("U9", { teamId: "T9" }));
    expect(await reach.reach([personOf("U9", "T9"), personOf("U2", "T2")])).toEqual(placed("E1:@U2", "T2"));
    expect(await reach.reach([personOf("U9", "T9")])).toEqual(placed("T9:@U9", "T9"));
    expect(await reach.reach([personOf("U2", "E1")])).toEqual(placed("E1:@U2", "E1"));
  });

  it("is not where the bot is not, nor by an account that is switched off or a bot's", async () => {
    slack.people.set("UD", slackUser("UD", { deleted: true }));
    slack.people.set("UB", slackUser("UB", { bot: true }));
    const identities = [personOf("UX", "T404"), personOf("UD", "T1"), personOf("UB", "T1")];
    expect(await reach.reach(identities)).toBeNull();
    slack.fault = new ExpertError("channel_refused", "There is no such person.");
    expect(await reach.reach([personOf("UA", "T1")])).toBeNull();
    expect(await reach.lookUp("ada@small.example")).toBeNull();
  });

  it("is tried again while Slack is away", async () => {
    fault = new ExpertError("channel_unavailable", "Slack is away.");
    await expect(reach.reach([personOf("U9", "T9")])).rejects.toBe(fault);
    slack.fault = fault;
    await expect(reach.reach([personOf("U1", "T1")])).rejects.toBe(fault);
    await expect(reach.lookUp("ada@small.example")).rejects.toBe(fault);
  });

  it("finds by address whom Slack knows, with what Slack has confirmed", async () => {
    slack.people.set("U1", slackUser("U1", { name: "Ada", confirmedEmail: "ada@small.example" }));
    expect(await reach.lookUp("ada@small.example")).toEqual({
      person: personOf("U1", "T1"),
      profile: { name: "Ada", verifiedEmail: "ada@small.example", ownMember: true },
      place: placed("E1:@U1", "T1"),
    });
    expect(await reach.lookUp("fay@small.example")).toBeNull();
  });
});
