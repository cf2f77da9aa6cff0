import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { departmentOf, personOf, type SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import type { ModelCall } from "../inference/model-call.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "../inference/model-gateway.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { BudgetLimits } from "./budget.ts";
import { type BudgetGuard, createBudgetGuard } from "./budget-guard.ts";
import { createBudgetedGateway } from "./budgeted-gateway.ts";
import type { UsageRecord } from "./usage.ts";

const done: ModelEvent = { kind: "done", finish: "stop", promptTokens: 30, completionTokens: 12 };
const yes: ModelEvent = { kind: "text", text: "Yes, it is so." };

describe("a gateway within budgets", () => {
  let now: Date;
  let company: SampleCompany;
  let database: FakeDatabase;
  let guard: BudgetGuard;
  let gateway: ModelGateway;
  let noted: UsageRecord[];
  let warnings: string[];
  let script: () => AsyncIterable<ModelEvent>;
  let sent: number;
  let received: GenerateRequest | null;
  let embeds: () => Promise<readonly Float32Array[]>;
  let trips: number;
  const says = (...events: readonly (ModelEvent | Error)[]) =>
    async function* (): AsyncGenerator<ModelEvent> {
      for (const event of events) {
        if (received?.signal?.aborted === true) throw new ExpertError("cancelled", "no");
        if (event instanceof Error) throw event;
        yield event;
      }
    };

  beforeEach(() => {
    now = new Date("2026-11-20T11:48:00Z");
    [noted, warnings, sent, trips, received] = [[], [], 0, 0, null];
    [script, embeds] = [says(yes, done), () => Promise.resolve([new Float32Array(2)])];
    database = createFakeDatabase(() => now.getTime());
    company = database.provision(smallCompany());
    const clock = { now: () => now };
    const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
    guard = createBudgetGuard({
      clock,
      logger,
      database: {
        withTenant: (tenant, work) => {
          trips += 1;
          return database.withTenant(tenant, work);
        },
      },
    });
    gateway = createBudgetedGateway({
      clock,
      budgets: guard,
      usage: { note: (_, record) => noted.push(record) },
      gateway: {
        chatModel: "small",
        embeddingModel: "vectors",
        visionModel: "eyes",
        generate: (asked) => {
          sent += 1;
          received = asked;
          return script();
        },
        embed: () => {
          sent += 1;
          return embeds();
        },
      },
    });
  });
  const callOf = (change: Partial<ModelCall> = {}): ModelCall => ({
    tenantId: company.tenantId,
    userId: personOf(company, "sam"),
    departmentId: departmentOf(company, "operations"),
    urgency: "interactive",
    ...change,
  });
  const limit = (limits: Partial<BudgetLimits>) =>
    database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.set(
        { kind: "tenant" },
        {
          requestsPerMinute: null,
          requestsPerDay: null,
          tokensPerMinute: null,
          tokensPerDay: null,
          ...limits,
        },
        { event: "budget.changed", status: "success", userId: null },
      ),
    );
  const remaining = async (): Promise<readonly number[]> => {
    await guard.close();
    const standings = await guard.standings(callOf());
    return standings.map((standing) => standing.remaining);
  };
  const request = (change: Partial<GenerateRequest> = {}): GenerateRequest => ({
    messages: [{ role: "user", content: "Is it so?" }],
    maxTokens: 100,
    temperature: 0,
    call: callOf(),
    ...change,
  });
  const readAll = async (events: AsyncIterable<ModelEvent>): Promise<void> => {
    for await (const event of events) expect(event).toBeDefined();
  };
  const ask = (change?: Partial<GenerateRequest>) => readAll(gateway.generate(request(change)));

  it("puts prompt and longest answer aside, and charges what the server has counted", async () => {
    await limit({ tokensPerDay: 1_000 });
    const events = gateway.generate(request())[Symbol.asyncIterator]();
    await events.next();
    // A hundred before the prompt, five around the message, four of its text, and a hundred of the answer.
    expect(await remaining()).toEqual([791]);
    while ((await events.next()).done !== true);
    expect(await remaining()).toEqual([958]);
    expect(noted).toEqual([
      {
        id: expect.any(String),
        at: now,
        departmentId: departmentOf(company, "operations"),
        userId: personOf(company, "sam"),
        urgency: "interactive",
        kind: "chat",
        model: "small",
        outcome: "done",
        promptTokens: 30,
        completionTokens: 12,
        counted: true,
      },
    ]);
  });

  it("refuses before anything is sent, with the limit and the time", async () => {
    await limit({ requestsPerDay: 1 });
    await ask();
    await expect(ask()).rejects.toMatchObject({
      code: "budget_exhausted",
      message: "The company's budget of the language model for today is used up.",
      remedy: "Written answers again after 00:00, in 5 h 12 min.",
      facts: { scope: "tenant", metric: "requests", window: "day", limit: 1, retryAfterMs: 18_720_000 },
    });
    expect(sent).toBe(1);
    expect(noted.map(({ outcome, promptTokens }) => [outcome, promptTokens])).toEqual([
      ["done", 30],
      ["refused", 0],
    ]);
  });

  it("estimates what was streamed where the reader leaves or the server does not count", async () => {
    await limit({ tokensPerDay: 1_000 });
    for await (const event of gateway.generate(request())) if (event.kind === "text") break;
    expect(await remaining()).toEqual([988]);
    script = says(yes, { ...done, promptTokens: null, completionTokens: null, model: "other" });
    await ask();
    expect(await remaining()).toEqual([976]);
    script = says(yes, new ExpertError("model_unavailable", "gone"));
    await expect(ask()).rejects.toMatchObject({ code: "model_unavailable" });
    expect(noted.map(({ outcome, counted, model }) => [outcome, counted, model])).toEqual([
      ["stopped", false, "small"],
      ["done", false, "other"],
      ["failed", false, "small"],
    ]);
  });

  it("charges a request and no tokens where no word came, and the prompt where its asker has stopped it", async () => {
    await limit({ tokensPerDay: 1_000, requestsPerDay: 10 });
    for (const code of ["model_unavailable", "cancelled"] as const) {
      script = says(new ExpertError(code, "no"));
      await expect(ask()).rejects.toMatchObject({ code });
    }
    await expect(ask({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    // Five around the message, and three of its text.
    expect(await remaining()).toEqual([7, 992]);
    expect(noted.map(({ outcome, promptTokens }) => [outcome, promptTokens])).toEqual([
      ["failed", 0],
      ["stopped", 8],
      ["stopped", 0],
    ]);
  });

  it("charges no prompt that was still in line when it was stopped", async () => {
    await limit({ tokensPerDay: 1_000 });
    const places: number[] = [];
    const waitAndStop = (ms: number) =>
      async function* (): AsyncGenerator<ModelEvent> {
        received?.onWaiting?.(4);
        now = new Date(now.getTime() + ms);
        yield* says(new ExpertError("cancelled", "no"))();
      };
    for (const ms of [1_000, 3_000]) {
      script = waitAndStop(ms);
      await expect(ask({ onWaiting: (place) => places.push(place) })).rejects.toMatchObject({
        code: "cancelled",
      });
    }
    expect(noted.map(({ promptTokens }) => promptTokens)).toEqual([0, 8]);
    expect(await remaining()).toEqual([992]);
    expect(places).toEqual([4, 4]);
  });

  it("makes the answer shorter where less is left, down to a useful length", async () => {
    const before = 100 + 5 + 4;
    const long = { maxTokens: 900 };
    await limit({ tokensPerDay: before + 600, tokensPerMinute: before + 400 });
    await ask(long);
    expect(received?.maxTokens).toBe(400);
    await limit({ tokensPerDay: before + 250 + 42 });
    await ask(long);
    expect(received?.maxTokens).toBe(250);
    await expect(ask(long)).rejects.toMatchObject({
      code: "budget_exhausted",
      message: "The company's budget of the language model for today is used up.",
    });
    await ask({ maxTokens: 20 });
    expect(received?.maxTokens).toBe(20);
    expect(noted.map(({ outcome }) => outcome)).toEqual(["done", "done", "refused", "done"]);
  });

  it("says that waiting does not help where the whole limit is too small", async () => {
    await limit({ tokensPerMinute: 300 });
    await expect(ask({ maxTokens: 900 })).rejects.toMatchObject({
      code: "budget_exhausted",
      message: "The company's budget of the language model for a minute is too small for this question.",
      remedy: "An admin can raise it.",
      facts: { tooSmall: true, limit: 300 },
    });
  });

  it("counts the tokens of an embedding and no request", async () => {
    await limit({ tokensPerDay: 10, requestsPerDay: 1 });
    const embed = () => gateway.embed(["How is it so?"], undefined, callOf());
    await embed();
    await embed();
    await expect(embed()).rejects.toMatchObject({ code: "budget_exhausted", facts: { metric: "tokens" } });
    expect(await remaining()).toEqual([2, 1]);
    embeds = () => Promise.reject(new ExpertError("model_timeout", "slow"));
    await expect(gateway.embed(["No."], undefined, callOf())).rejects.toMatchObject({
      code: "model_timeout",
    });
    expect(await remaining()).toEqual([2, 1]);
    expect(noted.map(({ outcome, kind, model }) => `${kind} ${model} ${outcome}`)).toEqual([
      "embedding vectors done",
      "embedding vectors done",
      "embedding vectors refused",
      "embedding vectors failed",
    ]);
  });

  it("records batches without a limit, and leaves calls in nobody's name alone", async () => {
    await limit({ requestsPerDay: 0, tokensPerDay: 0 });
    await ask({ call: callOf({ urgency: "batch" }) });
    await gateway.embed(["one"], undefined, callOf({ urgency: "batch" }));
    const { call: _, ...nobodys } = request();
    await readAll(gateway.generate(nobodys));
    await gateway.embed(["one"]);
    await gateway.embed([], undefined, callOf());
    expect(noted.map(({ urgency, kind }) => [urgency, kind])).toEqual([
      ["batch", "chat"],
      ["batch", "embedding"],
    ]);
  });

  it("names the model that sees, and counts its pictures", async () => {
    await limit({ tokensPerDay: 20_000 });
    const picture = { mediaType: "image/png", base64: "AAAA" } as const;
    script = says(yes, { ...done, promptTokens: null });
    await ask({ messages: [{ role: "user", content: "See?", images: [picture] }] });
    expect(noted[0]).toMatchObject({ model: "eyes", promptTokens: 1_507, counted: false });
  });

  it("asks the database once in ten seconds where there is no budget", async () => {
    for (let time = 0; time < 5; time += 1) await ask();
    expect(trips).toBe(1);
    await limit({ requestsPerDay: 0 });
    await ask();
    now = new Date(now.getTime() + 10_000);
    await expect(ask()).rejects.toMatchObject({ code: "budget_exhausted" });
    expect(trips).toBe(3);
  });

  it("asks no more where no budget is the asker's", async () => {
    await database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.set(
        { kind: "department", departmentId: departmentOf(company, "finance") },
        { requestsPerMinute: 0, requestsPerDay: null, tokensPerMinute: null, tokensPerDay: null },
        { event: "budget.changed", status: "success", userId: null },
      ),
    );
    await ask();
    await ask();
    expect(trips).toBe(1);
  });

  it("refuses while nobody can say what is left, but not where there was no budget", async () => {
    await ask();
    now = new Date(now.getTime() + 10_000);
    database.breakDown("budgets");
    await ask();
    await ask();
    database.breakDown();
    await limit({ requestsPerDay: 5 });
    now = new Date(now.getTime() + 10_000);
    const events = gateway.generate(request())[Symbol.asyncIterator]();
    await events.next();
    database.breakDown("budgets");
    await expect(ask()).rejects.toMatchObject({ code: "database_unavailable" });
    while ((await events.next()).done !== true);
    await guard.close();
    expect(warnings).toEqual(["a budget stays charged with what was put aside"]);
  });
});
