import { sensitivities } from "../../core/identity/access.ts";
import { createPeople } from "../../core/identity/directory.ts";
import type { Answerer, Draft } from "../../core/answering/draft.ts";
import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import { runTurn, type TurnPorts } from "../../core/conversation/run-turn.ts";
import type { TakenTurn } from "../../core/conversation/turn-store.ts";
import type { Delivery } from "../../core/delivery/outbox.ts";
import { type DocumentId, newId, type PassageId, type TurnId } from "../../core/ids.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";
import type { ReceivedQuestion } from "../../core/inbox/inbox.ts";
import { createOutageNotice } from "../../core/inference/outage-notice.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { memoryKnowledgeIndex } from "../fakes/knowledge-index.ts";
import { departmentOf, type SampleCompany, sampleQuestion } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";
import type { TurnRow } from "../fakes/database/tables.ts";

export interface TurnBench {
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly events: readonly TurnEvent[];
  readonly deliveries: readonly Delivery[];
  readonly searches: readonly string[];
  /** Turns whose progress was followed, in order. */
  readonly followed: readonly TakenTurn[];
  /** A document of one passage; without a change, the one that is there from the beginning. */
  addPassage(
    change?: Partial<Pick<IndexedPassage, "text" | "title" | "sensitivity" | "readers">> & {
      readonly department?: Parameters<typeof departmentOf>[1];
      readonly name?: string;
    },
  ): Promise<void>;
  receive(change?: Parameters<typeof sampleQuestion>[1]): Promise<ReceivedQuestion>;
  run(id: TurnId, change?: Partial<TurnPorts>): Promise<void>;
  row(id: TurnId): TurnRow;
  /** Names and statuses of the audit events about it, in order. */
  audited(id: TurnId): readonly string[];
}

export const answerText = "To start the pump, open the inlet valve and turn the green key.";

/** Answers with the best passage's own words, or not at all where there is none. */
export const quoteBest: Answerer = async ({ result }, onText) => draftOf(result.hits[0]?.passage, onText);

export function draftOf(
  passage: Omit<IndexedPassage, "embedding"> | undefined,
  onText: (text: string) => void,
  answeredBy = "extractive",
): Draft {
  if (!passage) return { text: "", citations: [], answeredBy, complete: true };
  const { id: passageId, documentId, title, headingPath, page, text } = passage;
  onText(text);
  return {
    text: `${text} [1]`,
    citations: [{ number: 1, passageId, documentId, title, headingPath, page, quote: text }],
    answeredBy,
    complete: true,
  };
}

/**
 * A company with one document that answers how to start the pump, and all that a turn needs, in memory.
 * @param now the clock of the rows, in milliseconds; the machine's unless told
 */
export async function turnBench(now?: () => number): Promise<TurnBench> {
  const database = createFakeDatabase(now);
  const company = database.provision(smallCompany());
  const index = memoryKnowledgeIndex();
  const events: TurnEvent[] = [];
  const deliveries: Delivery[] = [];
  const searches: string[] = [];
  const followed: TakenTurn[] = [];
  await addPassage();
  const ports: TurnPorts = {
    database,
    index: {
      search: (tenant, query) => {
        searches.push(query.text);
        return index.search(tenant, query);
      },
    },
    embedder: null,
    quoting: quoteBest,
    model: null,
    outage: createOutageNotice(silentLogger),
    logger: silentLogger,
    people: createPeople({ database }, { ttlMs: 1 }),
    follow(turn) {
      followed.push(turn);
      return (event) => void events.push(event);
    },
    clock: { now: () => new Date() },
    deliver: async (_tenant, delivery) => void deliveries.push(delivery),
    leaseMs: 60,
    retryMs: [],
  };

  /** The passage in the index and, as a resumed turn reads it, in the rows. */
  async function addPassage({
    department = "operations",
    text = answerText,
    name = "pump.md",
    title = "Pump manual",
    sensitivity = "public",
    readers = null,
  }: Parameters<TurnBench["addPassage"]>[0] = {}): Promise<void> {
    const departmentId = departmentOf(company, department);
    const passage: IndexedPassage = {
      id: newId<PassageId>(),
      documentId: newId<DocumentId>(),
      departmentId,
      sensitivity,
      readers,
      title,
      text,
      position: 0,
      headingPath: ["Pump", "Start"],
      page: null,
      embedding: null,
    };
    await index.upsert(company.tenantId, passage.documentId, [passage]);
    await database.withTenant(company.tenantId, async ({ documents }) => {
      const { documentId: id } = passage;
      await documents.register(
        {
          id,
          departmentId,
          name,
          mediaType: "text/markdown",
          sizeBytes: 1,
          contentHash: "a".repeat(64),
          sensitivity,
          readers,
          uploadedBy: null,
          rights: { lead: true, labels: sensitivities, principals: [] },
        },
        [],
      );
      await documents.take(id, 1, 1_000);
      const hold = { id, revision: 1, attempt: 1 };
      await documents.stage(hold, 1_000, {
        title,
        warnings: [],
        passages: [{ ...passage, tokens: 12 }],
      });
      await documents.publish(hold, []);
    });
  }

  return {
    database,
    company,
    events,
    deliveries,
    searches,
    followed,
    addPassage,
    async receive(change = {}) {
      const question = sampleQuestion(company, change);
      await database.inbox.receive(question);
      return question;
    },
    run: (id, change = {}) => runTurn({ ...ports, ...change }, company.tenantId, id),
    row(id) {
      const row = database.tables(company.tenantId).turns.get(id);
      if (!row) throw new Error("there is no turn");
      return row;
    },
    audited: (id) =>
      database
        .tables(company.tenantId)
        .audit.filter(({ event }) => event.resourceId === id)
        .map(({ event }) => `${event.event} ${event.status}`),
  };
}
