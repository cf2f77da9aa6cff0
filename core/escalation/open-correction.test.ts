import { beforeEach, describe, expect, it } from "@jest/globals";
import { directThread } from "../../tests/support/approval-bench.ts";
import { both, type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { withdrawAnswer } from "../approvals/act.ts";
import type { Approval } from "../approvals/approval.ts";
import { noteId } from "../delivery/write-notes.ts";
import type { TurnId } from "../ids.ts";
import type { Escalation } from "./escalation.ts";
import { type AnswerAuthor, takeAnswer } from "./take-answer.ts";

const stranger: AnswerAuthor = { userId: null, name: "Ben", email: "ben@vendor.example" };

describe("other words for an answer that was sent", () => {
  let bench: OutsideBench;
  let escalation: Escalation;
  let own: Approval;
  const ada = (): AnswerAuthor => ({
    userId: personOf(bench.company, "ada"),
    name: "Ada Admin",
    email: "ada@small.example",
  });
  const take = (text: string, by: AnswerAuthor): Promise<void> =>
    takeAnswer(bench.outside, bench.company.tenantId, { escalation, text, by });
  const corrections = (): Promise<readonly Approval[]> =>
    Promise.all(
      [...bench.database.tables(bench.company.tenantId).approvals.values()]
        .filter(({ reviewOf }) => reviewOf !== null)
        .map(({ id }) => bench.find(id)),
    );
  const replyOf = async (id: TurnId) =>
    (await bench.database.withTenant(bench.company.tenantId, ({ threads }) => threads.turn(id)))?.reply;
  /** What the thread was told of answers: the note, and whether it takes the place of the first. */
  const told = ({ id, threadKey }: Pick<Approval, "id" | "threadKey">) =>
    bench.database
      .tables(bench.company.tenantId)
      .outbox.filter(({ delivery }) => delivery.threadKey === threadKey)
      .flatMap(({ delivery: { message } }): { readonly text: string | null; readonly inPlace: boolean }[] => {
        if (message.kind !== "note") return [];
        const { note, replaces } = message;
        const inPlace = replaces === noteId({ about: id, which: "answer" });
        if (note.kind === "answer_verified") return [{ text: note.reply.text, inPlace }];
        return note.kind === "answer_withdrawn" ? [{ text: null, inPlace }] : [];
      });
  const undo = async (approvalId: Approval["id"]): Promise<void> => {
    await withdrawAnswer(bench.ports, { identity: await bench.identity("ada"), approvalId });
  };

  beforeEach(async () => {
    bench = await outsideBench(both, { required_for: "all" });
    await bench.seen("ada");
    own = await bench.asked();
    await bench.decide(own.id, "ada", { kind: "approve" });
    own = await bench.find(own.id);
    const raised = await bench.raise({ turnId: own.turnId });
    if (!raised) throw new Error("nothing was escalated");
    escalation = raised;
  });

  it("take its place at once where their writer may decide, in the thread and as knowledge, once", async () => {
    await take("Turn it twice.", ada());
    await take("Turn it twice.", ada());
    await take("Turn it twice.", stranger);
    const [correction, ...more] = await corrections();
    expect(more).toEqual([]);
    expect(correction).toMatchObject({ state: "corrected", why: "resolved", turnId: own.turnId });
    expect(told(own)).toEqual([
      { text: own.answer?.text, inPlace: false },
      { text: "Turn it twice.", inPlace: true },
    ]);
    expect(await replyOf(own.turnId)).toMatchObject({
      text: "Turn it twice.",
      verified: { approvalId: correction?.id, corrects: true },
    });
    expect(bench.learned).toEqual([`learn ${own.id}`, `learn ${String(correction?.id)}`]);
  });

  it("wait for those who decide where anybody else writes them, and what was sent stands meanwhile", async () => {
    await take("Turn it twice.", stranger);
    await take("Turn it twice.", stranger);
    const [correction, ...more] = await corrections();
    expect(more).toEqual([]);
    expect(correction).toMatchObject({ state: "pending", answer: { text: "Turn it twice." }, revision: 1 });
    expect(bench.notes(directThread("ada")).at(-1)).toMatchObject({
      kind: "approval_card",
      approvalId: correction?.id,
    });
    expect(await replyOf(own.turnId)).toMatchObject({ text: own.answer?.text });
    expect(bench.learned).toEqual([`learn ${own.id}`]);
    if (!correction) throw new Error("nothing waits");
    await bench.decide(correction.id, "ada", { kind: "approve" });
    expect(told(own).at(-1)).toEqual({ text: "Turn it twice.", inPlace: true });
    expect(bench.learned.at(-1)).toBe(`learn ${correction.id}`);
  });

  it("change nothing where they are rejected, and are not asked about again", async () => {
    await take("Never turn it.", stranger);
    const [correction] = await corrections();
    if (!correction) throw new Error("nothing waits");
    await bench.decide(correction.id, "ada", { kind: "reject", reason: "Nonsense." });
    await take("Never turn it.", stranger);
    expect(await corrections()).toMatchObject([{ state: "rejected" }]);
    expect(told(own)).toHaveLength(1);
    expect(await replyOf(own.turnId)).toMatchObject({ text: own.answer?.text });
    expect(bench.learned).toEqual([`learn ${own.id}`]);
  });

  it("replace words that wait, and are replaced by later ones", async () => {
    await take("Turn it twice.", stranger);
    await take("Turn it three times.", stranger);
    expect(await corrections()).toMatchObject([{ answer: { text: "Turn it three times." }, revision: 2 }]);
    await take("Turn it four times.", ada());
    await take("Turn it five times.", ada());
    expect(told(own).map(({ text }) => text)).toEqual([
      own.answer?.text,
      "Turn it four times.",
      "Turn it five times.",
    ]);
    expect((await corrections()).map(({ state }) => state)).toEqual(["corrected", "corrected"]);
  });

  it("are taken back like any answer; the first answer is not, once it was corrected", async () => {
    await take("Turn it twice.", ada());
    const [correction] = await corrections();
    if (!correction) throw new Error("nothing was corrected");
    await undo(own.id);
    expect(await replyOf(own.turnId)).toMatchObject({ text: "Turn it twice." });
    expect(told(own)).toHaveLength(2);
    await undo(correction.id);
    expect(await replyOf(own.turnId)).toMatchObject({ kind: "not_found" });
    expect(told(own).at(-1)).toEqual({ text: null, inPlace: true });
  });

  it("follow an answer that was taken back", async () => {
    await undo(own.id);
    await take("Turn it twice.", ada());
    expect(told(own).map(({ text }) => text)).toEqual([own.answer?.text, null, "Turn it twice."]);
    const reply = await replyOf(own.turnId);
    expect(reply).toMatchObject({ text: "Turn it twice." });
    expect(reply).not.toMatchObject({ verified: { corrects: true } });
    expect(bench.learned.at(-1)).toMatch(/^learn /);
  });
});
