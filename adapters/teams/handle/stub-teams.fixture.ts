import { createFakeBlobStore } from "../../../tests/fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { memoryKnowledgeIndex } from "../../../tests/fakes/knowledge-index.ts";
import { fakeTextExtractor } from "../../../tests/fakes/text-extractor.ts";
import { escalationPorts } from "../../../tests/support/escalation-ports.ts";
import type { SampleCompany } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import { ExpertError } from "../../../core/errors.ts";
import { createPeople } from "../../../core/identity/directory.ts";
import { createChannelPeople } from "../../../core/identity/recognise-person.ts";
import { newId, type TenantId, type TurnId } from "../../../core/ids.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { QuestionPayload } from "../../../core/inbox/inbox.ts";
import type { KnowledgeIndex } from "../../../core/knowledge/knowledge-index.ts";
import { silentLogger } from "../../../core/logger.ts";
import type { NewConversation, OutgoingActivity, TeamsBot, TeamsMember } from "../client/teams-client.ts";
import type { TeamsEvent, TeamsOrigin } from "../teams-event.ts";
import { createTeamsDesk, type TeamsDesk, type TeamsDeskPorts } from "./desk.ts";

export const msTenantId = "a1b2c3d4-0000-0000-0000-000000000000";
export const serviceUrl = "https://smba.example/emea/";
export const botId = "28:bot";

/** Entra object ids of people by first name. */
export const aadIdOf = (name: string): string => `aad-${name}`;

export const teamsMember = (name: string, change: Partial<TeamsMember> = {}): TeamsMember => ({
  id: `29:${name}`,
  aadObjectId: aadIdOf(name),
  name,
  givenName: null,
  email: null,
  userPrincipalName: `${name}@small.example`,
  msTenantId,
  role: "user",
  ...change,
});

/** Sam's, in the personal chat unless told otherwise. */
export const origin = (change: Partial<TeamsOrigin> = {}): TeamsOrigin => ({
  msTenantId,
  serviceUrl,
  conversationId: "a:sam",
  conversationType: "personal",
  teamId: null,
  channelId: null,
  botId,
  locale: "en-US",
  userAadId: aadIdOf("sam"),
  userId: "29:sam",
  userName: "sam",
  userMsTenantId: msTenantId,
  replyToId: null,
  ...change,
});

export const inChannel = {
  conversationId: "19:pumps;messageid=1",
  conversationType: "channel",
  teamId: "19:team",
  channelId: "19:pumps",
} as const;
export const inGroup = { conversationId: "19:group", conversationType: "groupChat" } as const;

/** Teams as the bot finds it. */
export interface StubTeams {
  readonly members: TeamsMember[];
  /** The kind of `19:pumps`. */
  channelType: string | null;
  /** What the bot said: the conversation, and the text or what the card shows in words. */
  readonly said: string[];
  readonly updated: string[];
  readonly asked: string[];
  /** Whatever is asked of these calls fails with it. */
  readonly faults: Map<keyof TeamsBot, Error>;
}

export const refused = new ExpertError("channel_refused", "Teams says no.");
export const away = new ExpertError("channel_unavailable", "Teams is away.");

const wordsOf = ({ text, attachments }: OutgoingActivity): string =>
  text ?? attachments?.map(({ content }) => ("speak" in content ? String(content.speak) : "")).join() ?? "";

