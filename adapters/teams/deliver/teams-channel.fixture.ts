import { expect } from "@jest/globals";
import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "../../../core/conversation/reply.ts";
import { systemClock } from "../../../core/clock.ts";
import type {
  Channel,
  FollowedTurn,
  MessageRef,
  OutgoingMessage,
  Posting,
  Surroundings,
  ThreadRef,
} from "../../../core/delivery/channel.ts";
import { type DocumentId, newId, type PassageId, type TenantId, type TurnId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import { startTeamsPlatform } from "../../../tests/teams-platform/start-teams-platform.ts";
import type {
  Message,
  Operation,
  Person,
  Place,
  TeamsPlatform,
  TeamsPlatformOptions,
  Tenant,
} from "../../../tests/teams-platform/teams-platform.ts";
import { createTeamsClient } from "../client/create-teams-client.ts";
import { threadKey } from "../thread-key.ts";
import { createMessagePace, type PaceLimits, type PaceTime, teamsPace } from "./message-pace.ts";
import type { LiveTimings } from "./progress.ts";
import { createTeamsChannel } from "./teams-channel.ts";

/** A turn as a test knows it. */
export interface TurnUnderTest {
  readonly id: TurnId;
  /** What its row keeps of what shows its progress. */
  readonly kept: MessageRef[];
  /** Whether its progress may be shown still. */
  allowed: boolean;
  /** How often its asker has stopped it. */
  stops: number;
}

export interface ProcessOptions {
  readonly timings?: Partial<LiveTimings>;
  readonly pace?: Partial<PaceLimits>;
  readonly paceTime?: PaceTime;
}

/** A local Teams with a person's chat, a group's and a channel, and processes that answer there. */
export interface ChannelBench {
  readonly platform: TeamsPlatform;
  readonly database: FakeDatabase;
  readonly tenantId: TenantId;
  readonly contoso: Tenant;
  readonly ann: Person;
  readonly group: Place;
  readonly general: Place;
  newTurn(): TurnUnderTest;
  /** Another process, or this one after a crash: it remembers nothing. */
  newProcess(options?: ProcessOptions): Channel;
  /** Ann's chat, unless another place is told; of a channel the thread of a message. */
  thread(place?: Place, threadId?: string): ThreadRef;
  /** The thread that is a person's own, whether or not they have begun a chat. */
  direct(person: Person): ThreadRef;
  followed(turn: TurnUnderTest, attempt?: number): FollowedTurn;
  /** The first attempt to post, unless it is changed; keeps parts in `placed`. */
  posting(changes?: Partial<Posting> & Partial<Surroundings>): Posting & {
    readonly placed: Map<number, MessageRef>;
  };
  answer(
    text: string,
    turn: TurnUnderTest,
    changes?: Partial<Extract<Reply, { kind: "answer" }>>,
  ): OutgoingMessage;
  calls(operation: Operation): number;
  /** Fails where Teams had to refuse something. */
  close(): Promise<void>;
}

const quick: LiveTimings = {
  announceAfterMs: 1,
  streamEveryMs: 5,
  streamGapMs: 0,
  streamLifeMs: 60_000,
  editEveryMs: 5,
  busyEveryMs: 5,
  waitingEveryMs: 60,
  checkEveryMs: 60_000,
};

const fast = [{ count: 1_000, ms: 1_000 }];
const unhurried: Partial<PaceLimits> = { conversation: fast, tenant: fast };

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 12_000 && !condition(); tries += 1) await delay(5);
  expect(condition()).toBe(true);
}

export const textsOf = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);

export async function openChannelBench(options: TeamsPlatformOptions = {}): Promise<ChannelBench> {
  const { streams = {}, ...others } = options;
  const platform = await startTeamsPlatform({
    throttle: "off",
    ...others,
    streams: { gapMs: 0, ...streams },
  });
  const contoso = platform.tenant({ name: "Contoso" });
  const ann = contoso.person({ name: "Ann Lee", email: "ann@contoso.example" });
  await contoso.installFor(ann);
  const group = contoso.groupChat({ members: [ann] });
  const general = contoso.team({ name: "Support", members: [ann] }).channel({ name: "General" });
  const database = createFakeDatabase();
  const { tenantId } = database.provision(smallCompany());
  const { issuer } = platform;
  const client = createTeamsClient(
    {
      appId: issuer.appId,
      homeTenantId: null,
      proof: { kind: "password", password: "only-for-tests" },
      loginUrl: issuer.settings.TEAMS_LOGIN_URL,
      metadataUrl: issuer.settings.TEAMS_OPENID_METADATA_URL,
      timeoutMs: amplyMs,
    },
    { clock: systemClock },
  );
  const address = {
    user: ann.aadObjectId,
    userId: ann.id,
    team: contoso.id,
    serviceUrl: platform.serviceUrl,
    language: "en",
  };
  const refOf = (key: string): ThreadRef => ({ tenantId, channel: "teams", key });

  return {
    platform,
    database,
    tenantId,
    contoso,
    ann,
    group,
    general,
    newTurn: () => ({ id: newId<TurnId>(), kept: [], allowed: true, stops: 0 }),
    newProcess: ({ timings = {}, pace = {}, paceTime } = {}) =>
      createTeamsChannel({
        client,
        database,
        approvalUrl: (id) => `https://expert.example/approvals/${id}`,
        sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
        logger: silentLogger,
        pace: createMessagePace({ ...teamsPace, ...unhurried, ...pace }, paceTime),
        timings: { ...quick, ...timings },
      }),
    thread(place = ann.chat, threadId) {
      const conversationId = threadId === undefined ? place.id : `${place.id};messageid=${threadId}`;
      return refOf(threadKey({ kind: place.kind, msTenantId: contoso.id, conversationId }));
    },
    direct: ({ aadObjectId: userAadId }) =>
      refOf(threadKey({ kind: "direct", msTenantId: contoso.id, userAadId, nonce: null })),
    followed: (turn, attempt = 1) => ({
      id: turn.id,
      language: "en",
      address,
      attempt,
      mayShow: () => Promise.resolve(turn.allowed),
      keep: (shown) => void turn.kept.push(...shown),
      stop: () => {
        turn.stops += 1;
      },
    }),
    posting({ held = false, alone = true, ...changes } = {}) {
      const placed = new Map(changes.placed);
      return {
        key: newId(),
        attempt: 1,
        address,
        shown: [],
        standing: null,
        signal: new AbortController().signal,
        keepPlaced(part, ref) {
          placed.set(part, ref);
          return Promise.resolve();
        },
        around: () => Promise.resolve({ held, alone }),
        ...changes,
        placed,
      };
    },
    answer: (text, turn, changes = {}) => ({
      kind: "reply",
      turnId: turn.id,
      reply: {
        kind: "answer",
        turnId: turn.id,
        language: "en",
        text,
        citations: [
          {
            number: 1,
            passageId: newId<PassageId>(),
            documentId: newId<DocumentId>(),
            title: "Hoses",
            headingPath: ["Warranty"],
            page: 3,
            quote: "A hose is warranted for two years.",
          },
        ],
        confidence: { value: 0.9, level: "high", reasons: [] },
        answeredBy: "llama",
        ...changes,
      },
    }),
    calls: (operation) => platform.calls.filter((call) => call.operation === operation).length,
    async close() {
      expect(platform.violations).toEqual([]);
      await platform.close();
    },
  };
}
