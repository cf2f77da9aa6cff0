import { describe, expect, it } from "@jest/globals";
import {
  type EscalationBench,
  escalationBench,
  ticketsAndPages,
} from "../../tests/support/escalation-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { answerText } from "../../tests/support/turn-bench.ts";
import { ExpertError } from "../errors.ts";
import type { TurnId } from "../ids.ts";
import { composePage } from "./compose-page.ts";
import { composeTicket } from "./compose-ticket.ts";
import type { Escalation } from "./escalation.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { EscalationPolicyText } from "./policy.ts";

const both = {
  on: { asked_for: "both", wrong: "both" },
  ...ticketsAndPages,
} as const satisfies EscalationPolicyText;

const pages: EscalationPorts["pages"] = {
  conversation: (id) => `https://expert.example/conversations/${id}`,
  approval: (id) => `https://expert.example/approvals/${id}`,
  escalation: (id) => `https://expert.example/escalations/${id}`,
  source: ({ passageId }) => `https://expert.example/sources/${passageId}`,
};

describe("what leaves the product", () => {
  const raised = async (bench: EscalationBench, turnId: TurnId): Promise<Escalation> => {
    const escalation = await bench.raise({ turnId });
    if (!escalation) throw new Error("nothing was raised");
    return escalation;
  };
  const ticketOf = (bench: EscalationBench, escalation: Escalation, ports: Partial<EscalationPorts> = {}) =>
    composeTicket({ ...bench.escalations, pages, ...ports }, bench.company.tenantId, escalation);
  const pageOf = (bench: EscalationBench, escalation: Escalation) =>
    composePage({ ...bench.escalations, pages }, bench.company.tenantId, escalation);

  it("is the conversation, the answer, what it rests on, and the way back", async () => {
    const bench = await escalationBench({
      ...both,
      page: { connection: "Pages", severities: { info: "error" } },
    });
    const turnId = await bench.answered({ channel: "slack" });
    const escalation = await raised(bench, turnId);
    const threadUrl = async () => "https://chat.example/thread";
    const ticket = await ticketOf(bench, escalation, { threadUrl });
    expect(ticket).toMatchObject({
      summary: "How do I start the pump?",
      language: "en",
      department: "Operations",
      askedBy: "Sam Staff",
      why: "Somebody asked for a human.",
      severity: "info",
      transcript: [
        { who: "Sam Staff", text: "How do I start the pump?" },
        { who: "The Expert", text: `${answerText} [1]` },
      ],
      draft: `${answerText} [1]`,
      sent: true,
      citations: [{ title: "Pump manual › Pump › Start", quote: answerText }],
      withheld: false,
      ticket: { connection: "Tickets", project: "OPS" },
    });
    expect(ticket.citations[0]?.url).toMatch(/^https:\/\/expert\.example\/sources\//);
    expect(ticket.links).toEqual([
      { label: "The thread", url: "https://chat.example/thread" },
      { label: "The escalation in The Expert", url: pages.escalation(escalation.id) },
      {
        label: "The conversation in The Expert, for whoever asked",
        url: pages.conversation(escalation.conversationId),
      },
    ]);
    expect(await pageOf(bench, escalation)).toMatchObject({
      summary: "Operations: How do I start the pump?",
      severity: "error",
      component: "Operations",
      details: {
        Question: "How do I start the pump?",
        Department: "Operations",
        "Asked by": "Sam Staff",
        Why: "Somebody asked for a human.",
        "Answer that was sent": `${answerText} [1]`,
        Sources: "[1] Pump manual › Pump › Start",
      },
    });
  });

  it("names the ticket to whoever is paged, once it is made", async () => {
    const bench = await escalationBench(both);
    const { links } = await raised(bench, await bench.answered());
    const [ticket] = links;
    if (!ticket) throw new Error("there is no ticket");
    const made = { externalId: "1", externalKey: "OPS-1", url: "https://jira.example/browse/OPS-1" };
    const escalation = await bench.database.withTenant(bench.company.tenantId, ({ escalations }) =>
      escalations.linkMade(ticket.id, made, []),
    );
    if (!escalation) throw new Error("the ticket was not made");
    expect((await pageOf(bench, escalation)).links[0]).toEqual({ label: "OPS-1", url: made.url });
  });

  it("does without the thread's address where it cannot be asked", async () => {
    const bench = await escalationBench(both);
    const escalation = await raised(bench, await bench.answered());
    const threadUrl = () => Promise.reject(new ExpertError("channel_unavailable", "away"));
    const { links } = await ticketOf(bench, escalation, { threadUrl });
    expect(links.map(({ label }) => label)).not.toContain("The thread");
  });

  it.each([
    ["a restricted document", { sensitivity: "restricted" }, {}],
    ["a document of some readers", { readers: ["group:entra:board"] }, {}],
    [
      "a confidential document, where only what is public may leave",
      { sensitivity: "confidential" },
      { share_up_to: "public" },
    ],
  ] as const)("leaves out what rests on %s, and says so", async (_what, change, policy) => {
    const bench = await escalationBench({ ...both, ...policy });
    const { documents, passages } = bench.database.tables(bench.company.tenantId);
    const turnId = await bench.answered({ userId: personOf(bench.company, "ada") });
    // The document was held less strictly when it was cited.
    for (const { document } of documents.values()) Object.assign(document, change);
    for (const passage of passages) Object.assign(passage, change);
    const escalation = await raised(bench, turnId);
    const ticket = await ticketOf(bench, escalation);
    expect(ticket).toMatchObject({
      draft: null,
      citations: [],
      withheld: true,
      transcript: [
        { who: "Ada Admin", text: "How do I start the pump?" },
        { text: "(The answer rests on documents that may not leave The Expert. Open it there.)" },
      ],
    });
    const page = await pageOf(bench, escalation);
    expect(page.details["Draft"]).toContain("may not leave The Expert");
    expect(JSON.stringify([ticket, page])).not.toContain(answerText);
  });

  it("leaves out what rests on a document that is gone", async () => {
    const bench = await escalationBench(both);
    const turnId = await bench.answered();
    const { documents, passages } = bench.database.tables(bench.company.tenantId);
    documents.clear();
    passages.splice(0);
    expect(await ticketOf(bench, await raised(bench, turnId))).toMatchObject({ draft: null, withheld: true });
  });

  it("cuts what is long, the oldest first", async () => {
    const bench = await escalationBench(both);
    const first = await bench.receive({ question: `${"x".repeat(5_000)} pump?` });
    const { conversationId } = first.payload;
    await bench.run(first.id);
    let last = first.id;
    for (let more = 0; more < 14; more += 1) {
      const { id } = await bench.receive({
        conversationId,
        question: `Question ${String(more)}: ${"y".repeat(2_500)}`,
      });
      await bench.run(id);
      last = id;
    }
    const { departments } = bench.database.tables(bench.company.tenantId);
    bench.row(last).departmentId = departments.find(({ slug }) => slug === "operations")?.id ?? null;
    const { transcript, summary } = await ticketOf(bench, await raised(bench, last));
    expect(summary.length).toBeLessThanOrEqual(200);
    expect(transcript.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(20_000);
    expect(transcript.at(-2)?.text).toMatch(/^Question 13: y/);
    expect(transcript.some(({ text }) => text.startsWith("x"))).toBe(false);
  });

  it("speaks the language of the question", async () => {
    const bench = await escalationBench(both);
    const question = await bench.receive({ question: "How do I start the pump?" });
    await bench.run(question.id);
    const escalation = await raised(bench, question.id);
    const thai = await ticketOf(bench, { ...escalation, language: "th" });
    expect(thai).toMatchObject({ department: "ปฏิบัติการ", language: "th" });
    expect(thai.links.map(({ label }) => label)).toEqual([
      "เรื่องที่ส่งต่อใน The Expert",
      "บทสนทนาใน The Expert สำหรับผู้ถาม",
    ]);
  });
});
