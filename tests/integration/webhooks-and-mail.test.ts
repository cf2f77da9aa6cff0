import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { secretsContext } from "../../core/connections/connection.ts";
import { approvalPolicy } from "../../core/approvals/policy.ts";
import { type ConnectionId, newId } from "../../core/ids.ts";
import { signWebhook } from "../../core/webhooks/sign-webhook.ts";
import { type JoinedProduct, joinProduct } from "../support/joined-product.ts";
import { departmentOf, until } from "../support/sample-work.ts";
import { startSmtp, type TestSmtp } from "../support/smtp-server.ts";

jest.setTimeout(180_000);

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const site = "https://expert.example.com";

interface Taken {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Payload {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe("a question of the web whose answer an expert decides, told to an endpoint and by mail", () => {
  const taken: Taken[] = [];
  /** What the endpoint answers first. */
  let refusals = 0;
  const endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      refusals -= 1;
      response.writeHead(refusals >= 0 ? 503 : 200).end();
      const isKnown = taken.some(({ headers }) => headers["webhook-id"] === request.headers["webhook-id"]);
      // Told at least once: by its id an endpoint knows what it has been told before.
      if (refusals < 0 && !isKnown)
        taken.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    });
  });
  let smtp: TestSmtp;
  let product: JoinedProduct;
  let company: ProvisionedCompany;
  let owner: pg.Client;
  /** Has what was put off tried now, as if so long had passed. */
  const hurry = async (): Promise<void> => {
    const { rows } = await owner.query<{ subject: string }>(
      "update dispatches set next_attempt_at = now() where state = 'pending' and next_attempt_at > now() returning subject",
    );
    const { tenantId } = company;
    for (const { subject } of rows)
      await product.parts.queue.enqueue(
        "dispatch",
        { tenantId, subject },
        { key: `hurry-${subject}`, again: true },
      );
  };
  beforeAll(async () => {
    smtp = await startSmtp();
    await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
    product = await joinProduct({
      SMTP_URL: `smtp://127.0.0.1:${String(smtp.port)}`,
      MAIL_FROM: "The Expert <expert@acme.example>",
      PUBLIC_URL: site,
      WEBHOOK_ALLOW_PRIVATE: "127.0.0.1",
    });
    owner = new pg.Client({ connectionString: product.database.ownerUrl });
    await owner.connect();
    company = await product.company("small");
    const { database, secrets } = product.parts;
    const id = newId<ConnectionId>();
    const { port } = endpoint.address() as AddressInfo;
    await database.withTenant(company.tenantId, async ({ connections, members }) => {
      await members.setApprovalPolicy(
        departmentOf(company, "operations"),
        approvalPolicy.parse({ required_for: "all", ask_when_nothing_found: true }),
        [],
      );
      await connections.add(
        {
          id,
          kind: "webhook",
          name: "ours",
          settings: {
            url: `http://127.0.0.1:${String(port)}/in`,
            events: ["question.received", "approval.requested", "answer.sent"],
            with_text: true,
          },
          sealedSecrets: secrets.seal(JSON.stringify({ signing_secrets: [secret] }), secretsContext(id)),
          createdBy: null,
        },
        [],
      );
    });
  });
  afterAll(async () => {
    await owner.end();
    await product.close();
    await smtp.close();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  it("comes to each in its order and signed", async () => {
    refusals = 1;
    const sam = await product.signIn("sam@small.example");
    const { body: asked } = await sam.request<{ turnId: string }>("POST", "/turns", {
      question: "Where is the pump?",
      departmentId: departmentOf(company, "operations"),
    });
    const types = (): readonly string[] => taken.map(({ body }) => (JSON.parse(body) as Payload).type);
    await until("the endpoint was told", async () => {
      await hurry();
      return types().includes("approval.requested");
    });
    expect(types()).toEqual(["question.received", "approval.requested"]);
    for (const { headers, body } of taken) {
      const { id, data } = JSON.parse(body) as Payload;
      const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
      expect(headers).toMatchObject(signWebhook(id, at, body, [secret]));
      expect(data).toMatchObject({ turn_id: asked.turnId, question: "Where is the pump?" });
    }

    await until("Ada has mail", async () => smtp.taken.length > 0);
    const [card] = smtp.taken;
    expect(card?.to).toEqual(["ada@small.example"]);
    expect(card?.mail.text).toContain(`${site}/approvals/`);

    const ada = await product.signIn("ada@small.example");
    const [, approvalId = ""] = /approvals\/([0-9a-f-]{36})/.exec(card?.mail.text ?? "") ?? [];
    const decision = { kind: "correct", text: "Behind hall 3.", revision: 1 };
    const decided = await ada.request("POST", `/approvals/${approvalId}/decisions`, decision);
    expect(decided.status).toBe(200);
    const toSam = ({ to }: { readonly to: readonly string[] }): boolean => to.includes("sam@small.example");
    await until("Sam has mail", async () => smtp.taken.some(toSam));
    const answer = smtp.taken.find(toSam)?.mail;
    expect(answer?.subject).toBe("Your answer: Where is the pump?");
    expect(answer?.text).toContain("Behind hall 3.");
    await until("the endpoint has the answer", async () => types().includes("answer.sent"));
    const sent = taken
      .map(({ body }) => JSON.parse(body) as Payload)
      .find(({ type }) => type === "answer.sent");
    expect(sent?.data).toMatchObject({ turn_id: asked.turnId, channel: "web", answer: "Behind hall 3." });
  }, 180_000);
});
