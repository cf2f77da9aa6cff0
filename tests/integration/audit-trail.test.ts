import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { verifyChain } from "../../core/audit/verify-chain.ts";
import type { ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { settledDocument, type ApiClient } from "../support/api-client.ts";
import { joinProduct, type JoinedProduct } from "../support/joined-product.ts";
import { departmentOf, pause, until } from "../support/sample-work.ts";

jest.setTimeout(180_000);

interface EventView {
  readonly event: string;
  readonly status: string;
  readonly userId: string | null;
  readonly resourceId: string | null;
  readonly metadata: Record<string, unknown>;
}

/** What the trail tells of things that people do, in order, through the API. */
describe("the audit trail of a working product", () => {
  let product: JoinedProduct;
  let company: ProvisionedCompany;
  let ada: ApiClient;
  beforeAll(async () => {
    product = await joinProduct();
    company = await product.company("small");
    ada = await product.signIn("ada@small.example");
  });
  afterAll(async () => {
    await product.close();
  });
  const trail = async (): Promise<readonly EventView[]> => {
    const { body } = await ada.request<{ items: EventView[] }>("GET", "/audit?limit=100");
    return body.items.toReversed();
  };
  const about = async (id: string): Promise<readonly string[]> =>
    (await trail())
      .filter(({ resourceId }) => resourceId === id)
      .map(({ event, status }) => `${event} ${status}`);

  it("tells of a question from its request to its delivery", async () => {
    const turn = await ada.ask("How do I start the pump?");
    // Looked for in the rows: each look at the trail itself stands in it.
    await until("it is delivered", async () => {
      const { items } = await product.parts.database.withTenant(company.tenantId, ({ audit }) =>
        audit.list({ cursor: null, limit: 20 }),
      );
      return items.some(({ event, resourceId }) => event === "chat.delivery" && resourceId === turn.id);
    });
    expect(await about(turn.id)).toEqual([
      "chat.request started",
      "search.query started",
      "search.query success",
      "tool.invocation started",
      "tool.invocation success",
      "chat.response started",
      "chat.response success",
      "chat.delivery success",
    ]);
    const conversation = `/conversations/${turn.conversationId}`;
    await ada.request("PUT", `/turns/${turn.id}/feedback`, { verdict: "down", reason: "secret words" });
    await ada.request("PATCH", conversation, { title: "Pump" });
    await ada.request("DELETE", conversation);
    await ada.request("POST", `${conversation}/restore`);
    expect((await about(turn.id)).at(-1)).toBe("chat.feedback success");
    expect(await about(turn.conversationId)).toEqual([
      "conversation.renamed success",
      "conversation.deleted success",
      "conversation.restored success",
    ]);
  });

  it("tells of a document from its upload to its removal", async () => {
    const document = await ada.upload(
      "pump.md",
      "# Pump\n\nOpen the valve.\n",
      departmentOf(company, "operations"),
    );
    await ada.request("GET", `/documents/${document.id}/passages`);
    await ada.request("DELETE", `/documents/${document.id}`);
    expect(await about(document.id)).toEqual([
      "doc.upload success",
      "doc.ingestion started",
      "doc.ingestion success",
      "doc.access success",
      "doc.deleted success",
    ]);
  });

  it("tells of a document that could not be read", async () => {
    const form = new FormData();
    form.set("departmentId", departmentOf(company, "operations"));
    form.set("file", new Blob([Buffer.from("89504e470d0a1a0a0000", "hex")]), "scan.png");
    const { body } = await ada.request<{ document: { id: string } }>("POST", "/documents", form);
    const document = await settledDocument(ada, body.document.id);
    expect(document).toMatchObject({ state: "failed", failure: { remedy: expect.any(String) as unknown } });
    expect(await about(document.id)).toEqual([
      "doc.upload success",
      "doc.ingestion started",
      "doc.ingestion error",
    ]);
  });

  it("tells of an upload under the name of a document that the person may not replace", async () => {
    const send = (who: ApiClient, sensitivity: string, text: string) => {
      const form = new FormData();
      form.set("departmentId", departmentOf(company, "operations"));
      form.set("sensitivity", sensitivity);
      form.set("file", new Blob([text]), "salaries.md");
      return who.request<{ error: { code: string }; document: { id: string } }>("POST", "/documents", form);
    };
    const first = await send(ada, "restricted", "# Salaries\n\nSecret.");
    expect(first.status).toBe(202);
    await settledDocument(ada, first.body.document.id);
    const sam = await product.signIn("sam@small.example");
    const { status, body } = await send(sam, "public", "# Salaries\n\nMine.");
    expect({ status, code: body.error.code }).toEqual({ status: 403, code: "forbidden" });
    const events = (await trail()).slice(-4).map(({ event, status: how }) => `${event} ${how}`);
    expect(events).toEqual(expect.arrayContaining(["doc.upload error", "policy.denied denied"]));
  });

  it("tells of signing in and out, of refusals, and of its own reading", async () => {
    const sam = await product.signIn("sam@small.example");
    await sam.request("GET", "/audit");
    await sam.request("DELETE", "/session");
    const stranger = await fetch(`${product.url}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "eve@small.example" }),
    });
    expect(stranger.status).toBe(401);
    const events = (await trail()).map(({ event, status }) => `${event} ${status}`);
    for (const expected of [
      "auth.login success",
      "policy.denied denied",
      "auth.logout success",
      "auth.denied denied",
      "admin.audit_read success",
    ]) {
      expect(events).toContain(expected);
    }
  });

  it("holds no words of questions, answers or reasons", async () => {
    const text = JSON.stringify(await trail());
    expect(text).not.toContain("start the pump");
    expect(text).not.toContain("Open the valve");
    expect(text).not.toContain("secret words");
  });

  it("is sealed by itself after the last event, and holds", async () => {
    const unsealed = () =>
      product.parts.database.withTenant(company.tenantId, ({ audit }) => audit.unsealed());
    for (let round = 0; round < 3; round += 1) {
      await ada.request("GET", "/audit?limit=1");
      await until("it is sealed", async () => (await unsealed()).events === 0, 60_000);
      await pause(100 * round);
    }
    const report = await product.parts.database.withTenant(company.tenantId, ({ audit }) =>
      verifyChain(audit.sealed()),
    );
    expect(report).toMatchObject({ intact: true, faults: [] });
    expect(report.events).toBeGreaterThan(20);
  });
});
