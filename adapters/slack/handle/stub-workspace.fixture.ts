import type { TenantId } from "../../../core/ids.ts";
import type { ChannelFacts, PlaceCalls } from "./calls/place-calls.ts";
import type { PeopleCalls, SlackUser } from "./calls/people-calls.ts";
import type { Workspace } from "./workspace.ts";

export const slackUser = (id: string, change: Partial<SlackUser> = {}): SlackUser => ({
  id,
  teamId: "T1",
  organisationId: null,
  name: id,
  confirmedEmail: null,
  locale: null,
  timeZone: null,
  bot: false,
  deleted: false,
  restricted: false,
  stranger: false,
  ...change,
});

/** What a stub tells, and what it was asked. */
export interface StubSlack {
  readonly people: Map<string, SlackUser>;
  readonly members: string[];
  facts: ChannelFacts;
  /** Whatever is asked fails with this. */
  fault: Error | null;
  readonly asked: string[];
}

export const stubSlack = (): StubSlack => ({
  people: new Map(),
  members: [],
  facts: { kind: "public", outside: false, joined: true, memberCount: null },
  fault: null,
  asked: [],
});

const pageSize = 1_000;

/** A workspace T1 in which people and places are asked of the stub, in pages of 1,000; nothing else is expected. */
export function stubWorkspace(slack: StubSlack, tenantId: TenantId): Workspace {
  const answer = <T>(what: string, give: () => T): Promise<T> => {
    slack.asked.push(what);
    return slack.fault ? Promise.reject(slack.fault) : Promise.resolve(give());
  };
  const page = <T>(items: readonly T[], cursor: string | null) => {
    const start = Number(cursor ?? "0");
    const end = start + pageSize;
    return { items: items.slice(start, end), cursor: end < items.length ? String(end) : null };
  };
  const people: PeopleCalls = {
    user: (id) =>
      answer("user", () => {
        const user = slack.people.get(id);
        if (!user) throw new Error(`there is no ${id}`);
        return user;
      }),
    byEmail: (email) =>
      answer("byEmail", () => {
        const found = [...slack.people.values()].find(({ confirmedEmail }) => confirmedEmail === email);
        return found ?? null;
      }),
    users: (cursor) => answer("users", () => page([...slack.people.values()], cursor)),
  };
  const places: PlaceCalls = {
    channel: () => answer("channel", () => slack.facts),
    members: (_id, cursor) => answer("members", () => page(slack.members, cursor)),
  };
  const unexpected = new Proxy({} as never, {
    get: (_target, name) => {
      throw new Error(`${String(name)} was not expected`);
    },
  });
  return {
    tenantId,
    teamId: "T1",
    installationId: "T1",
    botUserId: "UBOT",
    people,
    places,
    messages: unexpected,
    views: unexpected,
    files: unexpected,
  };
}
