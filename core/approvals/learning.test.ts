import { beforeEach, describe, expect, it } from "@jest/globals";
import { approvalBench, type ApprovalBench } from "../../tests/support/approval-bench.ts";
import { answerText } from "../../tests/support/turn-bench.ts";
import { createFakeBlobStore } from "../../tests/fakes/blob-store.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import type { Database } from "../database.ts";
import type { DocumentId, VerifiedAnswerId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import { removeDocument } from "../knowledge/remove-document.ts";
import { withdrawAnswer } from "./act.ts";
import type { Approval } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { type Decision, decide } from "./decide.ts";
import { createLearning } from "./learning.ts";
import { questionVerified } from "./question-verified.ts";
import { takeApprovalStep } from "./take-step.ts";
import type { VerifiedAnswer } from "./verified-answer.ts";

describe("learning", () => {
  let bench: ApprovalBench;
  let ports: ApprovalPorts;
  let blobs: ReturnType<typeof createFakeBlobStore>;
  let refreshed: number;
  const tables = () => bench.database.tables(bench.company.tenantId);
  const tenant = () => bench.company.tenantId;
  beforeEach(async () => {
    bench = await approvalBench();
    blobs = createFakeBlobStore();
    refreshed = 0;
    ports = {
      ...bench.ports,
      learning: createLearning({
        database: bench.database,
        blobs,
        queue: bench.ports.queue,
        logger: silentLogger,
        onChanged: async () => void (refreshed += 1),
      }),
    };
  });
  const decideAs = async (approval: Approval, decision: Decision, name: "ada" | "sam" = "ada") =>
    await decide(ports, {
      identity: await bench.identity(name),
      approvalId: approval.id,
      decision,
      revision: (await bench.find(approval.id)).revision,
    });
  const known = (): readonly VerifiedAnswer[] =>
    [...tables().verified.values()].map((row) => ({ ...row, approvedByName: "" }));
  const documentOf = (answer: VerifiedAnswer | undefined) =>
    answer && tables().documents.get(answer.documentId)?.document;
  const contentOf = async (answer: VerifiedAnswer | undefined): Promise<string> =>
    new TextDecoder().decode(await blobs.get(tenant(), documentOf(answer)?.contentHash ?? ""));
  const sourceId = (): DocumentId => {
    const [id] = [...tables().documents.values()].map(({ document }) => document.id);
    if (!id) throw new Error("there is no source");
    return id;
  };

  it("keeps an approved answer as a document under the label of its sources, and wakes its ingestion", async () => {
    const approval = await bench.asked();
    await decideAs(approval, { kind: "approve" });
    const [answer] = known();
    expect(known()).toHaveLength(1);
    expect(answer).toMatchObject({
      approvalId: approval.id,
      state: "serving",
      question: approval.question,
      answer: approval.answer,
      sources: [{ documentId: sourceId(), contentHash: "a".repeat(64) }],
      approvedBy: personOf(bench.company, "ada"),
    });
    expect(answer?.expiresAt.getTime()).toBe((answer?.approvedAt.getTime() ?? 0) + 180 * 86_400_000);
    expect(documentOf(answer)).toMatchObject({ kind: "verified", sensitivity: "public", readers: null });
    expect(await contentOf(answer)).toBe(`# Verified answer: ${approval.question}\n\n${answerText}\n`);
    expect(bench.woken).toContain(`ingestion-${String(answer?.documentId)}-1 after 0`);
  });

  it.each<[Decision, string]>([
    [{ kind: "edit", text: "Turn the green key. [1]" }, "Turn the green key."],
    [{ kind: "correct", text: "Call the shift lead first." }, "Call the shift lead first."],
  ])("learns the words of the approver: %j", async (decision, words) => {
    await decideAs(await bench.asked(), decision);
    expect(await contentOf(known()[0])).toContain(`\n\n${words}\n`);
  });

  it("learns nothing from a rejection, whatever its reason says", async () => {
    await decideAs(await bench.asked(), { kind: "reject", reason: "Ask Bob, privately." });
    expect(known()).toEqual([]);
    expect([...tables().documents.values()].some(({ document }) => document.kind === "verified")).toBe(false);
  });

  it("holds it as strictly as its source is held by now, and for the same readers", async () => {
    const approval = await bench.asked();
    const source = tables().documents.get(sourceId());
    if (!source) throw new Error("there is no source");
    const readers = [`user:${personOf(bench.company, "ada")}`, `user:${personOf(bench.company, "sam")}`];
    source.document = { ...source.document, sensitivity: "restricted", readers };
    await decideAs(approval, { kind: "approve" });
    expect(documentOf(known()[0])).toMatchObject({ sensitivity: "restricted", readers });
  });

  it.each<[string, () => void]>([
    ["the source is gone", () => tables().documents.clear()],
    [
      "what it quotes is gone",
      () => {
        tables().passages = tables().passages.map((passage) => ({
          ...passage,
          id: crypto.randomUUID() as typeof passage.id,
          text: "The pump was sold.",
        }));
      },
    ],
  ])("is not learned where %s meanwhile", async (_why, change) => {
    const approval = await bench.asked();
    change();
    await decideAs(approval, { kind: "approve" });
    expect(known()).toEqual([]);
    expect((await bench.find(approval.id)).state).toBe("approved");
  });

  it("finds the quotation again where the source was only read in anew", async () => {
    const approval = await bench.asked();
    const anew = crypto.randomUUID();
    tables().passages = tables().passages.map((passage) => ({ ...passage, id: anew as typeof passage.id }));
    await decideAs(approval, { kind: "approve" });
    expect(known()[0]?.answer.citations).toMatchObject([{ number: 1, passageId: anew }]);
  });

  it("does not learn what rests on a file of the asker's, but what an expert writes instead", async () => {
    const approval = await bench.asked();
    const row = tables().approvals.get(approval.id);
    const answer = approval.answer;
    if (!row || !answer) throw new Error("there is no draft");
    const citations = answer.citations.map((citation) => ({ ...citation, link: "https://files.example/1" }));
    tables().approvals.set(row.id, { ...row, drafted: { ...answer, citations } });
    await decideAs(approval, { kind: "edit", text: "Turn the key, as your file says." });
    expect(known()).toEqual([]);
    const other = await bench.asked();
    const otherRow = tables().approvals.get(other.id);
    if (otherRow) tables().approvals.set(other.id, { ...otherRow, drafted: { ...answer, citations } });
    await decideAs(other, { kind: "correct", text: "Turn the key." });
    expect(known()).toHaveLength(1);
  });

  it("learns once, however often it is tried, and not again once it was taken back", async () => {
    const approval = await bench.asked();
    await decideAs(approval, { kind: "approve" });
    const decided = await bench.find(approval.id);
    await ports.learning.learn(tenant(), decided);
    expect(known()).toHaveLength(1);
    await withdrawAnswer(ports, { identity: await bench.identity("ada"), approvalId: approval.id });
    expect(known()).toMatchObject([{ state: "withdrawn" }]);
    expect(documentOf(known()[0])).toBeUndefined();
    expect(refreshed).toBe(1);
    // A worker that was held up while it was taken back.
    await ports.learning.learn(tenant(), decided);
    expect(known()).toMatchObject([{ state: "withdrawn" }]);
    expect([...tables().documents.values()].some(({ document }) => document.kind === "verified")).toBe(false);
  });

  it.each(["register", "keep", "find"] as const)(
    "goes on where it was interrupted after %s, and learns once",
    async (last) => {
      const approval = await bench.asked();
      await bench.decide(approval.id, "ada", { kind: "approve" });
      const decided = await bench.find(approval.id);
      const gone = new Error("the process is gone");
      const dies =
        <Input extends readonly unknown[], Output>(work: (...input: Input) => Promise<Output>) =>
        async (...input: Input): Promise<Output> => {
          await work(...input);
          throw gone;
        };
      const dying = createLearning({
        database: {
          withTenant: (of, work) =>
            bench.database.withTenant(of, (stores) => {
              const { documents, verified, approvals } = stores;
              return work({
                ...stores,
                documents: {
                  ...documents,
                  ...(last === "register" && { register: dies(documents.register) }),
                },
                verified: { ...verified, ...(last === "keep" && { keep: dies(verified.keep) }) },
                approvals: { ...approvals, ...(last === "find" && { find: dies(approvals.find) }) },
              });
            }),
        },
        blobs,
        queue: bench.ports.queue,
        logger: silentLogger,
        onChanged: () => Promise.resolve(),
      });
      await expect(dying.learn(tenant(), decided)).rejects.toBe(gone);
      await ports.learning.learn(tenant(), decided);
      expect(known()).toMatchObject([{ approvalId: approval.id, state: "serving" }]);
      const verified = [...tables().documents.values()].filter(
        ({ document }) => document.kind === "verified",
      );
      // Its ingestion is found by the sweeper.
      expect(verified).toMatchObject([{ document: { id: known()[0]?.documentId, state: "pending" } }]);
    },
  );

  it("is forgotten where a lead removes its document", async () => {
    await decideAs(await bench.asked(), { kind: "approve" });
    const [answer] = known();
    if (!answer) throw new Error("nothing was learned");
    await removeDocument({ database: bench.database }, await bench.identity("ada"), answer.documentId);
    expect(known()).toMatchObject([{ state: "withdrawn" }]);
  });

  describe("review", () => {
    const review = async (): Promise<number> =>
      await questionVerified({
        database: bench.database,
        queue: bench.ports.queue,
        clock: bench.ports.clock,
        logger: silentLogger,
        onChanged: async () => void (refreshed += 1),
      });
    const reviewsOf = (id: VerifiedAnswerId | undefined) =>
      [...tables().approvals.values()].filter(({ reviewOf }) => reviewOf === id);
    const learned = async (): Promise<VerifiedAnswer> => {
      await decideAs(await bench.asked(), { kind: "approve" });
      const [answer] = known();
      if (!answer) throw new Error("nothing was learned");
      return answer;
    };

    it("leaves alone what still stands", async () => {
      await learned();
      expect(await review()).toBe(0);
      expect(known()).toMatchObject([{ state: "serving" }]);
      expect(refreshed).toBe(0);
    });

    it.each<[string, () => void]>([
      ["it has expired", () => bench.pass(181 * 86_400_000)],
      ["its source is gone", () => tables().documents.delete(sourceId())],
      [
        "its source has other content",
        () => {
          const source = tables().documents.get(sourceId());
          if (source) source.publishedHash = "b".repeat(64);
        },
      ],
      [
        "its source is held more strictly",
        () => {
          const source = tables().documents.get(sourceId());
          if (source) source.document = { ...source.document, sensitivity: "restricted" };
        },
      ],
    ])("takes it out of service and asks once where %s", async (_why, change) => {
      const answer = await learned();
      change();
      expect(await review()).toBe(1);
      expect(await review()).toBe(0);
      expect(known()).toMatchObject([{ state: "questioned" }]);
      expect(documentOf(answer)).toBeUndefined();
      expect(refreshed).toBe(1);
      expect(reviewsOf(answer.id)).toMatchObject([
        { state: "pending", why: "review", question: answer.question, due: { step: "offer" } },
      ]);
    });

    it("goes on where it was interrupted: no answer is out of service without its review", async () => {
      const answer = await learned();
      tables().documents.delete(sourceId());
      const failing: Pick<Database, "tenants" | "withTenant"> = {
        tenants: () => bench.database.tenants(),
        withTenant: (of, work) =>
          bench.database.withTenant(of, (stores) => {
            const remove = () => Promise.reject(new Error("the process is gone"));
            return work({ ...stores, documents: { ...stores.documents, remove } });
          }),
      };
      await questionVerified({
        database: failing,
        queue: bench.ports.queue,
        clock: bench.ports.clock,
        logger: silentLogger,
        onChanged: async () => undefined,
      });
      expect(known()).toMatchObject([{ state: "serving" }]);
      expect(reviewsOf(answer.id)).toHaveLength(1);
      expect(await review()).toBe(1);
      expect(reviewsOf(answer.id)).toHaveLength(1);
      expect(known()).toMatchObject([{ state: "questioned" }]);
    });

    it("serves it again under the same name once it is approved, without the sources that are gone", async () => {
      const answer = await learned();
      tables().documents.delete(sourceId());
      await review();
      const [opened] = reviewsOf(answer.id);
      if (!opened) throw new Error("no review was opened");
      await takeApprovalStep(ports, tenant(), opened.id);
      const approval = await bench.find(opened.id);
      expect(approval.answer).toEqual({ ...answer.answer, text: answerText, citations: [] });
      await decideAs(approval, { kind: "approve" });
      expect(known()).toMatchObject([
        { id: answer.id, approvalId: opened.id, state: "serving", sources: [] },
      ]);
      expect(documentOf(known()[0])).toMatchObject({ kind: "verified" });
      // What it was before may be taken back no more.
      await ports.learning.forget(
        tenant(),
        await bench.find(answer.approvalId),
        personOf(bench.company, "ada"),
      );
      expect(known()).toMatchObject([{ state: "serving" }]);
    });

    it("withdraws it where the review rejects it, and tells nobody who asked", async () => {
      const answer = await learned();
      bench.pass(181 * 86_400_000);
      await review();
      const [opened] = reviewsOf(answer.id);
      if (!opened) throw new Error("no review was opened");
      await takeApprovalStep(ports, tenant(), opened.id);
      const before = bench.notes((await bench.find(opened.id)).threadKey).length;
      await decideAs(await bench.find(opened.id), { kind: "reject", reason: null });
      expect(known()).toMatchObject([{ state: "withdrawn" }]);
      expect(bench.notes((await bench.find(opened.id)).threadKey)).toHaveLength(before);
    });
  });
});
