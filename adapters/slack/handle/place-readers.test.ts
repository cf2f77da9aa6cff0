import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { departmentOf, type SampleCompany } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { ExpertError } from "../../../core/errors.ts";
import { createPeople } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { createChannelPeople } from "../../../core/identity/recognise-person.ts";
import { type LogFacts, silentLogger } from "../../../core/logger.ts";
import type { ChannelFacts } from "./calls/place-calls.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import { createChannelDirectory } from "./channel-directory.ts";
import { createPlaceScopes, namedReadersLimit, type PlaceScopes } from "./place-readers.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import type { Workspace } from "./workspace.ts";
import { createWorkspaceDirectory } from "./workspace-directory.ts";

describe("what everyone who reads a channel may read", () => {
  let now: number;
  let slack: StubSlack;
  let database: FakeDatabase;
  let company: SampleCompany;
  let departments: readonly Department[];
  let places: PlaceScopes;
  let workspace: Workspace;
  let forget: () => void;
  let warned: (LogFacts | undefined)[];
  beforeEach(() => {
    now = Date.parse("2026-03-01T10:00:00Z");
    slack = stubSlack();
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    departments = database.tables(company.tenantId).departments;
    const clock = { now: () => new Date(now) };
    warned = [];
    const logger = { ...silentLogger, warn: (_: string, facts?: LogFacts) => void warned.push(facts) };
    const people = createPeople({ database }, { ttlMs: 1 });
    const channels = createChannelDirectory(createWorkspaceDirectory({ clock, logger }), { clock });
    forget = () => channels.forget("C1");
    const channelPeople = createChannelPeople({ database, clock, people });
    places = createPlaceScopes({ channels, channelPeople, people, clock, logger });
    workspace = stubWorkspace(slack, company.tenantId);
  });
  const own = (name: string): SlackUser => slackUser(`U${name}`, { confirmedEmail: `${name}@small.example` });
  const gather = (kind: ChannelFacts["kind"], members: readonly SlackUser[], outside = false): void => {
    slack.facts = { kind, outside, joined: true, memberCount: null };
    slack.members.splice(0, Infinity, "UBOT", ...members.map(({ id }) => id));
    for (const user of [slackUser("UBOT", { bot: true }), ...members]) slack.people.set(user.id, user);
  };
  /** Labels by department. */
  const readable = async (): Promise<Record<string, string> | null> => {
    const scope = await places.scopeOf(workspace, "C1", departments);
    if (!scope) return null;
    const slugs = new Map([...company.departments].map(([slug, id]) => [id, slug]));
    return Object.fromEntries([...scope.departments].map(([id, label]) => [slugs.get(id) ?? "?", label]));
  };
  const guest = slackUser("UGUEST", { restricted: true });
  const crowd = (count: number): readonly SlackUser[] =>
    Array.from({ length: count }, (_, index) => slackUser(`UCROWD${index}`));
  const everyone = { operations: "public" };
  const closeToGuests = (): void => {
    departments = departments.map((department) => ({ ...department, guests: false }));
  };

  it.each<[string, () => void, Record<string, string> | null]>([
    ["direct messages", () => gather("direct", []), null],
    ["shared with another company", () => gather("private", [own("ada"), own("fay")], true), everyone],
    ["public", () => gather("public", [own("ada"), own("fay")]), everyone],
    ["public, and nobody in it", () => gather("public", []), everyone],
    [
      "private, leads alone",
      () => gather("private", [own("ada")]),
      { operations: "restricted", finance: "restricted" },
    ],
    [
      "private, a lead and a member",
      () => gather("private", [own("ada"), own("sam")]),
      { operations: "confidential" },
    ],
    [
      "private, a lead and another department's member",
      () => gather("private", [own("ada"), own("fay")]),
      { operations: "public", finance: "confidential" },
    ],
    ["several people's", () => gather("group", [own("sam"), own("vic")]), everyone],
    ["private, with a guest of the workspace", () => gather("private", [own("ada"), guest]), everyone],
    [
      "private, with somebody whom the company does not know",
      () => gather("private", [own("ada"), own("nobody")]),
      everyone,
    ],
    [
      "private, with a bot and a deleted account",
      () =>
        gather("private", [own("sam"), slackUser("UB", { bot: true }), slackUser("UD", { deleted: true })]),
      { operations: "confidential" },
    ],
    ["private, and nobody in it", () => gather("private", []), {}],
    [
      "private, with 501 people",
      () => gather("private", [own("ada"), ...crowd(namedReadersLimit)]),
      everyone,
    ],
  ])("%s", async (_, prepare, expected) => {
    prepare();
    expect(await readable()).toEqual(expected);
    expect(warned).toEqual([]);
  });

  it.each<[string, () => void, Record<string, string>]>([
    ["shared with another company", () => gather("public", [own("ada")], true), {}],
    ["public, with a guest of the workspace", () => gather("public", [own("ada"), guest]), {}],
    [
      "public, with somebody of another company",
      () => gather("public", [own("ada"), slackUser("US", { stranger: true })]),
      {},
    ],
    [
      "public, with somebody of another workspace",
      () => gather("public", [own("ada"), slackUser("UX", { teamId: "T2" })]),
      {},
    ],
    ["public, own people alone", () => gather("public", [own("ada"), ...crowd(20)]), everyone],
    ["private, with a guest of the workspace", () => gather("private", [own("ada"), guest]), {}],
    [
      "private, with somebody whom the company does not know",
      () => gather("private", [own("ada"), own("nobody")]),
      {},
    ],
  ])("where no department is open to guests: %s", async (_, prepare, expected) => {
    closeToGuests();
    const { tenantId } = company;
    const rows = database.tables(tenantId).departments;
    for (const row of rows) Object.assign(row, { guests: false });
    prepare();
    expect(await readable()).toEqual(expected);
  });

  it("is what guests may read where Slack does not tell, with the reason logged, until it does", async () => {
    gather("private", [own("ada")]);
    slack.fault = new ExpertError("channel_unavailable", "Slack is away.");
    expect(await readable()).toEqual(everyone);
    expect(warned).toMatchObject([{ channel: "C1", error: slack.fault }]);
    slack.fault = null;
    expect(await readable()).toMatchObject({ finance: "restricted" });
  });

  it("is warned about once in five minutes while Slack refuses, and every answer is as careful", async () => {
    gather("private", [own("ada")]);
    slack.fault = new ExpertError("channel_refused", "Slack refuses.");
    for (let question = 0; question < 5; question += 1) expect(await readable()).toEqual(everyone);
    expect(warned).toHaveLength(1);
    now += 5 * 60_000;
    await readable();
    expect(warned).toHaveLength(2);
  });

  it("is looked up for those who read along without keeping any of them", async () => {
    gather("private", [own("ada"), own("nobody"), ...crowd(100)]);
    const { identities, members, audit } = database.tables(company.tenantId);
    const before = [identities.size, members.size, audit.length];
    expect(await readable()).toEqual(everyone);
    expect([identities.size, members.size, audit.length]).toEqual(before);
  });

  it("is known of a public channel of 20,000 people without asking for one of them alone", async () => {
    const staff = Array.from({ length: 20_000 }, (_, index) => slackUser(`U${index}`));
    gather("public", staff);
    expect(await readable()).toEqual(everyone);
    const count = (what: string): number => slack.asked.filter((asked) => asked === what).length;
    expect([count("user"), count("users"), count("members")]).toEqual([0, 21, 21]);
    await readable();
    expect(slack.asked).toHaveLength(43);
  });

  it("is remembered for five minutes, or until somebody comes or goes", async () => {
    gather("private", [own("ada")]);
    await readable();
    gather("private", [own("ada"), own("sam")]);
    expect(await readable()).toMatchObject({ finance: "restricted" });
    forget();
    expect(await readable()).toEqual({ operations: "confidential" });
    expect(departmentOf(company, "operations")).toBeDefined();
  });
});
