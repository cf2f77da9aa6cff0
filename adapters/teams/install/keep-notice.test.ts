import { beforeEach, describe, expect, it } from "@jest/globals";
import { createTeamsHandler } from "../handle/handle-event.ts";
import type { EventOf, TeamsDesk } from "../handle/desk.ts";
import {
  away,
  inChannel,
  inGroup,
  msTenantId,
  origin,
  refused,
  serviceUrl,
  type TeamsBench,
  teamsBench,
} from "../handle/stub-teams.fixture.ts";
import type { TeamsEvent, TeamsOrigin } from "../teams-event.ts";

describe("where the bot is added", () => {
  let bench: TeamsBench;
  let desk: TeamsDesk;
  beforeEach(() => {
    bench = teamsBench();
    desk = bench.desk();
  });
  const added = (
    change: Partial<TeamsOrigin> = {},
    more: Partial<EventOf<"installed">> = {},
  ): TeamsEvent => ({
    ...origin(change),
    kind: "installed",
    told: "installation",
    upgrade: false,
    teamName: null,
    ...more,
  });
  const removed = (change: Partial<TeamsOrigin> = {}): TeamsEvent => ({
    ...origin(change),
    kind: "removed",
    told: "members",
  });
  const changed = (eventType: string): TeamsEvent => ({
    ...origin(inTeam),
    kind: "place_changed",
    eventType,
  });
  const inTeam = { ...inChannel, conversationId: "19:pumps" };
  const handle = async (event: TeamsEvent, at = bench.now): Promise<unknown> =>
    createTeamsHandler(desk).handle(await bench.received(event, { receivedAt: new Date(at) }));
  const tables = () => bench.database.tables(bench.company.tenantId);
  const kept = () => [...tables().references.values()].map(({ reference }) => reference);
  const audited = () =>
    tables()
      .audit.map(({ event }) => event.event)
      .filter((event) => event.startsWith("channel."));

  it("keeps a person's chat and greets them by their name, once, however it is told", async () => {
    await handle(added());
    await handle(added({}, { told: "members" }));
    expect(kept()).toEqual([
      {
        channel: "teams",
        workspaceId: msTenantId,
        kind: "person",
        externalId: "aad-sam",
        teamId: null,
        name: null,
        address: { serviceUrl, conversationId: "a:sam", userId: "29:sam" },
      },
    ]);
    expect(bench.teams.said).toEqual([
      expect.stringMatching(/^a:sam: Hello Sam[^]*How do I start the pump\?/),
    ]);
    expect(audited()).toEqual(["channel.installed"]);
    // Nobody is kept for having been welcomed.
    expect(tables().identities.size).toBe(0);
  });

  it("keeps a team with its channel, and greets it in a thread of its own", async () => {
    await handle(added(inTeam, { teamName: "Plant" }));
    expect(kept()).toMatchObject([
      { kind: "team", externalId: "19:team", name: "Plant", address: { conversationId: "19:pumps" } },
      { kind: "channel", externalId: "19:pumps", teamId: "19:team" },
    ]);
    expect(bench.teams.said).toEqual([expect.stringMatching(/^19:pumps: Ask me in any channel here/)]);
    await handle(added(inGroup));
    expect(bench.teams.said[1]).toMatch(/^19:group: Ask me in this chat/);
  });

  it("greets nobody for an update", async () => {
    await handle(added({}, { upgrade: true }));
    expect(kept()).toHaveLength(1);
    expect(bench.teams.said).toEqual([]);
  });

  it("leaves a greeting to the process that is at it, and takes it over where that died", async () => {
    bench.teams.faults.set("send", away);
    await expect(handle(added())).rejects.toBe(away);
    bench.teams.faults.clear();
    await expect(handle(added({}, { told: "members" }))).rejects.toMatchObject({
      code: "rate_limited",
      facts: { retryAfterMs: 1_000 },
    });
    bench.now += 20_001;
    await handle(added());
    expect(bench.teams.said).toHaveLength(1);
  });

  it("is kept where Teams does not let the bot greet", async () => {
    bench.teams.faults.set("createConversation", refused);
    await handle(added(inTeam));
    await handle(added(inTeam));
    expect(kept()).toHaveLength(2);
    expect(bench.teams.asked.filter((call) => call === "createConversation")).toHaveLength(1);
  });

  it("is forgotten where it is taken out, a team with its channels, but not by older news", async () => {
    await handle(added(inTeam));
    await handle(removed(inTeam), bench.now - 1);
    expect(kept()).toHaveLength(2);
    await handle(removed(inTeam), bench.now + 1);
    await handle(removed(inTeam), bench.now + 1);
    expect(kept()).toEqual([]);
    expect(audited()).toEqual(["channel.installed", "channel.uninstalled"]);
    await handle(added(inTeam), bench.now + 2);
    expect(bench.teams.said).toHaveLength(2);
  });

  it("is forgotten with a channel or team that is gone, and no other change", async () => {
    await handle(added(inTeam));
    await handle(changed("channelRenamed"));
    expect(kept()).toHaveLength(2);
    await handle(changed("channelDeleted"));
    expect(kept().map(({ kind }) => kind)).toEqual(["team"]);
    await handle(changed("teamDeleted"));
    expect(kept()).toEqual([]);
  });

  it("reads a roster anew when somebody came or went", async () => {
    const { tenantId } = bench.company;
    const bot = desk.client.bot(msTenantId);
    const read = () => desk.rosters.roster(tenantId, bot, origin(inGroup));
    await read();
    await handle({ ...origin(inGroup), kind: "members_changed" });
    await read();
    expect(bench.teams.asked).toEqual(["members", "members"]);
  });
});
