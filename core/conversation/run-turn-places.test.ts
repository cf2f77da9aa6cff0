import { beforeEach, describe, expect, it } from "@jest/globals";
import { draftExtractively } from "../answering/answer-extractively.ts";
import type { Answerer } from "../answering/draft.ts";
import { type ReadScope, type Sensitivity, storeScope } from "../identity/access.ts";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import { type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import { replyTexts } from "./reply-texts.ts";

const secret = "To start the pump after a trip, send the override code 7719 to the pump.";
const invoice = "Invoice limits: an invoice above 90,000 needs the signature of Fay.";
const quoting: Answerer = (input, onText) => {
  const draft = draftExtractively(input);
  onText(draft.text);
  return Promise.resolve(draft);
};

describe("a question in a place where others read along", () => {
  let bench: TurnBench;
  beforeEach(async () => {
    bench = await turnBench();
    await bench.addPassage({
      name: "override.md",
      title: "Override",
      text: secret,
      sensitivity: "confidential",
    });
    await bench.addPassage({ name: "invoice.md", title: "Invoices", text: invoice, department: "finance" });
  });

  const place = (...departments: (readonly ["operations" | "finance", Sensitivity])[]): ReadScope => ({
    departments: new Map(departments.map(([slug, label]) => [departmentOf(bench.company, slug), label])),
    principals: new Set(),
  });
  const ask = async (
    question: string,
    scope: ReadScope | null,
    change: { readonly person?: "ada" | "sam"; readonly department?: "operations" | "finance" } = {},
  ) => {
    const received = await bench.receive({
      question,
      channel: "slack",
      userId: personOf(bench.company, change.person ?? "sam"),
      ...(scope ? { shared: true, placeScope: storeScope(scope) } : {}),
    });
    if (change.department !== undefined)
      Object.assign(received.payload, { departmentId: departmentOf(bench.company, change.department) });
    await bench.run(received.id, { quoting });
    return bench.row(received.id);
  };
  const everything = (turn: Awaited<ReturnType<typeof ask>>): string =>
    JSON.stringify([turn.reply, bench.events, bench.deliveries]);

  it("is answered from what everyone there may read, and offers the asker more where they may read more", async () => {
    const turn = await ask("How do I start the pump?", place(["operations", "public"]));
    expect(turn.reply).toMatchObject({ kind: "answer", fuller: true });
    expect(turn.reply?.text).toContain("inlet valve");
    expect(everything(turn)).not.toMatch(/7719|Override/);
    expect(JSON.stringify(turn.work)).not.toMatch(/7719|Override/);
  });

  it("may be shown to everyone where the asker alone saw it and its department permits it", async () => {
    const alone = await ask("How do I start the pump?", null, { person: "ada" });
    expect(alone.reply).toMatchObject({ kind: "answer", shareable: true });
    const kept = await ask("Which invoice needs a signature?", null, { person: "ada" });
    expect(kept.reply?.kind).toBe("answer");
    expect(kept.reply).not.toHaveProperty("shareable");
    const seen = await ask("How do I start the pump?", place(["operations", "public"]));
    expect(seen.reply).not.toHaveProperty("shareable");
  });

  it("offers nothing where everyone there may read as much", async () => {
    const turn = await ask("How do I start the pump after a trip?", place(["operations", "restricted"]));
    expect(turn.reply).not.toHaveProperty("fuller");
    expect(turn.reply?.text).toContain("7719");
  });

  it("offers nothing where what is hidden from the others does not answer it", async () => {
    const turn = await ask("Who won the chess tournament in Reykjavik?", place(["operations", "public"]));
    expect(turn).toMatchObject({ state: "not_found" });
    expect(turn.reply).not.toHaveProperty("fuller");
    expect(turn.reply?.text).toContain("everyone here may read");
  });

  it("is not answered from a document that only some of them may read", async () => {
    const reader = `user:${personOf(bench.company, "sam")}`;
    await bench.addPassage({
      name: "key.md",
      title: "Key cabinet",
      text: "The green key of the boiler hangs in cabinet 4.",
      readers: [reader],
    });
    const question = "Where does the green key of the boiler hang?";
    const alone = await ask(question, null);
    expect(alone.reply?.text).toContain("cabinet 4");
    expect(alone.reply).not.toHaveProperty("fuller");
    const shared = await ask(question, place(["operations", "restricted"]));
    expect(JSON.stringify(shared.reply)).not.toContain("abinet");
    expect(shared.reply).toMatchObject({ fuller: true });
  });

  it("says so where a department was asked by name that not everyone there may read", async () => {
    const turn = await ask("Which invoice needs a signature?", place(["operations", "public"]), {
      person: "ada",
      department: "finance",
    });
    expect(turn.reply).toMatchObject({
      kind: "not_found",
      text: replyTexts.en.onlyForEveryone,
      nearest: [],
      fuller: true,
    });
    expect(everything(turn)).not.toMatch(/90,000|Fay|Invoices/);
  });

  it("is routed among the departments that everyone there may read", async () => {
    const turn = await ask("Which invoice needs a signature?", place(["operations", "public"]), {
      person: "ada",
    });
    expect(turn.departmentId).toBe(departmentOf(bench.company, "operations"));
    expect(turn.reply).toMatchObject({ kind: "not_found", fuller: true });
    expect(everything(turn)).not.toMatch(/90,000|Fay|Invoices/);
  });

  it("searches nothing where nobody is known to be there", async () => {
    const turn = await ask("How do I start the pump?", place());
    expect(turn.reply).toMatchObject({
      kind: "not_found",
      text: replyTexts.en.onlyForEveryone,
      fuller: true,
    });
  });

  it("reads no more than the place allows where the place narrows between two attempts", async () => {
    const received = await bench.receive({
      channel: "slack",
      placeScope: storeScope(place(["operations", "confidential"])),
    });
    const crash = new Error("gone");
    await bench.run(received.id, {
      quoting: () => {
        throw crash;
      },
      retryMs: [],
      follow: () => (event) => {
        if (event.kind === "state" && event.state === "retrieved") bench.row(received.id).attempts += 1;
      },
    });
    expect(bench.row(received.id).state).toBe("retrieved");
    Object.assign(received.payload, { placeScope: storeScope(place(["operations", "public"])) });
    bench.row(received.id).leaseUntil = 0;
    await bench.run(received.id, { quoting });
    expect(bench.row(received.id).state).toBe("answered");
    expect(JSON.stringify(bench.row(received.id).reply)).not.toContain("7719");
  });

  it("is followed once per attempt, with its address", async () => {
    const received = await bench.receive({ channel: "slack", address: { user: "U1", ts: "1.2" } });
    await bench.run(received.id);
    expect(bench.followed).toMatchObject([
      {
        id: received.id,
        attempt: 1,
        threadKey: received.payload.threadKey,
        address: { user: "U1", ts: "1.2" },
      },
    ]);
  });
});
