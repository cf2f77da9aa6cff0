import { beforeEach, describe, expect, it } from "@jest/globals";
import { answerText, draftOf, quoteBest, type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import { departmentOf, pause, personOf, until } from "../../tests/support/sample-work.ts";
import type { Answerer, DraftInput } from "../answering/draft.ts";
import { ExpertError } from "../errors.ts";
import { createPeople } from "../identity/directory.ts";
import type { TurnId } from "../ids.ts";
import { replyTexts } from "./reply-texts.ts";
import type { TurnPorts } from "./run-turn.ts";
import type { TurnState } from "./turn.ts";

const steps = ["received", "routed", "retrieved", "drafted", "checked"] as const;
const away = new ExpertError("model_unavailable", "The model is away.");

describe("runTurn", () => {
  let bench: TurnBench;
  beforeEach(async () => {
    bench = await turnBench();
  });
  const states = (): readonly string[] =>
    bench.events.flatMap((event) => (event.kind === "state" ? [event.state] : []));
  const streamed = (): string =>
    bench.events.flatMap((event) => (event.kind === "text" ? [event.text] : [])).join("");
  const finished = async (
    change: Parameters<TurnBench["receive"]>[0] = {},
    ports: Partial<TurnPorts> = {},
  ) => {
    const { id } = await bench.receive(change);
    await bench.run(id, ports);
    return bench.row(id);
  };
  /** Runs until the commit after which the turn is in this state, and stops there as a crash would. */
  const crashIn = async (id: TurnId, state: TurnState, ports: Partial<TurnPorts> = {}): Promise<void> => {
    const crash = new ExpertError("database_unavailable", "the process is gone");
    await bench
      .run(id, {
        ...ports,
        database: {
          withTenant: (tenant, work) =>
            bench.database.withTenant(tenant, (stores) =>
              work({
                ...stores,
                turns: {
                  ...stores.turns,
                  extend: async () => ({ cancelRequested: false }),
                  async take(...input) {
                    const turn = await stores.turns.take(...input);
                    if (state === "received") throw crash;
                    return turn;
                  },
                  async advance(turn, step) {
                    const result = await stores.turns.advance(turn, step);
                    if (step.to === state) throw crash;
                    return result;
                  },
                },
              }),
            ),
        },
      })
      .catch((error: unknown) => {
        if (error !== crash) throw error;
      });
    await pause(80);
  };

  it("answers from the documents, streaming states and text, and delivers once", async () => {
    const { id } = await bench.receive();
    await bench.run(id);
    expect(bench.row(id)).toMatchObject({ state: "answered", failure: null });
    expect(bench.row(id).reply).toMatchObject({ kind: "answer", turnId: id, answeredBy: "extractive" });
    expect(states()).toEqual(["routed", "retrieved", "drafted", "checked"]);
    expect(streamed()).toBe(answerText);
    expect(bench.deliveries.map(({ message }) => message)).toEqual([
      { kind: "reply", turnId: id, reply: bench.row(id).reply },
    ]);
    expect(bench.audited(id)).toEqual([
      "chat.request started",
      "search.query started",
      "search.query success",
      "tool.invocation started",
      "tool.invocation success",
      "chat.response started",
      "chat.response success",
    ]);
  });

  it("says that nothing was found, with what came nearest", async () => {
    const turn = await finished({ question: "Who won the chess tournament in Reykjavik?" });
    expect(turn).toMatchObject({ state: "not_found", reply: { kind: "not_found" } });
    expect(turn.reply?.text).toContain(replyTexts.en.nextSteps);
  });

  it("does nothing with a turn that is finished, held by another, or unknown", async () => {
    const { id } = await bench.receive();
    await bench.database.withTenant(bench.company.tenantId, ({ turns }) => turns.take(id, 600_000));
    await bench.run(id);
    expect(bench.row(id).state).toBe("received");
    const done = await finished();
    await bench.run(done.id);
    expect(bench.deliveries).toHaveLength(1);
    await bench.run("00000000-0000-7000-8000-000000000000" as TurnId);
    expect(bench.deliveries).toHaveLength(1);
  });

  it.each(steps)("goes on in another process from “%s”, repeating no step before it", async (state) => {
    let drafted = 0;
    const quoting: Answerer = (input, onText) => {
      drafted += 1;
      return quoteBest(input, onText);
    };
    const { id } = await bench.receive();
    await crashIn(id, state, { quoting });
    expect(bench.row(id).state).toBe(state);
    const searched = bench.searches.length;
    await bench.run(id, { quoting });
    expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 2 });
    expect(bench.row(id).reply?.text).toContain("inlet valve");
    expect(bench.deliveries).toHaveLength(1);
    expect(drafted).toBe(1);
    const mustSearch = state === "received" || state === "routed" ? 1 : 0;
    expect(bench.searches.length - searched).toBe(mustSearch);
    const audited = bench.audited(id);
    expect(new Set(audited).size).toBe(audited.length);
  });

  it("uses no passage that was withdrawn from the asker between two attempts", async () => {
    const { id } = await bench.receive();
    await crashIn(id, "retrieved");
    const [row] = bench.database.tables(bench.company.tenantId).documents.values();
    if (!row) throw new Error("there is no document");
    row.document = { ...row.document, sensitivity: "restricted" };
    await bench.run(id);
    expect(bench.row(id).state).toBe("not_found");
    expect(JSON.stringify(bench.row(id).reply)).not.toContain("inlet valve");
  });

  describe("with a model", () => {
    const model =
      (
        work: (input: DraftInput, onText: (text: string) => void) => Promise<void> = async () => undefined,
      ): Answerer =>
      async (input, onText) => {
        await work(input, onText);
        return draftOf(input.result.hits[0]?.passage, onText, "test-model");
      };

    it("names the model that answered", async () => {
      const turn = await finished({}, { model: model() });
      expect(turn.reply).toMatchObject({ kind: "answer", answeredBy: "test-model" });
      expect(turn.work).toMatchObject({ quotedInstead: false });
    });

    it.each(["model_unavailable", "model_timeout", "model_refused"] as const)(
      "quotes instead, and says so, where it fails before its first word: %s",
      async (code) => {
        const broken = model(() => Promise.reject(new ExpertError(code, "No.")));
        const turn = await finished({}, { model: broken });
        expect(turn.state).toBe("answered");
        expect(turn.reply).toMatchObject({ kind: "answer", answeredBy: "extractive" });
        expect(turn.reply?.text).toContain(replyTexts.en.quotedInstead);
      },
    );

    it("shows the place of who waits for the model until its first word, and keeps it nowhere", async () => {
      const busy = model(async ({ onWaiting }, onText) => {
        onWaiting?.(2);
        onWaiting?.(0);
        onText("To start ");
        onWaiting?.(7);
      });
      const { id } = await bench.receive();
      await bench.run(id, { model: busy });
      const shown = bench.events.filter(({ kind }) => kind !== "state");
      expect(shown.slice(0, 3)).toEqual([
        { kind: "waiting", place: 2 },
        { kind: "waiting", place: 0 },
        { kind: "text", text: "To start " },
      ]);
      expect(shown.filter(({ kind }) => kind === "waiting")).toHaveLength(2);
      expect(JSON.stringify(bench.row(id))).not.toContain('place":2');
    });

    it("fails with its message where the model breaks after its first words", async () => {
      const broken = model(async (_input, onText) => {
        onText("To start ");
        throw away;
      });
      const turn = await finished({}, { model: broken });
      const failure = {
        code: "model_unavailable",
        message: "The model is away.",
        remedy: replyTexts.en.tryAgain,
      };
      expect(turn).toMatchObject({ state: "failed", reply: null, failure });
      expect(bench.deliveries[0]?.message).toMatchObject({ kind: "failure", code: "model_unavailable" });
      expect(streamed()).toBe("To start ");
    });

    it("fails with the product's own words where something unforeseen happens", async () => {
      const turn = await finished(
        {},
        { model: model(() => Promise.reject(new TypeError("x is undefined"))) },
      );
      expect(turn).toMatchObject({
        state: "failed",
        failure: { code: "internal", message: replyTexts.en.failed, remedy: replyTexts.en.tryAgain },
      });
      expect(JSON.stringify(turn.failure)).not.toContain("undefined");
    });

    it("answers in the asker's language where it fails, too", async () => {
      const { id, payload } = await bench.receive({ question: "เริ่มเดินปั๊มอย่างไร" });
      Object.assign(payload, { language: "th" });
      await bench.run(id, { quoting: () => Promise.reject(new Error("x")) });
      const { failed: message, tryAgain: remedy } = replyTexts.th;
      expect(bench.row(id).failure).toEqual({ code: "internal", message, remedy });
      const known = await bench.receive();
      Object.assign(known.payload, { language: "th" });
      const full = new ExpertError("storage_unavailable", "The disk is away.", { remedy: "Mount it." });
      await bench.run(known.id, { quoting: () => Promise.reject(full) });
      expect(bench.row(known.id).failure).toEqual({ code: "storage_unavailable", message, remedy });
    });

    it("gives the model the thread, and searches for the follow-up with the thread's words", async () => {
      const first = await bench.receive({ question: "How do I start the pump?" });
      await bench.run(first.id);
      let seen: DraftInput | undefined;
      await finished(
        { question: "And how do I stop it?", conversationId: first.payload.conversationId },
        {
          model: model(async (input) => {
            seen = input;
          }),
        },
      );
      expect(seen?.question).toBe("And how do I stop it?");
      expect(seen?.history).toEqual([
        { question: "How do I start the pump?", answer: bench.row(first.id).reply?.text },
      ]);
      expect(seen?.standaloneQuestion).toMatch(/stop.*pump/);
      expect(bench.searches.at(-1)).toBe(seen?.standaloneQuestion);
    });

    it("embeds a question once, also where it searches twice", async () => {
      const embedded: string[] = [];
      const embed = async (texts: readonly string[]) => {
        embedded.push(...texts);
        return texts.map(() => new Float32Array([1, 0]));
      };
      const turn = await finished({ userId: personOf(bench.company, "ada") }, { embedder: { embed } });
      expect(turn.state).toBe("answered");
      expect(bench.searches).toHaveLength(2);
      expect(embedded).toEqual(["How do I start the pump?"]);
    });

    it.each([
      ["no department stands out", "ada", "Qwertz zyxwv?"],
      ["there is only one to read", "sam", "How do I start the pump?"],
    ] as const)("searches once where %s", async (_why, person, question) => {
      await finished({ userId: personOf(bench.company, person), question });
      expect(bench.searches).toHaveLength(1);
    });

    it("searches by words alone where the embedding model is away", async () => {
      const turn = await finished({}, { embedder: { embed: () => Promise.reject(away) } });
      expect(turn.state).toBe("answered");
    });
  });

  describe("stopped by its asker", () => {
    const stop = (id: TurnId): Promise<boolean> =>
      bench.database.withTenant(bench.company.tenantId, ({ conversations }) =>
        conversations.requestCancel(personOf(bench.company, "sam"), id),
      );
    const isStopped = (id: TurnId): void => {
      expect(bench.row(id)).toMatchObject({
        state: "cancelled",
        reply: null,
        failure: { code: "cancelled", message: replyTexts.en.stopped },
      });
      expect(bench.deliveries.map(({ message }) => message.kind)).toEqual(["failure"]);
    };

    it("ends before any work where nobody had taken it yet", async () => {
      const { id } = await bench.receive();
      await stop(id);
      await bench.run(id);
      isStopped(id);
      expect(bench.searches).toEqual([]);
    });

    it.each(["received", "routed", "retrieved"] as const)("ends at the step after “%s”", async (state) => {
      const { id } = await bench.receive();
      await crashIn(id, state);
      await stop(id);
      await bench.run(id);
      isStopped(id);
      expect(streamed()).toBe("");
    });

    it("ends in the middle of a draft", async () => {
      const { id } = await bench.receive();
      const slow: Answerer = async ({ signal, result }, onText) => {
        onText("To ");
        await stop(id);
        await until("the draft is told to stop", async () => signal.aborted);
        signal.throwIfAborted();
        return draftOf(result.hits[0]?.passage, onText);
      };
      await bench.run(id, { model: slow });
      isStopped(id);
    });

    it("ends one that waits for the model, and tells no place any more", async () => {
      const { id } = await bench.receive();
      const waiting: Answerer = async ({ signal, onWaiting, result }, onText) => {
        await stop(id);
        await until("the call is told to stop", async () => signal.aborted);
        onWaiting?.(1);
        signal.throwIfAborted();
        return draftOf(result.hits[0]?.passage, onText);
      };
      await bench.run(id, { model: waiting });
      isStopped(id);
      expect(bench.events.filter(({ kind }) => kind === "waiting")).toEqual([]);
    });

    it("ends after a draft that did not listen", async () => {
      const { id } = await bench.receive();
      await bench.run(id, {
        quoting: async (input, onText) => {
          await stop(id);
          return quoteBest(input, onText);
        },
      });
      isStopped(id);
    });
  });

  it("leaves a turn that another took over to that one", async () => {
    const { id } = await bench.receive();
    const overtaken: Answerer = async (input, onText) => {
      bench.row(id).leaseUntil = 0;
      await bench.run(id);
      return quoteBest(input, onText);
    };
    await bench.run(id, { quoting: overtaken });
    expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 2 });
    expect(bench.deliveries).toHaveLength(1);
  });

  it("finds nothing in a department that the asker may not read", async () => {
    const { id, payload } = await bench.receive();
    Object.assign(payload, { departmentId: departmentOf(bench.company, "finance") });
    await bench.run(id);
    expect(bench.row(id).state).toBe("not_found");
  });

  it("fails for somebody who was switched off meanwhile", async () => {
    const { members } = bench.database.tables(bench.company.tenantId);
    const questions = [await bench.receive(), await bench.receive()] as const;
    Object.assign(questions[1].payload, { language: "th" });
    members.delete(questions[0].userId);
    for (const { id, payload } of questions) {
      await bench.run(id, { people: createPeople({ database: bench.database }) });
      const { switchedOff: message, askAdministrator: remedy } = replyTexts[payload.language];
      const failure = { code: "forbidden", message, remedy };
      expect(bench.row(id)).toMatchObject({ state: "failed", failure });
    }
  });

  it("gives up a turn that never ends, with a message", async () => {
    const { id } = await bench.receive();
    await crashIn(id, "received");
    for (let attempt = 2; attempt <= 6; attempt += 1) {
      expect(bench.row(id).state).toBe("received");
      bench.row(id).leaseUntil = 0;
      if (attempt <= 5) await crashIn(id, "received");
      else await bench.run(id);
    }
    const { failed: message, tryAgain: remedy } = replyTexts.en;
    expect(bench.row(id)).toMatchObject({ state: "failed", failure: { code: "internal", message, remedy } });
    expect(bench.deliveries).toHaveLength(1);
  });
});
