import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { VerifiedAnswer, VerifiedAnswerStore } from "../../core/approvals/verified-answer.ts";
import {
  type ApprovalId,
  type DocumentId,
  newId,
  type UserId,
  type VerifiedAnswerId,
} from "../../core/ids.ts";
import { departmentOf, personOf, samplePassages, sampleUpload } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { told, waitingAnswers } from "./waiting-answers.ts";

type Kept = Parameters<VerifiedAnswerStore["keep"]>[0];
const day = 86_400_000;

/** Answers that humans have approved. */
export function verifiedAnswerStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`verified answers: ${name}`, () => {
    let tenant: TenantUnderTest;
    let ada: UserId;
    const { asked, eventsOf } = waitingAnswers(open, () => tenant);
    const verified = <T>(work: (store: VerifiedAnswerStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.verified));
    const sample = async (change: Partial<Kept> = {}): Promise<Kept> => {
      const { id: approvalId, turnId } = await asked();
      return {
        id: newId<VerifiedAnswerId>(),
        approvalId,
        turnId,
        documentId: newId<DocumentId>(),
        departmentId: departmentOf(tenant.company, "operations"),
        language: "th",
        question: "How do I start the pump?",
        answer: { text: "Turn the key.", citations: [], answeredBy: "human" },
        sources: [],
        approvedBy: ada,
        approvedAt: new Date(),
        expiresAt: new Date(Date.now() + day),
        ...change,
      };
    };
    const keep = (answer: Kept): Promise<void> =>
      verified((store) => store.keep(answer, told("knowledge.verified")));
    const kept = async (change: Partial<Kept> = {}): Promise<Kept> => {
      const answer = await sample(change);
      await keep(answer);
      return answer;
    };
    const served = (answer: Kept): VerifiedAnswer => ({
      ...answer,
      approvedByName: "Ada Admin",
      state: "serving",
    });
    const find = (id: VerifiedAnswerId) => verified((store) => store.find(id));
    const end = (id: VerifiedAnswerId, state: "questioned" | "withdrawn") =>
      verified((store) => store.end(id, state, told(`knowledge.${state}`)));
    beforeAll(async () => {
      tenant = await open().tenant();
      ada = personOf(tenant.company, "ada");
    });
    /** Each test with answers of its own alone. */
    beforeEach(async () => {
      for (const { id } of await verified((store) => store.serving(100))) await end(id, "withdrawn");
    });

    it("keeps an answer once, and finds it by its approval and its document", async () => {
      expect(await verified((store) => store.any())).toBe(false);
      const answer = await sample();
      await Promise.all([keep(answer), keep(answer), keep(answer)]);
      expect(await find(answer.id)).toEqual(served(answer));
      expect(await verified((store) => store.ofApproval(answer.approvalId))).toEqual(served(answer));
      expect(await verified((store) => store.any())).toBe(true);
      const among = (now: Date, ...documents: DocumentId[]) =>
        verified((store) => store.among(documents, now));
      expect(await among(new Date(), newId<DocumentId>(), answer.documentId)).toEqual([served(answer)]);
      expect(await among(new Date(), newId<DocumentId>())).toEqual([]);
      expect(await among(answer.expiresAt, answer.documentId)).toEqual([]);
      expect(await find(newId<VerifiedAnswerId>())).toBeNull();
      expect(await verified((store) => store.ofApproval(newId<ApprovalId>()))).toBeNull();
      expect(await eventsOf(answer.id)).toEqual(["knowledge.verified"]);
    });

    it("takes the next approval for the one before, and never an earlier one again", async () => {
      const first = await kept();
      const { approvalId } = await sample();
      const second: Kept = {
        ...first,
        approvalId,
        answer: { ...first.answer, text: "Press the button." },
        documentId: newId<DocumentId>(),
        approvedAt: new Date(first.approvedAt.getTime() + 1_000),
        expiresAt: new Date(first.expiresAt.getTime() + day),
      };
      expect(await end(first.id, "questioned")).toBe(true);
      await keep(first);
      expect(await find(first.id)).toMatchObject({ state: "questioned" });
      await keep(second);
      expect(await find(first.id)).toEqual(served(second));
      await keep(first);
      expect(await find(first.id)).toEqual(served(second));
      expect(await eventsOf(first.id)).toEqual([
        "knowledge.verified",
        "knowledge.questioned",
        "knowledge.verified",
      ]);
    });

    it("serves no more what is questioned or withdrawn, also where its approval is carried out again", async () => {
      const answer = await kept();
      expect(await end(answer.id, "questioned")).toBe(true);
      expect(await end(answer.id, "questioned")).toBe(false);
      expect(await verified((store) => store.any())).toBe(false);
      expect(await verified((store) => store.among([answer.documentId], new Date()))).toEqual([]);
      expect(await end(answer.id, "withdrawn")).toBe(true);
      expect(await end(answer.id, "withdrawn")).toBe(false);
      expect(await end(answer.id, "questioned")).toBe(false);
      await keep(answer);
      expect(await find(answer.id)).toEqual({ ...served(answer), state: "withdrawn" });
      expect(await verified((store) => store.serving(10))).toEqual([]);
    });

    it("questions what has expired, and what rests on a document that is gone or was changed", async () => {
      const source = async (file: string): Promise<{ documentId: DocumentId; contentHash: string }> => {
        const upload = sampleUpload(tenant.company, { name: file });
        await tenant.stores(async ({ documents }) => {
          await documents.register(upload, []);
          const hold = { id: upload.id, revision: 1, attempt: 1 };
          await documents.take(upload.id, 1, 10_000);
          await documents.stage(hold, 10_000, { title: file, warnings: [], passages: samplePassages("one") });
          await documents.publish(hold, []);
        });
        return { documentId: upload.id, contentHash: upload.contentHash };
      };
      const [stays, changes, goes] = [
        await source("stays.md"),
        await source("changes.md"),
        await source("goes.md"),
      ];
      const at = Date.now();
      const answers = [
        await kept({ sources: [stays], approvedAt: new Date(at) }),
        await kept({ sources: [stays, changes], approvedAt: new Date(at + 1) }),
        await kept({ sources: [goes], approvedAt: new Date(at + 2) }),
        await kept({ sources: [], approvedAt: new Date(at + 3), expiresAt: new Date(at + 2 * day) }),
      ];
      const strict = await source("strict.md");
      const own = await source("own.md");
      const guarded = await kept({
        sources: [strict],
        documentId: own.documentId,
        approvedAt: new Date(at + 4),
        expiresAt: new Date(at + 9 * day),
      });
      answers.push(guarded);
      const questionable = async (now = new Date(), limit = 10) =>
        (await verified((store) => store.questionable(now, limit))).map(({ id }) =>
          answers.findIndex((each) => each.id === id),
        );
      expect(await questionable()).toEqual([]);
      await tenant.stores(async ({ documents }) => {
        const upload = sampleUpload(tenant.company, { name: "changes.md", contentHash: "f".repeat(64) });
        await documents.register(upload, []);
        await documents.remove(goes.documentId, []);
      });
      expect(await questionable()).toEqual([2]);
      await tenant.stores(async ({ documents }) => {
        const hold = { id: changes.documentId, revision: 2, attempt: 1 };
        await documents.take(hold.id, 2, 10_000);
        await documents.stage(hold, 10_000, {
          title: "Changed",
          warnings: [],
          passages: samplePassages("two"),
        });
        await documents.publish(hold, []);
      });
      expect(await questionable()).toEqual([1, 2]);
      expect(await questionable(new Date(at + day + 60_000))).toEqual([0, 1, 2]);
      expect(await questionable(new Date(at + 3 * day))).toEqual([0, 1, 2, 3]);
      expect(await questionable(new Date(at + 3 * day), 2)).toEqual([0, 1]);
      expect((await verified((store) => store.serving(2))).map(({ id }) => id)).toEqual([
        answers[4]?.id,
        answers[3]?.id,
      ]);
      await tenant.stores(({ documents }) =>
        documents.register(
          sampleUpload(tenant.company, { name: "strict.md", sensitivity: "restricted" }),
          [],
        ),
      );
      expect(await questionable()).toEqual([1, 2, 4]);
    });
  });
}
