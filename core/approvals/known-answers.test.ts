import { beforeEach, describe, expect, it } from "@jest/globals";
import { approvalBench, type ApprovalBench } from "../../tests/support/approval-bench.ts";
import { createFakeBlobStore } from "../../tests/fakes/blob-store.ts";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import { newId, type PassageId, type TenantId } from "../ids.ts";
import { sensitivities } from "../identity/access.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { silentLogger } from "../logger.ts";
import type { Approval } from "./approval.ts";
import type { AskedAgain } from "./known-answer.ts";
import { createKnownAnswers } from "./known-answers.ts";
import { createLearning } from "./learning.ts";

const unit = (...values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values);
  return new Float32Array(values.map((value) => value / length));
};

describe("known answers", () => {
  let bench: ApprovalBench;
  let trips: string[];
  let approval: Approval;
  const tenant = (): TenantId => bench.company.tenantId;
  const tables = () => bench.database.tables(tenant());
  beforeEach(async () => {
    bench = await approvalBench();
    trips = [];
    approval = await bench.asked();
  });
  /** Counts what is asked of the database. */
  const counted = (): Pick<typeof bench.database, "withTenant"> => ({
    withTenant: (of, work) =>
      bench.database.withTenant(of, (stores) => {
        trips.push("trip");
        return work(stores);
      }),
  });
  const learn = async (change: Partial<NonNullable<Approval["answer"]>> = {}): Promise<SearchHit> => {
    await bench.decide(approval.id, "ada", { kind: "approve" });
    const { answer, ...decided } = await bench.find(approval.id);
    if (!answer) throw new Error("there is no answer");
    const learning = createLearning({
      database: bench.database,
      blobs: createFakeBlobStore(),
      queue: bench.ports.queue,
      logger: silentLogger,
      onChanged: () => Promise.resolve(),
    });
    await learning.learn(tenant(), { ...decided, answer: { ...answer, ...change } });
    const [known] = tables().verified.values();
    if (!known) throw new Error("nothing was learned");
    return {
      passage: {
        id: newId<PassageId>(),
        documentId: known.documentId,
        departmentId: known.departmentId,
        sensitivity: "public",
        readers: null,
        title: `Verified answer: ${known.question}`,
        text: known.answer.text,
        position: 0,
        headingPath: [],
        page: null,
      },
      score: 1,
      wordScore: 1,
      similarity: null,
    };
  };
  const asked = (hits: readonly SearchHit[], change: Partial<AskedAgain> = {}): AskedAgain => ({
    question: "Could you tell me how to start the pump?",
    vector: null,
    language: approval.language,
    hits,
    scope: {
      departments: new Map([[departmentOf(bench.company, "operations"), "public"]]),
      principals: new Set(),
    },
    named: true,
    signal: new AbortController().signal,
    call: { tenantId: bench.company.tenantId, userId: null, departmentId: null, urgency: "interactive" },
    ...change,
  });
  const answers = (embedder: Parameters<typeof createKnownAnswers>[0]["embedder"] = null) =>
    createKnownAnswers({ database: counted(), embedder, clock: bench.ports.clock });

  it("gives the approved words and their sources, and who approved them when", async () => {
    const hit = await learn();
    const found = await answers().find(tenant(), asked([hit]));
    const decided = await bench.find(approval.id);
    expect(found).toEqual({
      ...decided.answer,
      documentId: hit.passage.documentId,
      verified: {
        approvalId: approval.id,
        by: "Ada Admin",
        at: decided.decision?.at.toISOString(),
        known: true,
      },
    });
    expect((await answers().find(tenant(), asked([hit], { named: false })))?.verified.by).toBeNull();
  });

  it("asks nothing more of the database where no verified answer was found", async () => {
    const { passage, ...rest } = await learn();
    trips = [];
    const hit = { ...rest, passage: { ...passage, title: "Pump manual" } };
    expect(await answers().find(tenant(), asked([hit]))).toBeNull();
    expect(trips).toEqual([]);
  });

  it("asks once more of it for a question that is another", async () => {
    const hit = await learn();
    const known = answers();
    trips = [];
    expect(await known.find(tenant(), asked([hit], { question: "How do I stop the pump?" }))).toBeNull();
    expect(trips).toHaveLength(1);
  });

  it.each<[string, Partial<AskedAgain>]>([
    ["it is asked in another language", { language: "th" }],
    ["another thing is asked", { question: "When was the pump started?" }],
    ["its document was not found", { hits: [] }],
  ])("gives nothing where %s", async (_why, change) => {
    const hit = await learn();
    expect(await answers().find(tenant(), asked([hit], change))).toBeNull();
  });

  it.each<[string, () => void]>([
    ["it has expired", () => bench.pass(181 * 86_400_000)],
    [
      "a source has other content",
      () => {
        for (const row of tables().documents.values())
          if (row.publishedHash) row.publishedHash = "b".repeat(64);
      },
    ],
    [
      "a source is not for the asker any more",
      () => {
        for (const row of tables().documents.values())
          row.document = { ...row.document, sensitivity: "restricted" };
      },
    ],
  ])("gives nothing where %s, before anybody has looked for it", async (_why, change) => {
    const hit = await learn();
    change();
    expect(await answers().find(tenant(), asked([hit]))).toBeNull();
  });

  it("cites the verified answer itself where it rests on nothing else", async () => {
    const hit = await learn({ text: "Turn the key.", citations: [] });
    expect(await answers().find(tenant(), asked([hit]))).toMatchObject({
      text: "Turn the key. [1]",
      citations: [{ number: 1, documentId: hit.passage.documentId, passageId: hit.passage.id }],
    });
  });

  it("goes by meaning where the words differ, but never over a code, a denial or what is asked", async () => {
    const hit = await learn();
    const embedded: string[] = [];
    const near = answers({
      embed: async (texts) => {
        embedded.push(...texts);
        return texts.map(() => unit(1, 0.1));
      },
    });
    const vector = unit(1, 0.2);
    const by = (question: string, of = vector) => near.find(tenant(), asked([hit], { question, vector: of }));
    expect(await by("How do I get the pump going?")).not.toBeNull();
    expect(await by("How do I set the pump in motion?")).not.toBeNull();
    expect(embedded).toEqual([approval.question]);
    expect(await by("How do I get the pump going?", unit(0.2, 1))).toBeNull();
    // In another tenant's name nothing of it is known.
    const elsewhere = asked([hit], { question: "How do I get the pump going?", vector });
    await near.find(tenant(), { ...elsewhere, call: { ...elsewhere.call, tenantId: newId<TenantId>() } });
    expect(embedded).toEqual([approval.question, approval.question]);
    for (const other of [
      "How do I get pump 12 going?",
      "How do I get the pump going without a key?",
      "When does the pump get going?",
      "How do I get the pump going after a leak?",
    ])
      expect(await by(other)).toBeNull();
  });

  it("answers the second asker in a turn, without a human, a model or names for guests", async () => {
    const hit = await learn();
    const ports = {
      known: answers(),
      index: {
        search: async () => ({ hits: [hit], terms: [], collectionSize: 2 }),
      },
      model: () => Promise.reject(new Error("no model is needed")),
    };
    const { id } = await bench.receive({
      question: "How can I start the pump?",
      userId: personOf(bench.company, "vic"),
    });
    await bench.run(id, ports);
    expect(bench.row(id)).toMatchObject({
      state: "answered",
      reply: {
        kind: "answer",
        text: approval.answer?.text,
        citations: approval.answer?.citations,
        confidence: { level: "high", reasons: [{ code: "verified_before" }] },
        verified: { approvalId: approval.id, by: "Ada Admin", known: true },
      },
    });
    expect(await bench.ofTurn(id)).toBeNull();
    const place = {
      departments: { [departmentOf(bench.company, "operations")]: sensitivities[0] },
      principals: [],
    };
    const guests = await bench.receive({ question: "How can I start the pump?", placeScope: place });
    await bench.run(guests.id, ports);
    expect(bench.row(guests.id).reply).toMatchObject({ verified: { by: null } });
  });
});
