import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { createMessagePace } from "../../adapters/slack/deliver/message-pace.ts";
import { createSlackChannel } from "../../adapters/slack/deliver/slack-channel.ts";
import type { SlackHandlerPorts } from "../../adapters/slack/handle/desk.ts";
import { createSlackHandler } from "../../adapters/slack/handle/handle-event.ts";
import { workspaceOpener } from "../../adapters/slack/handle/workspace.ts";
import { createWorkspaceDirectory } from "../../adapters/slack/handle/workspace-directory.ts";
import { adoptBotToken } from "../../adapters/slack/install/adopt-token.ts";
import { createSlackWorkspaces } from "../../adapters/slack/install/workspaces.ts";
import { createSlackReceiver } from "../../adapters/slack/receive/receiver.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { Channel as CoreChannel } from "../../core/delivery/channel.ts";
import { deliverThread } from "../../core/delivery/deliver.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import { presentEscalationNote } from "../../core/escalation/present-escalation.ts";
import { createPeople } from "../../core/identity/directory.ts";
import { createChannelPeople } from "../../core/identity/recognise-person.ts";
import type { TurnId } from "../../core/ids.ts";
import type { ChatRequestKind } from "../../core/inbox/chat-receiver.ts";
import { handleEvent } from "../../core/inbox/handle-event.ts";
import type { QuestionPayload } from "../../core/inbox/inbox.ts";
import { type LogFacts, silentLogger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { fakeTextExtractor } from "../fakes/text-extractor.ts";
import { approvalPorts } from "../support/approval-ports.ts";
import { escalationPorts } from "../support/escalation-ports.ts";
import type { Installation, Person, SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import { type SampleCompany, sampleEnd } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";

type Answer = Extract<Reply, { kind: "answer" }>;

/** A local Slack, and the bot as far as it takes events in and handles them; answers are given by the test. */
export interface HandlingBench {
  readonly platform: SlackPlatform;
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly acme: Workspace;
  readonly bot: Installation;
  readonly people: Readonly<Record<"ada" | "sam" | "vic" | "fay", Person>>;
  readonly logged: readonly (readonly [string, LogFacts | undefined])[];
  readonly escalations: EscalationPorts;
  /** Until everything that was received has been handled and delivered. */
  settled(): Promise<void>;
  /** What was asked so far, oldest first. */
  questions(): readonly (QuestionPayload & { readonly id: TurnId })[];
  /** Answers a question and delivers the answer. */
  answer(id: TurnId, text?: string, more?: Partial<Answer>): Promise<void>;
  /** The same, and the asker may read more than everyone. */
  answerFuller(id: TurnId): Promise<void>;
  /** Makes another workspace the company's. */
  adopt(installation: Installation): Promise<void>;
  close(): Promise<void>;
}

type SlackRequestKind = Exclude<ChatRequestKind, "activities">;

const paths: Readonly<Record<SlackRequestKind, string>> = {
  events: "/events",
  interactions: "/interactions",
  commands: "/commands",
};

export async function handlingBench(change: Partial<SlackHandlerPorts> = {}): Promise<HandlingBench> {
  const platform = await startSlackPlatform({ rateLimits: "off" });
  const database = createFakeDatabase();
  const company = database.provision(smallCompany());
  const logged: (readonly [string, LogFacts | undefined])[] = [];
  const log = (message: string, facts?: LogFacts): void => void logged.push([message, facts]);
  const logger = { ...silentLogger, warn: log, error: log };
  const clock = { now: () => new Date() };
  const secrets = createSecretBox([{ id: "one", key: randomBytes(32) }]);
  const { apiUrl } = platform;
  const workspaces = createSlackWorkspaces({ database, secrets, clock, logger }, { apiUrl });
  const pace = createMessagePace({
    channelMessagesPerSecond: 1_000,
    workspaceMessagesPerMinute: 10_000,
    longestWaitMs: 1_000,
  });
  const channel = createSlackChannel({
    workspaces,
    pace,
    logger,
    sourceUrl: () => null,
    approvalUrl: () => null,
  });
  const delivery = {
    database,
    logger,
    channels: new Map<ChannelName, CoreChannel>([["slack", channel]]),
    present: presentEscalationNote({ database }, async (_tenant, note) => note),
  };
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work)).catch(() => undefined);
  };
  const { tenantId } = company;
  const deliver = (threadKey: string): Promise<void> => deliverThread(delivery, tenantId, threadKey);
  const queue: Pick<Queue, "enqueue"> = {
    async enqueue(name, job) {
      if (name === "event" && "eventId" in job) {
        track(handleEvent({ database, handlers, logger }, tenantId, job.eventId as TurnId));
      } else if (name === "delivery" && "threadKey" in job) track(deliver(job.threadKey));
    },
  };
  const people = createPeople({ database }, { ttlMs: 1 });
  const escalations = escalationPorts({ database, queue, people, clock });
  const handler = createSlackHandler({
    database,
    queue,
    open: workspaceOpener({ workspaces, pace, apiUrl }),
    directory: createWorkspaceDirectory({ clock, logger }),
    people,
    channelPeople: createChannelPeople({ database, clock, people }),
    approvals: approvalPorts({ database, queue, people, clock }),
    escalations,
    sourceUrl: () => null,
    approvalUrl: () => null,
    blobs: createFakeBlobStore(),
    extractor: fakeTextExtractor(),
    endInstallation: async () => undefined,
    clock,
    logger,
    modelName: null,
    fileLimitBytes: 1_000,
    apiUrl,
    ...change,
  });
  const handlers = new Map([["slack" as const, handler]]);
  const receiver = createSlackReceiver(
    {
      workspaces,
      inbox: database.inbox,
      queue,
      clock,
      logger,
      refusals: { record: async () => undefined },
    },
    { signingSecrets: [platform.app.signingSecret] },
  );
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const kind = (Object.keys(paths) as SlackRequestKind[]).find((name) => paths[name] === request.url);
      const answered = await receiver.receive({
        kind: kind ?? "events",
        headers: request.headers,
        rawBody: Buffer.concat(chunks),
      });
      response.writeHead(answered.status, answered.headers).end(answered.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  platform.connect({
    url: url + paths.events,
    interactivityUrl: url + paths.interactions,
    commandsUrl: url + paths.commands,
  });
  const acme = platform.workspace({ name: "Acme" });
  const bot = acme.install();
  const staff = (name: string): Person => acme.person({ name, email: `${name.toLowerCase()}@small.example` });
  const adopted: { stop(): void }[] = [];
  const adopt = async ({ botToken }: Installation): Promise<void> => {
    const ports = { database, secrets, workspaces, logger };
    adopted.push(await adoptBotToken(ports, { token: botToken, tenantSlug: undefined, apiUrl }));
  };
  await adopt(bot);
  const settled = async (): Promise<void> => {
    await platform.settled();
    while (running.size > 0) await Promise.allSettled([...running]);
  };

  const answer: HandlingBench["answer"] = async (id, text, more = {}) => {
    const end = await database.withTenant(tenantId, async ({ turns }) => {
      const taken = await turns.take(id, amplyMs);
      if (taken?.departmentId !== undefined) {
        await turns.advance(id, {
          attempt: taken.attempt,
          from: "received",
          to: "routed",
          work: { departmentId: taken.departmentId },
          audit: [],
          leaseMs: amplyMs,
        });
      }
      const sample = sampleEnd(id, { from: "routed", ...(text === undefined ? {} : { text }) });
      return await turns.end(id, { ...sample, reply: { ...(sample.reply as Answer), ...more } });
    });
    if (!end?.delivery) throw new Error("there is nothing to deliver");
    await deliverThread(delivery, tenantId, end.delivery.threadKey, end.delivery);
  };

  return {
    platform,
    database,
    company,
    acme,
    bot,
    people: { ada: staff("Ada"), sam: staff("Sam"), vic: staff("Vic"), fay: staff("Fay") },
    logged,
    escalations,
    settled,
    questions: () =>
      [...database.tables(tenantId).inbox.values()].flatMap(({ id, payload }) =>
        payload ? [{ id, ...payload }] : [],
      ),
    answer,
    adopt,
    answerFuller: (id) => answer(id, undefined, { fuller: true }),
    async close() {
      for (const one of adopted) one.stop();
      await settled();
      server.closeAllConnections();
      server.close();
      await platform.close();
    },
  };
}
