import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { BudgetLimits, Spender } from "../core/budgets/budget.ts";
import { type BudgetGuard, createBudgetGuard } from "../core/budgets/budget-guard.ts";
import { ExpertError } from "../core/errors.ts";
import type { SequencedTurnEvent } from "../core/inference/token-stream.ts";
import { newId } from "../core/ids.ts";
import { silentLogger } from "../core/logger.ts";
import type { ApiClient } from "../tests/support/api-client.ts";
import { departmentOf } from "../tests/support/sample-work.ts";
import { httpBench, type HttpBench } from "../tests/support/http-bench.ts";

interface Accepted {
  readonly turnId: string;
  readonly conversationId: string;
}

describe("the web bot", () => {
  let bench: HttpBench;
  let sam: ApiClient;
  const begin = async (change: Parameters<typeof httpBench>[0] = {}): Promise<void> => {
    bench = await httpBench(change);
    sam = await bench.signIn("sam");
  };
  afterEach(async () => {
    await bench.close();
  });
  const ask = (client: ApiClient, body: Record<string, unknown>) =>
    client.request<Accepted & { error: { code: string; remedy: string } }>("POST", "/turns", {
      question: "How do I start the pump?",
      ...body,
    });

  describe("takes a question in", () => {
    beforeEach(() => begin());

    it("shows it at once, and goes on in its conversation", async () => {
      const { status, body } = await ask(sam, {});
      expect(status).toBe(202);
      const turn = await sam.request<object>("GET", `/turns/${body.turnId}`);
      expect(turn).toMatchObject({ status: 200, body: { state: "received", reply: null } });
      const conversation = await sam.request("GET", `/conversations/${body.conversationId}`);
      expect(conversation).toMatchObject({
        status: 200,
        body: { conversation: { id: body.conversationId }, turns: [{ id: body.turnId }] },
      });
      const next = await ask(sam, { question: "And then?", conversationId: body.conversationId });
      expect(next).toMatchObject({ status: 202, body: { conversationId: body.conversationId } });
    });

    it("takes an event id for one person's own: another's question under it is another's", async () => {
      const vic = await bench.signIn("vic");
      const eventId = "event-0001";
      const [mine, again, other] = [
        await ask(sam, { eventId }),
        await ask(sam, { eventId }),
        await ask(vic, { eventId, question: "What is a valve?" }),
      ];
      expect(again.body).toEqual(mine.body);
      expect(other.status).toBe(202);
      expect(other.body.turnId).not.toBe(mine.body.turnId);
      expect(await sam.request("GET", `/turns/${other.body.turnId}`)).toMatchObject({ status: 404 });
      const changed = await ask(sam, { eventId, question: "What is a boiler?" });
      expect(changed).toMatchObject({
        status: 409,
        body: { error: { code: "conflict", remedy: expect.any(String) as unknown } },
      });
    });
  });

  it("says when to ask again where too many questions wait", async () => {
    const full = new ExpertError("rate_limited", "Too many questions arrive at once.", {
      remedy: "Wait a few seconds.",
      facts: { retryAfterSeconds: 5 },
    });
    await begin({
      change: { inbox: { receive: () => Promise.reject(full), receiveEvent: () => Promise.reject(full) } },
    });
    const response = await fetch(`${bench.url}/v1/turns`, {
      method: "POST",
      headers: { cookie: sam.cookie, "content-type": "application/json" },
      body: JSON.stringify({ question: "How do I start the pump?" }),
    });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "5"]);
  });

  describe("within a budget", () => {
    const limits = {
      requestsPerMinute: null,
      requestsPerDay: null,
      tokensPerMinute: null,
      tokensPerDay: null,
    };
    const now = new Date("2026-11-20T11:48:30.500Z");
    const post = (headers: Record<string, string> = {}) =>
      fetch(`${bench.url}/v1/turns`, {
        method: "POST",
        headers: { cookie: sam.cookie, "content-type": "application/json", ...headers },
        body: JSON.stringify({ question: "How do I start the pump?" }),
      });
    const told = ({ headers }: Response) =>
      ["limit", "remaining", "reset", "resource"].map((name) => headers.get(`x-ratelimit-${name}`));
    /** A company with these limits, which has asked once. */
    const beginWith = async (change: Partial<BudgetLimits> | null): Promise<void> => {
      const clock = { now: () => now };
      let guard: BudgetGuard | null = null;
      const budgets = { standings: async (spender: Spender) => (await guard?.standings(spender)) ?? [] };
      await begin({ change: { budgets, clock } });
      guard = createBudgetGuard({ database: bench.database, clock, logger: silentLogger });
      const { tenantId } = bench.company;
      const spender = { tenantId, departmentId: null, userId: null };
      await bench.database.withTenant(tenantId, async (stores) => {
        const audit = { event: "budget.changed", status: "success", userId: null } as const;
        if (change) await stores.budgets.set({ kind: "tenant" }, { ...limits, ...change }, audit);
        await stores.budgets.reserve({ spender, requests: 1, tokens: 40, at: now });
      });
    };

    it("says in headers how the tightest limit stands", async () => {
      await beginWith({ requestsPerMinute: 10, requestsPerDay: 2 });
      const response = await post();
      expect(response.status).toBe(202);
      // 00:00 in Bangkok is 17:00 UTC.
      expect(told(response)).toEqual(["2", "1", "18690", "requests-per-day"]);
    });

    it("refuses where no request is left, with the time", async () => {
      await beginWith({ requestsPerMinute: 1, tokensPerDay: 40 });
      const response = await post({ accept: "text/event-stream" });
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "30"]);
      expect(told(response)).toEqual(["1", "0", "30", "requests-per-minute"]);
      expect(await response.json()).toMatchObject({
        error: {
          code: "budget_exhausted",
          message: "The company's budget of the language model for this minute is used up.",
          remedy: "Written answers again in 30 s.",
          facts: { scope: "tenant", metric: "requests", window: "minute", limit: 1, retryAfterMs: 29_500 },
        },
      });
      expect(bench.database.tables(bench.company.tenantId).inbox.size).toBe(0);
    });

    it("knows a question again that was taken in while requests were left", async () => {
      await beginWith({ requestsPerDay: 2 });
      const eventId = "event-0001";
      const first = await ask(sam, { eventId });
      const { tenantId } = bench.company;
      const spender = { tenantId, departmentId: null, userId: null };
      await bench.database.withTenant(tenantId, ({ budgets }) =>
        budgets.reserve({ spender, requests: 1, tokens: 0, at: now }),
      );
      expect((await ask(sam, {})).status).toBe(429);
      expect(await ask(sam, { eventId })).toEqual(first);
      expect((await ask(sam, { question: " ?" })).body).toMatchObject({ error: { code: "question_empty" } });
      const departmentId = departmentOf(bench.company, "finance");
      expect((await ask(sam, { departmentId })).body.error.code).toBe("department_unknown");
    });

    it("takes a question in where tokens alone are used up: the passages answer it", async () => {
      await beginWith({ tokensPerDay: 40 });
      const response = await post();
      expect(response.status).toBe(202);
      expect(told(response)).toEqual(["40", "0", "18690", "tokens-per-day"]);
    });

    it("says nothing where there is none", async () => {
      await beginWith(null);
      const response = await post();
      expect([response.status, ...told(response)]).toEqual([202, null, null, null, null]);
    });
  });

  describe("streams", () => {
    /** Sends one event and then fails. */
    const failing = (error: Error) => ({
      change: {
        tokens: {
          publish: () => undefined,
          async *subscribe(): AsyncGenerator<SequencedTurnEvent> {
            yield { sequence: 1, event: { kind: "state", state: "routed" } };
            throw error;
          },
          close: () => Promise.resolve(),
        },
      },
    });
    const events = async (path: string, init: RequestInit): Promise<readonly [string, unknown][]> => {
      const response = await fetch(`${bench.url}/v1${path}`, {
        ...init,
        headers: { cookie: sam.cookie, accept: "text/event-stream", "content-type": "application/json" },
      });
      expect(response.status).toBe(200);
      const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
      return blocks.map((block) => {
        const lines = new Map(
          block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]),
        );
        return [lines.get("event") ?? "", JSON.parse(lines.get("data") ?? "null") as unknown];
      });
    };

    it("tells as its last event what went wrong after it had begun", async () => {
      const remedy = "Try again in a moment.";
      await begin(failing(new ExpertError("database_unavailable", "The database is away.", { remedy })));
      const question = JSON.stringify({ question: "How do I start the pump?" });
      const told = await events("/turns", { method: "POST", body: question });
      expect(told.map(([name]) => name)).toEqual(["accepted", "state", "error"]);
      expect(told[2]?.[1]).toEqual({
        kind: "error",
        code: "database_unavailable",
        message: "The database is away.",
        remedy,
      });
      const { turnId } = told[0]?.[1] as Accepted;
      const watched = await events(`/turns/${turnId}/events`, {});
      expect(watched.map(([name]) => name)).toEqual(["state", "error"]);
    });

    it("says nothing of an unknown fault but that there was one, and logs it", async () => {
      await begin(failing(new TypeError("secret insides")));
      const { body } = await ask(sam, {});
      const told = await events(`/turns/${body.turnId}/events`, {});
      expect(told[1]?.[1]).toMatchObject({ code: "internal", remedy: expect.any(String) as unknown });
      expect(JSON.stringify(told)).not.toContain("secret insides");
      expect(bench.logged.filter(({ level }) => level === "error")).toHaveLength(1);
    });

    it("answers what goes wrong before it begins like any request", async () => {
      await begin();
      const { status, body } = await sam.request("GET", `/turns/${newId()}/events`);
      expect({ status, code: body.error.code }).toEqual({ status: 404, code: "not_found" });
    });
  });
});
