import { expect } from "@jest/globals";
import type { Reply } from "../../../core/conversation/reply.ts";
import type {
  Channel,
  FollowedTurn,
  MessageRef,
  OutgoingMessage,
  Posting,
  Surroundings,
  ThreadRef,
} from "../../../core/delivery/channel.ts";
import { newId, type PassageId, type DocumentId, type TenantId, type TurnId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import type {
  Channel as SlackPlace,
  Fault,
  Message,
  Person,
  SlackPlatform,
  SlackPlatformOptions,
  Violation,
} from "../../../tests/slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../../../tests/slack-platform/start-slack-platform.ts";
import { createSlackClient } from "../client/slack-client.ts";
import { threadKey } from "../thread-key.ts";
import type { SlackBot } from "../workspaces.ts";
import type { LiveTimings } from "./live-writer.ts";
import { createMessagePace, type PaceLimits } from "./message-pace.ts";
import { createSlackChannel } from "./slack-channel.ts";

/** A turn as a test knows it. */
export interface TurnUnderTest {
  readonly id: TurnId;
  /** What its row keeps of what shows its progress. */
  readonly kept: MessageRef[];
  /** Whether its progress may be shown still. */
  allowed: boolean;
}

export interface ProcessOptions {
  readonly timings?: Partial<LiveTimings>;
  readonly pace?: Partial<PaceLimits>;
  /** What the pace takes for the time, in milliseconds; the machine's clock unless told. */
  readonly now?: () => number;
}

/** A question in a thread of a local Slack, and processes that answer it. */
export interface ChannelBench {
  readonly platform: SlackPlatform;
  readonly ann: Person;
  readonly general: SlackPlace;
  /** The bot's own. */
  readonly client: SlackBot["client"];
  readonly workspaceId: string;
  /** The message that asked. */
  readonly asked: string;
  readonly thread: ThreadRef;
  readonly turn: TurnUnderTest;
  newTurn(): TurnUnderTest;
  /** Another process, or this one after a crash: it remembers nothing. */
  newProcess(options?: ProcessOptions): Channel;
  followed(turn?: TurnUnderTest, attempt?: number): FollowedTurn;
  /** The first attempt to post an answer, unless it is changed. */
  posting(changes?: Partial<Posting> & Partial<Surroundings>): Posting;
  answer(
    text: string,
    changes?: Partial<Extract<Reply, { kind: "answer" }>>,
    turn?: TurnUnderTest,
  ): OutgoingMessage;
  replies(): readonly Message[];
  /** Makes a method's next call fail; tells how often it was called since. */
  failOnce(fault: Omit<Fault, "times" | "where">): () => number;
  /** Forgets what a test had Slack refuse; the codes. */
  forgive(): readonly string[];
  /** Fails where Slack had to refuse something. */
  close(): Promise<void>;
}

const quick: LiveTimings = {
  statusAfterMs: 1,
  statusEveryMs: 60_000,
  waitingEveryMs: 5,
  firstTextMs: 1,
  streamEveryMs: 5,
  editEveryMs: 5,
  rollOverMs: 60_000,
  checkEveryMs: 60_000,
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** For a pace that knows no time to pass: a pause that Slack wants never ends, however slow the machine is. */
export const atOneMoment = (): number => 0;

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4_000 && !condition(); tries += 1) await pause(5);
  expect(condition()).toBe(true);
}

export async function openChannelBench(options: SlackPlatformOptions = {}): Promise<ChannelBench> {
  const tenantId = newId<TenantId>();
  const platform = await startSlackPlatform({ rateLimits: "off", ...options });
  const acme = platform.workspace({ name: "Acme" });
  const ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
  const bot = acme.install();
  const general = acme.channel({ name: "general", members: [ann, bot] });
  const asked = (await ann.message(general, "How long is a hose warranted?")).ts;
  const client = createSlackClient({ token: bot.botToken, apiUrl: platform.apiUrl });
  const newTurn = (): TurnUnderTest => ({ id: newId<TurnId>(), kept: [], allowed: true });
  const first = newTurn();
  const address = { user: ann.id, team: acme.id, ts: asked };
  const place = { kind: "thread", workspaceId: acme.id, channelId: general.id, threadTs: asked } as const;

  return {
    platform,
    ann,
    general,
    client,
    workspaceId: acme.id,
    asked,
    thread: { tenantId, channel: "slack", key: threadKey(place) },
    turn: first,
    newTurn,
    newProcess: ({ timings = {}, pace = {}, now } = {}) =>
      createSlackChannel({
        workspaces: {
          tenantOf: () => Promise.resolve(tenantId),
          forget: () => undefined,
          bot: () =>
            Promise.resolve({
              tenantId,
              workspaceId: acme.id,
              botUserId: bot.botUserId,
              client,
            }),
        },
        sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
        approvalUrl: (id) => `https://expert.example/approvals/${id}`,
        logger: silentLogger,
        pace: createMessagePace(
          {
            channelMessagesPerSecond: 1_000,
            workspaceMessagesPerMinute: 10_000,
            longestWaitMs: 2_000,
            ...pace,
          },
          now,
        ),
        timings: { ...quick, ...timings },
      }),
    followed: (turn = first, attempt = 1) => ({
      id: turn.id,
      language: "en",
      address,
      attempt,
      mayShow: () => Promise.resolve(turn.allowed),
      keep: (shown) => {
        turn.kept.push(...shown.filter(({ ts }) => turn.kept.every((one) => one["ts"] !== ts)));
      },
      stop: () => undefined,
    }),
    posting: ({ held = false, alone = true, ...changes } = {}) => ({
      key: "delivery-1",
      attempt: 1,
      address,
      shown: [],
      standing: null,
      placed: new Map(),
      keepPlaced: () => Promise.resolve(),
      signal: new AbortController().signal,
      around: () => Promise.resolve({ held, alone }),
      ...changes,
    }),
    answer: (text, changes = {}, turn = first) => ({
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
    replies: () => general.thread(asked).slice(1),
    failOnce(fault) {
      let calls = 0;
      platform.fail({ ...fault, times: 2, where: () => (calls += 1) === 1 });
      return () => calls;
    },
    forgive: () => (platform.violations as Violation[]).splice(0).map(({ error }) => error),
    async close() {
      await platform.close();
      expect(platform.violations).toEqual([]);
    },
  };
}
