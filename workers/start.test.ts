import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createPeople } from "../core/identity/directory.ts";
import { deliverThread } from "../core/delivery/deliver.ts";
import type { Channel } from "../core/delivery/channel.ts";
import type { EventHandler } from "../core/inbox/handle-event.ts";
import { createOutageNotice } from "../core/inference/outage-notice.ts";
import { silentLogger } from "../core/logger.ts";
import type { Queue } from "../core/queue.ts";
import { createMemoryQueue } from "../tests/support/in-memory.ts";
import { createFakeBlobStore } from "../tests/fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../tests/fakes/database/database.ts";
import { memoryKnowledgeIndex } from "../tests/fakes/knowledge-index.ts";
import { fakeTextExtractor } from "../tests/fakes/text-extractor.ts";
import { ingestDocument } from "../core/knowledge/ingest-document.ts";
import { createEscalationCarrier } from "../core/escalation/carry-dispatch.ts";
import { escalationPorts } from "../tests/support/escalation-ports.ts";
import { embedAnew } from "./embed-anew.ts";
import { countingEmbedder, hashOf } from "../tests/support/knowledge-bench.ts";
import {
  type SampleCompany,
  sampleEnd,
  sampleEvent,
  sampleQuestion,
  sampleUpload,
  until,
} from "../tests/support/sample-work.ts";
import { smallCompany } from "../tests/support/small-company.ts";
import { quoteBest } from "../tests/support/turn-bench.ts";
import { type RunningWorkers, startWorkers, type WorkerParts } from "./start.ts";

