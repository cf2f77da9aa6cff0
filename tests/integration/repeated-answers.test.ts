import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { TurnView } from "../../bots/http/contract/conversation.ts";
import type { ApiClient } from "../support/api-client.ts";
import { type JoinedProduct, joinProduct } from "../support/joined-product.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { departmentOf, until } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const question = "How do I start the pump?";
const manual = (key: string): string =>
  `# Pump manual\n\n## Start\n\nTo start the pump, open the inlet valve and turn the ${key} key.\n`;

const stepOf = ({ event, status }: { readonly event: string; readonly status: string }): string =>
  `${event} ${status}`;

/** The whole product over HTTP, with a local model server. */
describe("a question asked again", () => {
  let models: ModelServer;
  let product: JoinedProduct;
  let sam: ApiClient;
  let ada: ApiClient;
  let operations: string;
  let owner: pg.Client;
  beforeAll(async () => {
    models = await startModelServer();
    product = await joinProduct({
      MODEL_BASE_URL: models.baseUrl,
      MODEL_NAME: "quoter",
      EMBEDDING_MODEL: "words",
    });
    owner = new pg.Client({ connectionString: product.database.ownerUrl });
    await owner.connect();
    const company = await product.company("again");
    await product.company("other");
    operations = departmentOf(company, "operations");
    ada = await product.signIn("ada@again.example");
    sam = await product.signIn("sam@again.example");
    expect((await ada.upload("pump.md", manual("green"), operations)).state).toBe("ready");
    await until("the manual is found", async () => (await ask(ada)).state === "answered");
  }, 240_000);
  afterAll(async () => {
    expect(models.violations).toEqual([]);
    await owner.end();
    await product.close();
    await models.close();
  });
  let before: number;
  let embedded: number;
  beforeEach(() => {
    before = models.chats.length;
    embedded = models.embeddings.length;
  });
  const calls = (): number => models.chats.length - before;
  const ask = (client: ApiClient, text = question): Promise<TurnView> =>
    client.ask(text, { departmentId: operations });
  const audited = async ({ id }: TurnView) => {
    const { rows } = await owner.query<{ event: string; status: string; metadata: { cached?: boolean } }>(
      "select event, status, metadata from audit_events where resource_id = $1 and event <> 'chat.delivery'",
      [id],
    );
    return rows;
  };

  it("is answered by one call, in the same words, and both stand in the audit trail", async () => {
    const first = await ask(sam);
    const second = await ask(sam, ` ${question}  `);
    expect(calls()).toBe(1);
    expect(second).toMatchObject({ state: "answered", failure: null });
    expect(second.id).not.toBe(first.id);
    expect({ ...second.reply, turnId: "" }).toEqual({ ...first.reply, turnId: "" });
    const [one, two] = [await audited(first), await audited(second)];
    expect(two.map(stepOf).toSorted()).toEqual(one.map(stepOf).toSorted());
    expect(one.filter(({ metadata }) => metadata.cached === true)).toEqual([]);
    expect(two.filter(({ metadata }) => metadata.cached === true)).toMatchObject([
      { event: "tool.invocation", status: "success" },
    ]);
    // The very text of the first was embedded before, by Ada's question.
    expect(models.embeddings.length - embedded).toBe(0);
  });

  it("is answered anew for somebody with other access", async () => {
    const fay = await product.signIn("fay@again.example");
    const theirs = await ask(fay);
    expect(theirs.state).toBe("answered");
    expect(calls()).toBe(1);
  });

  it("is answered anew once it was called wrong, by whoever it was given to", async () => {
    const again = await ask(sam);
    expect(calls()).toBe(0);
    const given = await sam.request("PUT", `/turns/${again.id}/feedback`, { verdict: "down", reason: null });
    expect(given.status).toBeLessThan(300);
    await ask(sam);
    await ask(sam);
    expect(calls()).toBe(2);
  });

  it("is answered anew, from what stands there now, once a document has changed", async () => {
    const other = "Which key starts the pump?";
    const first = await ask(sam, other);
    await ask(sam, other);
    expect(calls()).toBe(1);
    expect(first.reply).toMatchObject({ kind: "answer", text: expect.stringContaining("green key") });
    expect((await ada.upload("pump.md", manual("red"), operations)).state).toBe("ready");
    await until("the change is found", async () => {
      const { reply } = await ask(sam, other);
      return reply?.kind === "answer" && reply.text.includes("red key");
    });
    expect(calls()).toBeGreaterThan(1);
  });
});