function stubBot(teams: StubTeams): TeamsBot {
  const answer = <T>(call: keyof TeamsBot, give: () => T): Promise<T> => {
    teams.asked.push(call);
    const fault = teams.faults.get(call);
    return fault ? Promise.reject(fault) : Promise.resolve(give());
  };
  return {
    msTenantId,
    botId,
    send: ({ conversationId }, activity) =>
      answer("send", () => {
        teams.said.push(`${conversationId}: ${wordsOf(activity)}`);
        return String(teams.said.length);
      }),
    update: (_place, activityId, activity) =>
      answer("update", () => void teams.updated.push(`${activityId}: ${wordsOf(activity)}`)),
    remove: () => answer("remove", () => undefined),
    createConversation: (conversation: NewConversation) =>
      answer("createConversation", () => {
        if (conversation.kind === "personal") {
          const name = conversation.userId.replace(/^(?:aad-|29:)/, "");
          return { conversationId: `a:${name}`, activityId: null };
        }
        teams.said.push(`${conversation.channelId}: ${wordsOf(conversation.activity)}`);
        return { conversationId: `${conversation.channelId};messageid=9`, activityId: "9" };
      }),
    members: () => answer("members", () => ({ members: teams.members, continuation: null })),
    member: (_place, userId) =>
      answer(
        "member",
        () => teams.members.find(({ id, aadObjectId }) => id === userId || aadObjectId === userId) ?? null,
      ),
    channels: () => answer("channels", () => [{ id: "19:pumps", name: "Pumps", type: teams.channelType }]),
    download: () => answer("download", () => new Uint8Array()),
  };
}

/** A small company that Teams is connected to, in memory; Sam is in every roster. */
export interface TeamsBench {
  readonly teams: StubTeams;
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly index: KnowledgeIndex;
  /** What searches showed to whom. */
  readonly searches: (readonly [TenantId, AuditEvent])[];
  /** Milliseconds; may be set forward. */
  now: number;
  desk(change?: Partial<TeamsDeskPorts>): TeamsDesk;
  received(event: TeamsEvent, change?: Partial<TakenEvent>): Promise<TakenEvent>;
  /** Questions as they were accepted. */
  asked(): readonly QuestionPayload[];
}

export function teamsBench(): TeamsBench {
  const teams: StubTeams = {
    members: [teamsMember("sam")],
    channelType: "standard",
    said: [],
    updated: [],
    asked: [],
    faults: new Map(),
  };
  const database = createFakeDatabase(() => bench.now);
  const index = memoryKnowledgeIndex();
  const bench: TeamsBench = {
    teams,
    database,
    company: database.provision(smallCompany()),
    index,
    searches: [],
    now: Date.parse("2026-03-01T10:00:00Z"),
    desk(change = {}) {
      const clock = { now: () => new Date(bench.now) };
      const people = createPeople({ database });
      return createTeamsDesk({
        timeoutMs: amplyMs,
        database,
        queue: { enqueue: async () => undefined },
        client: { bot: () => stubBot(teams) },
        pace: { take: async () => undefined, heed: (_conversation, work) => work() },
        people,
        channelPeople: createChannelPeople({ database, clock, people }),
        groups: null,
        blobs: createFakeBlobStore(),
        extractor: fakeTextExtractor(),
        searches: { note: (tenant, event) => void bench.searches.push([tenant, event]) },
        index,
        embedder: null,
        clock,
        logger: silentLogger,
        approvals: {
          database,
          queue: { enqueue: async () => undefined },
          people,
          reach: new Map(),
          onCall: null,
          learning: { learn: async () => undefined, forget: async () => undefined },
          clock,
          logger: silentLogger,
        },
        escalations: escalationPorts({ database, queue: { enqueue: async () => undefined }, people, clock }),
        approvalUrl: (id) => `https://expert.example/approvals/${id}`,
        sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
        modelName: null,
        fileLimitBytes: 1_000,
        ...change,
      });
    },
    async received(body, change = {}) {
      const id = newId<TurnId>();
      const { tenantId } = bench.company;
      await database.inbox.receiveEvent({ id, tenantId, channel: "teams", eventId: id, body });
      const receivedAt = new Date(bench.now);
      return { id, tenantId, channel: "teams", body, attempt: 1, pauses: 0, receivedAt, ...change };
    },
    asked: () =>
      [...database.tables(bench.company.tenantId).inbox.values()].flatMap(({ payload }) => payload ?? []),
  };
  return bench;
}
