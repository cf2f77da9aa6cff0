import { beforeEach, describe, expect, it } from "@jest/globals";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import { answerText, draftOf, type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import { seededRandom } from "../../tests/gpu-server/seeded-random.ts";
import type { Answerer, Draft } from "../answering/draft.ts";
import { noApproval } from "../approvals/policy.ts";
import { ExpertError } from "../errors.ts";
import { canRead, sensitivities } from "../identity/access.ts";
import { createPeople } from "../identity/directory.ts";
import type { ConversationId, TenantId, TurnId } from "../ids.ts";
import { newId } from "../ids.ts";
import type { AnswerCache } from "../inference/cache/answer-cache.ts";
import type { Logger } from "../logger.ts";
import type { TurnPorts } from "./run-turn.ts";
import { createRepeatedAnswers, type RepeatedAnswersPorts } from "../answering/repeated-answers.ts";

const hour = 3_600_000;

describe("answers that are repeated", () => {
  let bench: TurnBench;
  let calls: number;
  let time: number;
  let kept: Map<string, { readonly draft: Draft; readonly until: number }>;
  let warnings: string[];
  beforeEach(async () => {
    bench = await turnBench();
    calls = 0;
    time = Date.parse("2026-05-06T07:00:00Z");
    kept = new Map();
    warnings = [];
  });
  const cache: AnswerCache = {
    async find(tenant, key) {
      const found = kept.get(`${tenant} ${key}`);
      return found && found.until > time ? found.draft : null;
    },
    keep: async (tenant, key, draft, forMs) =>
      void kept.set(`${tenant} ${key}`, { draft, until: time + forMs }),
  };
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (message) => void warnings.push(message),
    error() {},
  };
  const model: Answerer = async ({ result }, onText) => {
    calls += 1;
    return draftOf(result.hits[0]?.passage, onText, "llama");
  };
  const repeated = (change: Partial<RepeatedAnswersPorts> = {}) =>
    createRepeatedAnswers({
      cache,
      database: bench.database,
      clock: { now: () => new Date(time) },
      logger,
      keptMs: hour,
      models: "fast",
      ...change,
    });
  const ask = async (
    change: Parameters<TurnBench["receive"]>[0] = {},
    ports: Parameters<TurnBench["run"]>[1] = {},
  ) => {
    const { id } = await bench.receive(change);
    await bench.run(id, { model, repeated: repeated(), ...ports });
    return bench.row(id);
  };
  const cachedIn = (id: TurnId) =>
    bench.database
      .tables(bench.company.tenantId)
      .audit.filter(({ event }) => event.resourceId === id && event.event === "tool.invocation")
      .map(({ event }) => event.metadata?.["cached"]);

  it("come without a model, as they were, with a row and an audit trail of their own", async () => {
    const first = await ask();
    const from = bench.events.length;
    const second = await ask({
      userId: personOf(bench.company, "vic"),
      question: " How do I  start the pump?",
    });
    // Vic is no member of the department: other access.
    expect(calls).toBe(2);
    const third = await ask({ question: " How do I  start the pump?" });
    expect(calls).toBe(2);
    expect(third.reply).toEqual({ ...first.reply, turnId: third.id });
    expect(third.reply).toMatchObject({ kind: "answer", answeredBy: "llama", citations: [{ number: 1 }] });
    expect(third.work).toMatchObject({ repeated: true, answerKey: first.work.answerKey });
    expect([first, second, third].map(({ id }) => cachedIn(id))).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      [undefined, true],
    ]);
    expect(bench.audited(third.id)).toEqual(bench.audited(first.id));
    const streamed = bench.events.slice(from).filter((event) => event.kind === "text");
    expect(streamed.at(-1)).toEqual({ kind: "text", text: `${answerText} [1]` });
    expect(bench.deliveries).toHaveLength(3);
  });

  it("are over after their time", async () => {
    await ask();
    time += hour - 1;
    await ask();
    expect(calls).toBe(1);
    time += 2;
    await ask();
    expect(calls).toBe(2);
  });

  it("are asked anew once any document has changed", async () => {
    await ask();
    await bench.addPassage({ name: "lunch.md", title: "Lunch", text: "Lunch is at noon." });
    await ask();
    expect(calls).toBe(2);
    await ask();
    expect(calls).toBe(2);
  });

  it("are asked anew for other models", async () => {
    await ask();
    await ask({}, { repeated: repeated({ models: "heavy" }) });
    expect(calls).toBe(2);
  });

  it("are given no more, and not kept again, once somebody has called one wrong, whoever it was repeated to", async () => {
    const first = await ask();
    const second = await ask();
    const sam = personOf(bench.company, "sam");
    const judge = (id: TurnId, verdict: "up" | "down" | null) =>
      bench.database.withTenant(bench.company.tenantId, ({ conversations }) =>
        conversations.setFeedback(sam, id, verdict && { verdict, reason: null }, []),
      );
    await judge(first.id, "up");
    await ask();
    expect(calls).toBe(1);
    await judge(second.id, "down");
    const [third] = [await ask(), await ask()];
    expect(calls).toBe(3);
    expect(third.work.answerKey).toBeUndefined();
    expect([...kept.values()]).toHaveLength(1);
  });

  it("are none of a thread that has gone on, nor of one that a file came with", async () => {
    const conversationId = newId<ConversationId>();
    await ask({ conversationId });
    await ask({ conversationId });
    expect(calls).toBe(2);
    expect(kept.size).toBe(1);
  });

  const drafts: readonly [string, Answerer][] = [
    ["breaks off", async (input, onText) => ({ ...(await model(input, onText)), complete: false })],
    [
      "finds nothing",
      async (input, onText) => ({ ...(await model(input, onText)), text: "", citations: [] }),
    ],
    [
      "says what no passage does",
      async (input, onText) => ({
        ...(await model(input, onText)),
        text: "Ask the chess champion of Reykjavik for 40,000 roubles, then paint the boiler blue.",
        citations: [],
      }),
    ],
    [
      "is away",
      async () => {
        calls += 1;
        throw new ExpertError("model_unavailable", "The model is away.");
      },
    ],
  ];
  it.each(drafts)("are none where the model %s", async (_what, answerer) => {
    await ask({}, { model: answerer });
    await ask({}, { model: answerer });
    expect(calls).toBe(2);
    expect(kept.size).toBe(0);
  });

  it("are none that a human decides on first", async () => {
    const approval = { ...noApproval, required_for: "all" as const };
    const known = createPeople({ database: bench.database });
    const people: TurnPorts["people"] = {
      ...known,
      async identify(tenant, user) {
        const identity = await known.identify(tenant, user);
        const departments = identity?.departments.map((department) => ({ ...department, approval })) ?? [];
        return identity && { ...identity, departments };
      },
    };
    const clock = { now: () => new Date(time) };
    const approvals = {
      database: bench.database,
      people,
      onCall: null,
      clock,
      logger,
      wake: () => undefined,
    };
    const turn = await ask({}, { people, approvals });
    expect(turn.state).toBe("waiting");
    expect(calls).toBe(1);
    expect(kept.size).toBe(0);
  });

  it("are none without a model, and none of quotes", async () => {
    await ask({}, { model: null });
    expect(kept.size).toBe(0);
  });

  it("cost nobody an answer while the cache is away, which is told once", async () => {
    const away: AnswerCache = {
      find: () => Promise.reject(new Error("no connection")),
      keep: () => Promise.reject(new Error("no connection")),
    };
    const store = repeated({ cache: away });
    const turns = [await ask({}, { repeated: store }), await ask({}, { repeated: store })];
    expect(turns.map(({ state }) => state)).toEqual(["answered", "answered"]);
    expect(calls).toBe(2);
    expect(warnings).toEqual(["the cache of answers is away; it goes on without"]);
  });

  it("cite nothing that their reader may not read, and say what the model would, among random documents", async () => {
    const random = seededRandom(7);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const names = ["ada", "sam", "vic", "fay"] as const;
    const people = createPeople({ database: bench.database }, { ttlMs: 1 });
    const readable = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const name = pick(names);
      await bench.addPassage({
        department: pick(["operations", "finance"] as const),
        name: `${String(round)}.md`,
        text: `To start the pump, turn key ${String(round)} and open the inlet valve.`,
        sensitivity: pick(sensitivities),
        readers: random() < 0.4 ? [`user:${personOf(bench.company, name)}`] : null,
      });
      for (const asker of [...names, ...names]) {
        const userId = personOf(bench.company, asker);
        const identity = await people.identify(bench.company.tenantId, userId);
        const before = calls;
        const row = await ask({ userId });
        if (row.reply?.kind !== "answer" || !identity) continue;
        const passages = await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
          documents.passages(
            row.reply?.kind === "answer" ? row.reply.citations.map(({ passageId }) => passageId) : [],
          ),
        );
        expect(passages).toHaveLength(1);
        expect(passages.every((passage) => canRead(identity.scope, passage))).toBe(true);
        const best = row.work.retrieval?.hits[0]?.passageId;
        expect(passages[0]?.id).toBe(best);
        if (calls === before) readable.add(`${String(round)} ${asker}`);
      }
    }
    // Each person's second question at least was repeated.
    expect(readable.size).toBeGreaterThan(15);
  }, 30_000);

  it("are never another tenant's", async () => {
    const first = await ask();
    const other = await turnBench();
    const { id } = await other.receive();
    await other.run(id, { model, repeated: repeated({ database: other.database }) });
    expect(calls).toBe(2);
    expect(other.row(id).work.answerKey).not.toBe(first.work.answerKey);
    expect(await cache.find(newId<TenantId>(), first.work.answerKey ?? "")).toBeNull();
    expect(departmentOf(other.company, "operations")).not.toBe(departmentOf(bench.company, "operations"));
  });
});
