import { beforeEach, describe, expect, it } from "@jest/globals";
import { type LogFacts, silentLogger } from "../../../core/logger.ts";
import type { TeamsMember } from "../client/teams-client.ts";
import type { TeamsDesk } from "./desk.ts";
import type { RosterPlace } from "./roster-directory.ts";
import {
  aadIdOf,
  away,
  inChannel,
  inGroup,
  origin,
  type TeamsBench,
  teamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";

describe("what everyone who reads a place may read", () => {
  let bench: TeamsBench;
  let desk: TeamsDesk;
  let warned: (LogFacts | undefined)[];
  beforeEach(() => {
    bench = teamsBench();
    warned = [];
    const logger = { ...silentLogger, warn: (_: string, facts?: LogFacts) => void warned.push(facts) };
    desk = bench.desk({ logger });
  });
  const gather = (...members: readonly TeamsMember[]): void => {
    bench.teams.members.splice(
      0,
      Infinity,
      teamsMember("bot", { id: "28:bot", aadObjectId: null }),
      ...members,
    );
  };
  /** Labels by department. */
  const readable = async (place: RosterPlace): Promise<Record<string, string> | null> => {
    const { tenantId, departments: ids } = bench.company;
    const { departments } = bench.database.tables(tenantId);
    const scope = await desk.places.scopeOf(tenantId, desk.client.bot("x"), place, departments);
    if (!scope) return null;
    const slugs = new Map([...ids].map(([slug, id]) => [id, slug]));
    return Object.fromEntries([...scope.departments].map(([id, label]) => [slugs.get(id) ?? "?", label]));
  };
  const group = origin(inGroup);
  const channel = origin(inChannel);
  const everyone = { operations: "public" };
  const members = { operations: "confidential" };
  const ada = teamsMember("ada");
  const sam = teamsMember("sam");

  it("is the asker's own in a personal chat, and nobody is asked", async () => {
    expect(await readable(origin())).toBeNull();
    expect(bench.teams.asked).toEqual([]);
  });

  it("is by the roster what each of them may, nobody being kept", async () => {
    gather(ada);
    expect(await readable(group)).toEqual({ operations: "restricted", finance: "restricted" });
    gather(ada, sam);
    expect(await readable(channel)).toEqual(members);
    expect(bench.database.tables(bench.company.tenantId).identities.size).toBe(0);
  });

  it.each<[string, Partial<TeamsMember>]>([
    ["a guest by role", { role: "guest" }],
    [
      "a guest by name",
      { userPrincipalName: "guy_x.example#ext#@small.example", email: "ada@small.example" },
    ],
    ["an anonymous person", { aadObjectId: null, role: "anonymous" }],
    ["somebody of another Microsoft tenant", { msTenantId: "other" }],
    ["somebody whom the company does not know", { userPrincipalName: "new@small.example" }],
  ])("is what guests may with %s among them", async (_who, change) => {
    gather(ada, teamsMember("guy", { userPrincipalName: "ada@small.example", ...change }));
    expect(await readable(group)).toEqual(everyone);
    const { tenantId } = bench.company;
    const outside = await desk.places.readsOutside(tenantId, desk.client.bot("x"), group);
    expect(outside).toBe(change.userPrincipalName !== "new@small.example");
  });

  it.each([["shared"], [null]])("is what guests may in a channel of the kind %s", async (type) => {
    gather(ada);
    bench.teams.channelType = type;
    expect(await readable(channel)).toEqual(everyone);
    expect(bench.teams.asked).toEqual(["channels"]);
    expect(await desk.places.readsOutside(bench.company.tenantId, desk.client.bot("x"), channel)).toBe(true);
  });

  it("goes by the roster in a private channel, and in the one that every team has", async () => {
    gather(ada);
    bench.teams.channelType = "Private";
    expect(await readable(channel)).toEqual({ operations: "restricted", finance: "restricted" });
    bench.teams.channelType = "shared";
    const general = { ...channel, conversationId: "19:team;messageid=4", channelId: "19:team" };
    expect(await readable(general)).toEqual({ operations: "restricted", finance: "restricted" });
  });

  it("is what every person of the company may in a large place, and less with a guest", async () => {
    const crowd = Array.from({ length: 501 }, (_, index) => teamsMember(`p${String(index)}`));
    gather(...crowd);
    expect(await readable(group)).toEqual(everyone);
    gather(...crowd, teamsMember("guy", { role: "guest" }));
    expect(await readable({ ...group, conversationId: "19:more" })).toEqual(everyone);
  });

  it("is what guests may where Teams does not tell, with one warning", async () => {
    bench.teams.faults.set("members", away);
    expect(await readable(group)).toEqual(everyone);
    expect(await readable(group)).toEqual(everyone);
    expect(warned).toHaveLength(1);
  });

  it("is asked for anew after 15 seconds, or as soon as somebody came or went", async () => {
    const asked = () => bench.teams.asked.filter((call) => call === "members").length;
    gather(ada);
    await readable(group);
    await readable(group);
    expect(asked()).toBe(1);
    bench.now += 15_000;
    gather(ada, sam);
    expect(await readable(group)).toEqual(members);
    expect(asked()).toBe(2);
    gather(sam, teamsMember("guy", { role: "guest", aadObjectId: aadIdOf("guy") }));
    desk.rosters.forget(bench.company.tenantId, group);
    expect(await readable(group)).toEqual(everyone);
  });
});