describe("the workers of a process", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let queue: Queue;
  let posted: string[];
  let parts: WorkerParts;
  let workers: RunningWorkers | undefined;
  const blobs = createFakeBlobStore();
  const clock = { now: () => new Date() };
  beforeEach(() => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    queue = createMemoryQueue({ logger: silentLogger });
    posted = [];
    const channel: Channel = {
      name: "web",
      limits: { textLength: 100 },
      withdraw: () => Promise.resolve(),
      follow: () => () => undefined,
      post: async (_thread, message) => {
        posted.push(message.turnId ?? "");
        return {};
      },
    };
    const delivery = { database, channels: new Map([["web", channel] as const]), logger: silentLogger };
    const people = createPeople({ database });
    const escalations = escalationPorts({ database, queue, people, clock });
    parts = {
      ...delivery,
      escalations,
      dispatching: {
        database,
        carrier: createEscalationCarrier(escalations),
        clock,
        logger: silentLogger,
      },
      onChanged: () => Promise.resolve(),
      handlers: new Map(),
      queue,
      blobs,
      clock,
      config: { TURN_CONCURRENCY: 4, INGESTION_CONCURRENCY: 2 },
      turns: {
        database,
        index: memoryKnowledgeIndex(),
        embedder: null,
        quoting: quoteBest,
        model: null,
        outage: createOutageNotice(silentLogger),
        logger: silentLogger,
        people: createPeople({ database }),
        follow: () => () => undefined,
        clock,
        deliver: (tenant, first) => deliverThread(delivery, tenant, first.threadKey, first),
      },
      approvals: {
        database,
        queue,
        people: createPeople({ database }),
        reach: new Map(),
        onCall: null,
        learning: { learn: () => Promise.resolve(), forget: () => Promise.resolve() },
        clock,
        logger: silentLogger,
      },
      ingestion: {
        database,
        blobs,
        extractor: fakeTextExtractor(),
        embedder: null,
        logger: silentLogger,
        onPublished: () => undefined,
      },
    };
  });
  afterEach(async () => {
    await workers?.stop();
    await queue.close();
  });
  const tables = () => database.tables(company.tenantId);
  const stateOfTurn = (id: string) => tables().turns.get(id)?.state;

  it("answer a question that woke them", async () => {
    workers = await startWorkers(parts);
    const { id } = sampleQuestion(company);
    await database.inbox.receive(sampleQuestion(company, { id }));
    await queue.enqueue("turn", { tenantId: company.tenantId, turnId: id }, { key: `turn-${id}` });
    await until("the turn ends", async () => stateOfTurn(id) === "not_found");
    await until("it is posted", async () => posted.includes(id));
  });

  it("make an event of a platform a question, and answer it, also where nobody woke them", async () => {
    const { userId, payload } = sampleQuestion(company);
    const accept: EventHandler = {
      async handle({ id, tenantId }) {
        await database.withTenant(tenantId, ({ events }) => events.accept(id, { userId, payload }, []));
        await queue.enqueue("turn", { tenantId, turnId: id }, { key: `turn-${id}` });
        return "accepted";
      },
      giveUp: () => Promise.resolve(),
    };
    workers = await startWorkers({ ...parts, handlers: new Map([["web", accept]]) });
    const { tenantId } = company;
    const [woken, left] = [
      sampleEvent(company, { channel: "web" }),
      sampleEvent(company, { channel: "web" }),
    ];
    for (const event of [woken, left]) await database.inbox.receiveEvent(event);
    await queue.enqueue("event", { tenantId, eventId: woken.id }, { key: `event-${woken.id}` });
    await until("both are answered", async () => [woken, left].every(({ id }) => posted.includes(id)));
    expect(posted).toHaveLength(2);
  });

  it("find by the rows alone what nobody woke them for: a question, an upload and a message", async () => {
    const question = sampleQuestion(company);
    await database.inbox.receive(question);
    const contentHash = hashOf("# Pump\n\nOpen the valve.");
    await blobs.put(company.tenantId, contentHash, Buffer.from("# Pump\n\nOpen the valve."));
    const upload = sampleUpload(company, { contentHash });
    const left = sampleQuestion(company);
    await database.inbox.receive(left);
    await database.withTenant(company.tenantId, async ({ documents, turns }) => {
      await documents.register(upload, []);
      await turns.take(left.id, 1_000);
      await turns.end(left.id, sampleEnd(left.id, { leaseMs: 1 }));
    });
    workers = await startWorkers(parts);
    await until(
      "all of it is done",
      async () =>
        stateOfTurn(question.id) === "not_found" &&
        tables().documents.get(upload.id)?.document.state === "ready" &&
        posted.includes(left.id),
    );
    expect(posted.filter((id) => id === left.id)).toHaveLength(1);
  });

  it("give vectors to what was ingested before the embedding model was configured", async () => {
    const content = Buffer.from("# Pump\n\nOpen the valve.");
    const upload = sampleUpload(company, { contentHash: hashOf(content.toString()) });
    await blobs.put(company.tenantId, upload.contentHash, content);
    await database.withTenant(company.tenantId, ({ documents }) => documents.register(upload, []));
    await ingestDocument(parts.ingestion, company.tenantId, upload.id, 1);
    expect(tables().passages).toMatchObject([{ embeddingModel: null }]);
    const embedder = countingEmbedder();
    const logger = silentLogger;
    const ingestion = { ...parts.ingestion, embedder };
    await embedAnew({ database, ingestion, logger });
    await embedAnew({ database, ingestion, logger });
    expect(tables().passages).toMatchObject([{ embeddingModel: null }]);
    await ingestDocument(ingestion, company.tenantId, upload.id, 2);
    expect(tables().passages).toMatchObject([{ embeddingModel: "test-embedding", revision: 2 }]);
    await embedAnew({ database, ingestion, logger });
    expect(tables().documents.get(upload.id)?.document.state).toBe("ready");
  });

  it("seal the audit trail", async () => {
    workers = await startWorkers(parts);
    const event = { event: "auth.login", status: "success", userId: null } as const;
    await database.withTenant(company.tenantId, ({ audit }) => audit.append([event]));
    await until("it is sealed", async () => tables().audit.every(({ sealed }) => sealed));
    expect(tables().seals.at(-1)?.events).toHaveLength(1);
  });

  it("let what runs end when they are stopped", async () => {
    workers = await startWorkers(parts);
    const { id } = sampleQuestion(company);
    await database.inbox.receive(sampleQuestion(company, { id }));
    await queue.enqueue("turn", { tenantId: company.tenantId, turnId: id }, { key: `turn-${id}` });
    await until("the turn is taken", async () => stateOfTurn(id) !== undefined);
    await workers.stop();
    workers = undefined;
    expect(stateOfTurn(id)).toBe("not_found");
  });
});
