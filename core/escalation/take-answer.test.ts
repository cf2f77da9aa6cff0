import { beforeEach, describe, expect, it } from "@jest/globals";
import { type OutsideBench, outsideBench, both } from "../../tests/support/outside-bench.ts";
import { directThread } from "../../tests/support/approval-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { carryOut } from "../approvals/carry-out.ts";
import type { Escalation } from "./escalation.ts";
import { type AnswerAuthor, takeAnswer } from "./take-answer.ts";

describe("an answer that was written elsewhere", () => {
  let bench: OutsideBench;
  let escalation: Escalation;
  const person = (name: "ada" | "sam" | "fay"): AnswerAuthor => ({
    userId: personOf(bench.company, name),
    name,
    email: `${name}@small.example`,
  });
  const stranger: AnswerAuthor = { userId: null, name: "Ben", email: "ben@vendor.example" };
  const take = (text: string, by: AnswerAuthor): Promise<void> =>
    takeAnswer(bench.outside, bench.company.tenantId, { escalation, text, by });
  const approval = async () => {
    const found = await bench.ofTurn(escalation.turnId);
    if (!found) throw new Error("there is no approval");
    return found;
  };
  const verified = () => bench.notes(escalation.threadKey).filter(({ kind }) => kind === "answer_verified");

  describe("of a question that nobody had to approve", () => {
    beforeEach(async () => {
      bench = await outsideBench();
      escalation = await bench.made();
    });

    it("is decided by whoever may decide, sent and learned; the same again changes nothing", async () => {
      await take("Turn it twice.", person("ada"));
      await take("  Turn it twice.\n", person("ada"));
      await take("Turn it twice.", stranger);
      expect(await approval()).toMatchObject({ state: "corrected", why: "resolved", revision: 2 });
      expect(verified()).toHaveLength(1);
      expect(bench.learned).toHaveLength(1);
    });

    it("is put before those who decide where anybody else writes it, once", async () => {
      await bench.seen("ada");
      await take("Turn it twice.", stranger);
      await take("Turn it twice.", stranger);
      expect(await approval()).toMatchObject({ state: "pending", revision: 1 });
      expect(bench.notes(directThread("ada"))).toHaveLength(1);
      await take("Turn it three times.", person("fay"));
      expect(await approval()).toMatchObject({ revision: 2, answer: { text: "Turn it three times." } });
    });

    it("is never decided by whoever asked the question", async () => {
      const asker: AnswerAuthor = { userId: escalation.askedBy, name: "the asker", email: null };
      await take("Turn it twice.", asker);
      expect(await approval()).toMatchObject({ state: "pending", decision: null });
    });

    it("corrects the answer that was sent without anybody's approval, and says so", async () => {
      await take("Turn it twice.", person("ada"));
      expect(verified()).toMatchObject([
        { reply: { text: "Turn it twice.", verified: { by: "Ada Admin", corrects: true } } },
      ]);
      // Carried out once more after the reply was kept, it is told the same.
      const { id } = await approval();
      await carryOut(bench.ports, bench.company.tenantId, await bench.find(id));
      const turn = await bench.database.withTenant(bench.company.tenantId, ({ threads }) =>
        threads.turn(escalation.turnId),
      );
      expect(turn?.reply).toMatchObject({
        text: "Turn it twice.",
        verified: { corrects: true },
      });
    });

    it.each([["  \n "], ["x".repeat(12_001)]])(
      "throws where there are no words, or too many",
      async (text) => {
        await expect(take(text, stranger)).rejects.toMatchObject({ code: "invalid_input" });
        expect(await bench.ofTurn(escalation.turnId)).toBeNull();
      },
    );
  });

  describe("of a question that waits for approval", () => {
    beforeEach(async () => {
      bench = await outsideBench(both, { required_for: "all" });
      await bench.seen("ada");
      const { turnId } = await bench.asked();
      const raised = await bench.raise({ turnId });
      if (!raised) throw new Error("nothing was escalated");
      escalation = raised;
    });

    it("corrects the draft where its writer may decide", async () => {
      await take("Turn it twice.", person("ada"));
      expect(await approval()).toMatchObject({
        state: "corrected",
        answer: { text: "Turn it twice.", citations: [] },
      });
      expect(verified()).toHaveLength(1);
    });

    it("takes the place of the draft where its writer may not", async () => {
      await take("Turn it twice.", stranger);
      expect(await approval()).toMatchObject({ state: "pending", answer: { text: "Turn it twice." } });
      const { id } = await approval();
      await bench.decide(id, "ada", { kind: "approve" });
      expect(verified()).toHaveLength(1);
    });

    it("is put before them again after the draft was rejected", async () => {
      const { id } = await approval();
      await bench.decide(id, "ada", { kind: "reject", reason: null });
      await take("Turn it twice.", stranger);
      expect(await approval()).toMatchObject({ state: "pending", answer: { text: "Turn it twice." } });
    });

    it("is sent after the draft was rejected where its writer may decide", async () => {
      const { id } = await approval();
      await bench.decide(id, "ada", { kind: "reject", reason: null });
      await take("Turn it twice.", person("ada"));
      expect(await approval()).toMatchObject({ state: "corrected", answer: { text: "Turn it twice." } });
      expect(verified()).toHaveLength(1);
    });

    it("is proposed where its writer would have to sign in first", async () => {
      bench = await outsideBench(both, { required_for: "all", sign_in_within: "1h" });
      const { turnId } = await bench.asked();
      const raised = await bench.raise({ turnId });
      if (!raised) throw new Error("nothing was escalated");
      escalation = raised;
      await take("Turn it twice.", person("ada"));
      expect(await approval()).toMatchObject({ state: "pending", answer: { text: "Turn it twice." } });
    });
  });
});
