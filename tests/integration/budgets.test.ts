import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { BudgetLimits } from "../../core/budgets/budget.ts";
import type { ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import type { ApiClient } from "../support/api-client.ts";
import { type JoinedProduct, joinProduct } from "../support/joined-product.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { departmentOf, personOf, until } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const manual =
  "# Pump manual\n\n## Start\n\nTo start the pump, open the inlet valve and turn the green key.\n";
const plenty = 1_000_000;

/** The whole product over HTTP, with a local model server. */
describe("a company's budget", () => {
  let models: ModelServer;
  let product: JoinedProduct;
  let company: ProvisionedCompany;
  let sam: ApiClient;
  let operations: string;
  const limit = (limits: Partial<BudgetLimits>): Promise<void> =>
    product.parts.database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.set(
        { kind: "person", userId: null },
        {
          requestsPerMinute: null,
          requestsPerDay: null,
          tokensPerMinute: null,
          tokensPerDay: null,
          ...limits,
        },
        { event: "budget.changed", status: "success", userId: personOf(company, "ada") },
      ),
    );
  const ask = (question: string) => sam.ask(question, { departmentId: operations });
  const report = () => {
    const [from, to] = [new Date(Date.now() - 172_800_000), new Date(Date.now() + 172_800_000)];
    return product.parts.database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.report({ from, to, by: "model", departments: null, calls: "all" }),
    );
  };

  beforeAll(async () => {
    models = await startModelServer();
    product = await joinProduct({
      MODEL_BASE_URL: models.baseUrl,
      MODEL_NAME: "quoter",
      ANSWER_CACHE_MINUTES: "0",
      EMBEDDING_MODEL: "words",
    });
    company = await product.company("thrifty");
    operations = departmentOf(company, "operations");
    // Before anything is asked: what a company may is known for ten seconds.
    await limit({ tokensPerDay: plenty });
    const ada = await product.signIn("ada@thrifty.example");
    sam = await product.signIn("sam@thrifty.example");
    expect((await ada.upload("pump.md", manual, operations)).state).toBe("ready");
  }, 240_000);
  afterAll(async () => {
    await product.close();
    await models.close();
  });

  it("is charged what the server has counted", async () => {
    const answered = await ask("How do I start the pump?");
    expect(answered.reply).toMatchObject({ kind: "answer", answeredBy: "quoter" });
    const spender = {
      tenantId: company.tenantId,
      userId: personOf(company, "sam"),
      departmentId: departmentOf(company, "operations"),
    };
    let left = plenty;
    await until("it is settled", async () => {
      const [standing] = (await product.parts.budgets?.standings(spender)) ?? [];
      left = standing?.remaining ?? 0;
      // Less than the longest answer alone was put aside.
      return plenty - left < 900;
    });
    expect(left).toBeLessThan(plenty);
  });

  it("answers with the passages where its tokens are too few for any question, and says who helps", async () => {
    await limit({ tokensPerDay: 1 });
    const before = models.chats.length;
    const answered = await ask("Which key do I turn to start the pump?");
    expect(answered.state).toBe("answered");
    expect(answered.reply).toMatchObject({ kind: "answer", answeredBy: "extractive" });
    expect(answered.reply?.text).toMatch(
      /_Your budget of the language model for a day is too small for this question\. These are the passages themselves\. An admin can raise it\._/,
    );
    expect(models.chats.length).toBe(before);
  });

  it("takes no question in once its requests are used up", async () => {
    await limit({ requestsPerDay: 1 });
    const response = await fetch(`${product.url}/v1/turns`, {
      method: "POST",
      headers: { cookie: sam.cookie, "content-type": "application/json" },
      body: JSON.stringify({ question: "How do I start the pump?" }),
    });
    expect(response.status).toBe(429);
    expect(response.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(response.headers.get("retry-after")).toBe(response.headers.get("x-ratelimit-reset"));
    expect(await response.json()).toMatchObject({ error: { code: "budget_exhausted" } });
  });

  it("knows what was asked of which model, what was refused, and what ingestion took", async () => {
    await until("the use is written", async () => (await report()).total.requests === 2);
    const { lines } = await report();
    const chats = lines.find(({ key }) => key === "quoter");
    expect(chats).toMatchObject({ requests: 2, refused: 1, estimated: 0 });
    expect(chats?.promptTokens).toBeGreaterThan(0);
    expect(lines.find(({ key }) => key === "words")?.promptTokens).toBeGreaterThan(0);
  });
});
