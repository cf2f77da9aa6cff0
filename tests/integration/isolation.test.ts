import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import type { TurnView } from "../../bots/http/contract/conversation.ts";
import type { DocumentView } from "../../bots/http/contract/knowledge.ts";
import type { ApiClient } from "../support/api-client.ts";
import { type JoinedProduct, joinProduct } from "../support/joined-product.ts";
import { departmentOf } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const question = "How do I start the pump?";
const manual = (secret: string): string =>
  `# Pump\n\nTo start the pump, open the valve and turn the key marked ${secret}.\n`;

interface Side {
  readonly company: ProvisionedCompany;
  readonly client: ApiClient;
  readonly secret: string;
  readonly document: DocumentView;
  readonly turn: TurnView;
}

/** Two companies of one shape, with the same people, file names and questions. */
describe("two companies at one API", () => {
  let product: JoinedProduct;
  let red: Side;
  let blue: Side;

  const begin = async (slug: string, secret: string): Promise<Omit<Side, "turn">> => {
    const company = await product.company(slug);
    const client = await product.signIn(`ada@${slug}.example`);
    const document = await client.upload("pump.md", manual(secret), departmentOf(company, "operations"));
    expect(document.state).toBe("ready");
    return { company, client, secret, document };
  };
  const asked = async (side: Omit<Side, "turn">): Promise<Side> => {
    const turn = await side.client.ask(question);
    await side.client.request("PUT", `/turns/${turn.id}/feedback`, { verdict: "up", reason: side.secret });
    return { ...side, turn };
  };
  beforeAll(async () => {
    product = await joinProduct();
    const sides = [await begin("red", "CRIMSON-7"), await begin("blue", "COBALT-9")] as const;
    red = await asked(sides[0]);
    blue = await asked(sides[1]);
  });
  afterAll(async () => {
    await product.close();
  });

  it("answers each from its own document", () => {
    for (const [mine, other] of [
      [red, blue],
      [blue, red],
    ] as const) {
      expect(mine.turn.reply?.text).toContain(mine.secret);
      expect(JSON.stringify(mine.turn)).not.toContain(other.secret);
      expect(mine.turn.reply?.kind === "answer" && mine.turn.reply.citations[0]?.documentId).toBe(
        mine.document.id,
      );
    }
  });

  it("shows in every list one's own alone", async () => {
    for (const [mine, other] of [
      [red, blue],
      [blue, red],
    ] as const) {
      for (const path of [
        "/documents",
        "/conversations",
        "/departments",
        "/audit?limit=100",
        "/session",
        `/documents/${mine.document.id}/passages`,
      ]) {
        const { status, body } = await mine.client.request<unknown>("GET", path);
        const text = JSON.stringify(body);
        expect(status).toBe(200);
        for (const trace of [
          other.secret,
          other.document.id,
          other.turn.id,
          other.turn.conversationId,
          other.company.tenantId,
          ...other.company.departments.values(),
          ...other.company.people.values(),
        ]) {
          expect({ path, found: text.includes(trace) }).toEqual({ path, found: false });
        }
      }
    }
  });

  it("treats the other's ids as unknown, whatever is done with them", async () => {
    const { document, turn, company } = blue;
    const conversation = `/conversations/${turn.conversationId}`;
    const attempts: readonly (readonly [string, string, unknown?])[] = [
      ["GET", `/documents/${document.id}`],
      ["GET", `/documents/${document.id}/passages`],
      ["GET", `/documents/${document.id}/file`],
      ["POST", `/documents/${document.id}/retry`],
      ["DELETE", `/documents/${document.id}`],
      ["GET", `/turns/${turn.id}`],
      ["GET", `/turns/${turn.id}/events`],
      ["POST", `/turns/${turn.id}/cancel`],
      ["PUT", `/turns/${turn.id}/feedback`, { verdict: "down", reason: null }],
      ["DELETE", `/turns/${turn.id}/feedback`],
      ["GET", conversation],
      ["PATCH", conversation, { title: "Mine" }],
      ["DELETE", conversation],
      ["POST", `${conversation}/restore`],
      ["POST", "/turns", { question, conversationId: turn.conversationId }],
      ["POST", "/turns", { question, departmentId: departmentOf(company, "operations") }],
    ];
    for (const [method, path, body] of attempts) {
      const answer = await red.client.request(method, path, body);
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 404 });
      expect(answer.body.error.remedy).toEqual(expect.any(String));
    }
    const after = await blue.client.request<TurnView>("GET", `/turns/${turn.id}`);
    expect(after.body).toMatchObject({ state: turn.state, feedback: { verdict: "up" } });
    expect((await blue.client.request("GET", `/documents/${document.id}`)).status).toBe(200);
  });

  it("finds nothing of the other in the index, whatever scope is claimed", async () => {
    const scope = {
      departments: new Map(
        [...red.company.departments.values(), ...blue.company.departments.values()].map(
          (id) => [id, "restricted"] as const,
        ),
      ),
      principals: new Set<string>(),
    };
    const result = await product.parts.index.search(red.company.tenantId, {
      text: "CRIMSON-7 COBALT-9 pump",
      scope,
      limit: 10,
    });
    expect(result.collectionSize).toBe(1);
    expect(result.hits.map(({ passage }) => passage.documentId)).toEqual([red.document.id]);
    expect(result.terms.every(({ passages }) => passages <= 1)).toBe(true);
  });

  it("does not take a session of one company for the other", async () => {
    const [name, token = ""] = red.client.cookie.split("=");
    const forged = token.replace(red.company.tenantId, blue.company.tenantId);
    expect(forged).not.toBe(token);
    const answer = await red.client.request("GET", "/documents", undefined, {
      cookie: `${name ?? ""}=${forged}`,
    });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: "unauthenticated" } } });
  });

  it("keeps the same file of both apart in the store", async () => {
    const shared = manual("THE-SAME");
    const [first, second] = await Promise.all(
      [red, blue].map(({ client, company }) =>
        client.upload("same.md", shared, departmentOf(company, "operations")),
      ),
    );
    await red.client.request("DELETE", `/documents/${first?.id ?? ""}`);
    const response = await fetch(`${product.url}/v1/documents/${second?.id ?? ""}/file`, {
      headers: { cookie: blue.client.cookie },
    });
    expect(await response.text()).toBe(shared);
  });
});
