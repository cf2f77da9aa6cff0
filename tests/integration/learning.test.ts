import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { workplace } from "../../bots/cli/cli.fixture.ts";
import { decide } from "../../core/approvals/decide.ts";
import { withdrawAnswer } from "../../core/approvals/act.ts";
import { mayBeVerified } from "../../core/approvals/verified-document.ts";
import type { Approval } from "../../core/approvals/approval.ts";
import type { DepartmentId, TenantId, TurnId, UserId } from "../../core/ids.ts";
import type { ApiClient } from "../support/api-client.ts";
import { type JoinedProduct, joinProduct } from "../support/joined-product.ts";
import { until } from "../support/sample-work.ts";

const manual = `# Pump manual

## Start

To start the pump, open the inlet valve and turn the green key.
`;

const commandsMs = 180_000;

jest.setTimeout(120_000);

describe("what experts approve, in the joined product", () => {
  let product: JoinedProduct;
  let tenant: TenantId;
  let operations: DepartmentId;
  let people: ReadonlyMap<string, UserId>;
  let ada: ApiClient;
  let vic: ApiClient;
  let sam: ApiClient;
  beforeAll(async () => {
    product = await joinProduct();
    const company = await product.company("learning");
    tenant = company.tenantId;
    people = company.people;
    const department = company.departments.get("operations");
    if (!department) throw new Error("there is no such department");
    operations = department;
    [ada, vic, sam] = [
      await product.signIn("ada@learning.example"),
      await product.signIn("vic@learning.example"),
      await product.signIn("sam@learning.example"),
    ];
    await ada.upload("pump.md", manual, operations);
    await product.parts.database.withTenant(tenant, ({ members }) =>
      members.setApprovalPolicy(operations, { required_for: "all" }, []),
    );
    product.parts.people.forget(tenant);
  }, 180_000);
  afterAll(async () => {
    await product.close();
  });

  const adaNow = async () => {
    const identity = await product.parts.people.identify(
      tenant,
      people.get("ada@learning.example") as UserId,
    );
    if (!identity) throw new Error("there is no Ada");
    return identity;
  };
  const waiting = async (client: ApiClient, question: string): Promise<Approval> => {
    const { body } = await client.request<{ turnId: TurnId }>("POST", "/turns", { question });
    let approval: Approval | null = null;
    await until("it waits for an expert", async () => {
      approval = await product.parts.database.withTenant(tenant, ({ approvals }) =>
        approvals.ofTurn(body.turnId),
      );
      return approval !== null;
    });
    return approval as unknown as Approval;
  };
  const approve = async ({ id, revision }: Pick<Approval, "id" | "revision">): Promise<void> => {
    const identity = await adaNow();
    await decide(product.parts.approvals, {
      identity,
      approvalId: id,
      decision: { kind: "approve" },
      revision,
    });
  };
  const verifiedHits = async (text: string) => {
    const { scope } = await adaNow();
    const { hits } = await product.parts.index.search(tenant, { text, scope, limit: 8 });
    return hits.filter(({ passage }) => mayBeVerified(passage.title));
  };
  const found = (text: string, wanted = true): Promise<void> =>
    until("it is as found as wanted", async () => (await verifiedHits(text)).length > 0 === wanted);
  const question = "How do I start the pump?";
  let first: Approval;

  it("is found soon, and answers the next who asks in other words without a human", async () => {
    first = await waiting(vic, question);
    await approve(first);
    await found(question);
    const turn = await sam.ask("Could you tell me how to start the pump, please?");
    expect(turn).toMatchObject({
      state: "answered",
      reply: {
        kind: "answer",
        verified: { approvalId: first.id, by: "Ada Admin", known: true },
        confidence: { level: "high", reasons: [{ code: "verified_before" }] },
      },
    });
    expect(turn.reply?.kind === "answer" && turn.reply.citations[0]?.title).toBe("Pump manual");
  });

  it("is no document among those that people list", async () => {
    const { body } = await ada.request<{ documents: readonly { name: string }[] }>("GET", "/documents");
    expect(JSON.stringify(body)).toContain("pump.md");
    expect(JSON.stringify(body)).not.toContain("verified/");
  });

  it(
    "is asked again of the documents alone, as the regression set",
    async () => {
      const place = await workplace();
      const settings = {
        DATABASE_URL: product.database.appUrl,
        DATABASE_OWNER_URL: product.database.ownerUrl,
      };
      try {
        const told = await place.run(["eval", "--approved", "--json"], { settings });
        expect(told).toMatchObject({ code: 0 });
        expect(JSON.parse(told.stdout)).toMatchObject({
          tenant: "learning",
          counts: { same: 1, other: 0, withheld: 0, not_found: 0 },
          answers: [{ question, outcome: "same", as: "asker" }],
        });
        const shown = await place.run(["eval", "--approved"], { settings });
        expect(shown.stdout).toContain("1 approved answer asked again: same words 1");
      } finally {
        await place.remove();
      }
    },
    commandsMs,
  );

  it("is put up for review when its source changes, and served again with the new one", async () => {
    await ada.upload("pump.md", manual.replace("green", "blue"), operations);
    await found(question, false);
    let review: Approval | undefined;
    await until("there is a review", async () => {
      [review] = await product.parts.database.withTenant(tenant, ({ approvals }) =>
        approvals.openIn(operations, 10),
      );
      return review !== undefined;
    });
    if (!review) throw new Error("there is no review");
    expect(review).toMatchObject({ why: "review", question: first.question, answer: { citations: [] } });
    const identity = await adaNow();
    await decide(product.parts.approvals, {
      identity,
      approvalId: review.id,
      decision: { kind: "edit", text: "Open the inlet valve and turn the blue key." },
      revision: review.revision,
    });
    await found(question);
    const turn = await sam.ask("How can I start the pump?");
    expect(turn.reply).toMatchObject({ text: "Open the inlet valve and turn the blue key. [1]" });
  });

  it("is found in Thai as well", async () => {
    await ada.upload(
      "boiler.md",
      "# คู่มือหม้อไอน้ำ\n\n## การเดินเครื่อง\n\nการเปิดหม้อไอน้ำ ให้เปิดวาล์วน้ำก่อน แล้วกดปุ่มสีเขียว\n",
      operations,
    );
    const asked = await waiting(vic, "จะเปิดหม้อไอน้ำต้องทำอย่างไร");
    expect(asked.answer).not.toBeNull();
    await approve(asked);
    await found("เปิดหม้อไอน้ำ");
    const turn = await sam.ask("เปิดหม้อไอน้ำยังไงครับ");
    expect(turn.reply).toMatchObject({ kind: "answer", verified: { approvalId: asked.id, known: true } });
  });

  it("is forgotten everywhere once it is taken back", async () => {
    const serving = await product.parts.database.withTenant(tenant, ({ verified }) => verified.serving(10));
    const known = serving.find(({ question: about }) => about === first.question);
    if (!known) throw new Error("nothing is served");
    await withdrawAnswer(product.parts.approvals, { identity: await adaNow(), approvalId: known.approvalId });
    await found(question, false);
    expect((await waiting(sam, "How can I start the pump?")).state).toBe("pending");
  });
});
