import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import type { ApprovalView } from "../../core/approvals/approval-view.ts";
import type { Channel, MessageRef, Note, OutgoingMessage } from "../../core/delivery/channel.ts";
import { type ApprovalId, type EscalationId, type HandoffId, newId, type TurnId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import type { Language } from "../../core/text/language.ts";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import {
  sampleAnswer,
  sampleCitation,
  sampleConfidence,
  sampleNotFound,
} from "../../tests/support/sample-replies.ts";
import { personOf, type SampleCompany, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { startSmtp, type TakenMail, type TestSmtp } from "../../tests/support/smtp-server.ts";
import { createMailChannel } from "./channel.ts";
import { createMailServer, type MailServer } from "./mail-server.ts";

const site = "https://expert.example.com";
const approvalId = newId<ApprovalId>();
const escalationId = newId<EscalationId>();
const handoffId = newId<HandoffId>();
const turnId = newId<TurnId>();
const question = "How do I start <b>the pump</b>?";

const view: ApprovalView = {
  approvalId,
  turnId,
  state: "pending",
  version: 1,
  revision: 1,
  why: "low_confidence",
  askedBy: "Sam Staff",
  department: "Operations",
  language: "en",
  question,
  channel: "web",
  threadKey: "web:1",
  address: {},
  answer: {
    text: "Turn the **green** key [1]. <script>alert(1)</script> ![x](https://evil.example/x.png)",
    citations: [sampleCitation(1, { title: "Pump manual", label: "confidential" })],
    answeredBy: "extractive",
  },
  confidence: sampleConfidence,
  calibrated: null,
  askedAt: "2026-11-21T08:00:00Z",
  overdueAt: "2026-11-21T12:30:00Z",
  required: 2,
  agreed: ["Fay Finance"],
  alsoAsked: 0,
  decided: null,
  actions: ["approve", "edit", "correct", "reject"],
};
const answer = sampleAnswer("Turn the **green** key [1].", {
  turnId,
  citations: [sampleCitation(1, { title: "Pump manual" })],
  verified: { approvalId, by: "Ada Admin", at: "2026-11-21T08:05:00Z" },
});
const escalated = {
  escalationId,
  turnId,
  version: 1,
  state: "acknowledged",
  severity: "error",
  triggers: ["overdue"],
  question,
  department: "Operations",
  askedBy: "Sam Staff",
  language: "en",
  channel: "slack",
  threadKey: "slack:1",
  address: {},
  raisedAt: "2026-11-21T08:00:00Z",
  acknowledged: { by: "Ana", at: "2026-11-21T08:10:00Z" },
  resolved: null,
  links: [
    {
      kind: "ticket",
      system: "jira",
      state: "open",
      name: "OPS-12",
      url: "https://acme.atlassian.net/browse/OPS-12",
      status: "To Do",
      assignees: ["Ana"],
      resolution: null,
      madeAt: "2026-11-21T08:01:00Z",
      error: null,
    },
  ],
  actions: [],
} as const;

/** Each kind of note, and words that its mail must hold in English. */
const notes: Readonly<{
  [Kind in Note["kind"]]: readonly [Extract<Note, { kind: Kind }>, readonly string[]];
}> = {
  human_asked: [
    { kind: "human_asked", handoffId, askedBy: "Sam", department: "Operations", experts: ["Ada"] },
    ["Sam asked for a human (Operations).", "Told: Ada."],
  ],
  handoff_offered: [
    {
      kind: "handoff_offered",
      handoffId,
      askedBy: "Sam",
      department: null,
      question,
      threadKey: "x",
      address: {},
    },
    ["Sam asks for a human.", `> ${question}`],
  ],
  taken_over: [{ kind: "taken_over", handoffId, by: "Ada" }, ["Ada has taken over the question."]],
  given_back: [{ kind: "given_back", by: "Ada" }, ["Ada has given the question back."]],
  expert_found: [
    { kind: "expert_found", expert: { name: "Ada", address: {} } },
    ["Ada has taken over your question and writes to you directly."],
  ],
  asker_waits: [
    { kind: "asker_waits", handoffId, askedBy: "Sam", address: {}, question },
    ["Write to Sam directly.", `> ${question}`],
  ],
  request_closed: [{ kind: "request_closed", by: null }, ["The expert is done with your question."]],
  approval_card: [
    { kind: "approval_card", approvalId, viewer: newId(), view },
    [
      "An answer waits for your decision",
      `> ${question}`,
      "Asked by Sam Staff (Operations)",
      "I was not sure enough to answer this by myself.",
      "Draft, not checked yet",
      "Turn the **green** key [1].",
      "[1] Pump manual",
      "Confidential",
      "1 of 2 agreed: Fay Finance",
      "21 Nov 2026, 12:30 UTC",
      `Read it and decide:\n${site}/approvals/${approvalId}`,
    ],
  ],
  answer_verified: [
    { kind: "answer_verified", approvalId, askedBy: null, reply: answer },
    ["Turn the **green** key [1].", "✓ Verified by Ada Admin, 21 Nov 2026, 08:05 UTC", "[1] Pump manual"],
  ],
  answer_withdrawn: [{ kind: "answer_withdrawn", by: "Ada" }, ["Ada took this answer back."]],
  approval_progress: [
    { kind: "approval_progress", step: "escalated", names: null },
    ["Nobody has decided yet, so this was escalated."],
  ],
  approval_rejected: [
    { kind: "approval_rejected", by: "Ada", reason: "Ask the vendor." },
    ["Ada looked at it: there is no answer.", "Ask the vendor."],
  ],
  moved_here: [
    {
      kind: "moved_here",
      from: "slack",
      question,
      message: { kind: "reply", turnId, reply: answer },
    },
    ["I could not post this where you asked: Slack takes no message", "Turn the **green** key [1]."],
  ],
  escalation_status: [
    { kind: "escalation_status", escalationId, view: escalated },
    [
      "Escalated: Ana has it in hand",
      "Ticket: OPS-12 <https://acme.atlassian.net/browse/OPS-12> (Jira) · To Do · assigned to Ana",
      "Nobody decided on the answer in time.",
      "Severity: error · Asked by Sam Staff",
      `${site}/escalations/${escalationId}`,
    ],
  ],
  escalation_news: [
    {
      kind: "escalation_news",
      escalationId,
      news: { what: "paged", who: ["Ana"], at: "2026-11-21T08:00:00Z" },
    },
    ["Ana is on call and was paged 21 Nov 2026, 08:00 UTC."],
  ],
  answer_wanted: [
    {
      kind: "answer_wanted",
      escalationId,
      resolvedAs: "#4711",
      askedBy: "Sam",
      department: "Operations",
      question,
    },
    ["You resolved #4711.", `> ${question}`, "What is the answer?", `${site}/escalations/${escalationId}`],
  ],
  answer_shared: [{ kind: "answer_shared", by: "Sam", reply: answer }, ["Sam shows you an answer."]],
};

describe("mail as a channel", () => {
  let smtp: TestSmtp;
  let server: MailServer;
  let database: FakeDatabase;
  let company: SampleCompany;
  let pages: boolean;
  beforeEach(async () => {
    pages = true;
    smtp = await startSmtp();
    server = createMailServer({
      url: `smtp://127.0.0.1:${String(smtp.port)}`,
      requireTls: true,
      clock: systemClock,
      logger: silentLogger,
      timeoutMs: amplyMs,
    });
    database = createFakeDatabase();
    company = database.provision(smallCompany());
  });
  afterEach(async () => {
    await server.close();
    await smtp.close();
  });
  const channel = (): Channel => {
    const page = (path: string) => (pages ? `${site}/${path}` : null);
    return createMailChannel({
      database,
      server,
      from: { name: "The Expert", address: "expert@acme.example" },
      pages: {
        conversation: (id) => page(`conversations/${id}`),
        approval: (id) => page(`approvals/${id}`),
        escalation: (id) => page(`escalations/${id}`),
        source: ({ documentId }) => page(`sources/${documentId}`),
      },
    });
  };
  const post = async (
    message: OutgoingMessage,
    {
      key = newId(),
      standing = null,
      user = personOf(company, "ada"),
    }: { key?: string; standing?: MessageRef | null; user?: string } = {},
  ): Promise<MessageRef> =>
    channel().post({ tenantId: company.tenantId, channel: "mail", key: `mail:${user}` }, message, {
      key,
      attempt: 1,
      address: { user },
      shown: [],
      standing,
      placed: new Map(),
      signal: new AbortController().signal,
      keepPlaced: () => Promise.resolve(),
      around: () => Promise.resolve({ held: false, alone: true }),
    });
  const noteOf = (note: Note, language: Language = "en"): OutgoingMessage => ({
    kind: "note",
    turnId,
    language,
    note,
  });
  const last = (): TakenMail => smtp.taken.at(-1) as TakenMail;
  const textOf = ({ mail }: TakenMail): string => (mail.text ?? "").replaceAll("\r\n", "\n");

  it.each(Object.values(notes).map(([note, words]) => [note.kind, note, words] as const))(
    "writes %s in words and as safe HTML, in both languages",
    async (_kind, note, words) => {
      await post(noteOf(note));
      const mail = last();
      for (const said of words) expect(textOf(mail)).toContain(said);
      await post(noteOf(note, "th"));
      expect(textOf(last())).toMatch(/[\u0e00-\u0e7f]/);
      for (const { mail: one, to } of smtp.taken) {
        expect(to).toEqual(["ada@small.example"]);
        expect(one.subject).toMatch(/\S/);
        expect(one.html).toMatch(/<html lang="(en|th)">/);
        expect(one.html).toContain("prefers-color-scheme: dark");
        expect(one.html).not.toMatch(/<(?:img|script|link|iframe|form|b>)|url\(|src=/i);
        expect(one.attachments).toEqual([]);
      }
    },
  );

  it("writes replies and why there is none", async () => {
    await post({ kind: "reply", turnId, reply: answer });
    expect(last().mail.html).toContain("<strong>green</strong>");
    expect(last().mail.html).toContain(`<a href="${site}/sources/`);
    await post({ kind: "reply", turnId, reply: sampleNotFound() });
    expect(textOf(last())).toContain("Nearest documents\n- Manual 1 & <more>");
    expect(last().mail.html).toContain("Manual 1 &amp; &lt;more&gt;");
    await post({
      kind: "failure",
      turnId,
      code: "model_unavailable",
      message: "The model is away.",
      remedy: "Ask again.",
    });
    expect(textOf(last())).toContain("The model is away.\n\nAsk again.");
  });

  it("shows what somebody wrote as they wrote it", async () => {
    await post(noteOf(notes.approval_card[0]));
    const { html } = last().mail;
    expect(html).toContain("How do I start &lt;b&gt;the pump&lt;/b&gt;?");
    expect(html).toContain("&lt;script&gt;");
  });

  it("has a Message-ID of the delivery's, and belongs to what was sent of the same before", async () => {
    const card = notes.approval_card[0];
    const first = await post(noteOf(card), { key: "delivery-1" });
    expect(first).toEqual({ messageId: "<delivery-1@acme.example>" });
    await post(noteOf(card), { key: "delivery-1" });
    await post(noteOf({ ...card, reminder: true }), { key: "delivery-2" });
    const [one, again, reminder] = smtp.taken.map(({ mail }) => mail);
    expect(again?.messageId).toBe(one?.messageId);
    expect(reminder?.references).toBe(one?.references);
    expect(reminder?.subject).toBe(`Still waiting for your decision: ${question}`);
  });

  it("writes again of an approval only once another has decided", async () => {
    const card = notes.approval_card[0];
    const standing = await post(noteOf(card), { key: "d1" });
    expect(await post(noteOf({ ...card, view: { ...view, version: 2 } }), { standing })).toEqual(standing);
    const own = { kind: "approved", by: "Ada Admin", at: "2026-11-21T09:00:00Z", reason: null } as const;
    await post(noteOf({ ...card, view: { ...view, state: "approved", decided: own } }), { standing });
    expect(smtp.taken).toHaveLength(1);
    const theirs = { ...own, by: "Fay Finance" };
    await post(noteOf({ ...card, view: { ...view, state: "approved", decided: theirs } }), { standing });
    expect(textOf(last())).toContain("Fay Finance approved this answer.");
    expect(last().mail.inReplyTo).toBe("<d1@acme.example>");
  });

  it("keeps what the reader may not read, and what is restricted, out of mails", async () => {
    const card = notes.approval_card[0];
    await post(noteOf({ ...card, view: { ...view, answer: null } }));
    expect(textOf(last())).toContain("The draft is not sent by e-mail.");
    const restricted = [sampleCitation(1, { label: "restricted", title: "Salaries" })];
    await post(
      noteOf({
        ...card,
        view: { ...view, answer: { text: "A lot [1].", citations: restricted, answeredBy: "x" } },
      }),
    );
    expect(last().raw).not.toMatch(/A lot|Salaries/);
    const question = sampleQuestion(company);
    await database.inbox.receive(question);
    await database.withTenant(company.tenantId, ({ turns }) => turns.take(question.id, 10_000));
    const { id, userId: user, payload } = question;
    const reply = { ...answer, turnId: id, text: "A lot [1].", citations: restricted };
    await post({ kind: "reply", turnId: id, reply }, { user });
    expect(last().raw).not.toMatch(/A lot|Salaries/);
    expect(textOf(last())).toContain(`Open the question:\n${site}/conversations/${payload.conversationId}`);
    // It opens for nobody else.
    await post({ kind: "reply", turnId: id, reply });
    expect(textOf(last())).not.toContain("Open the question");
  });

  it("tells to sign in where the console has no address", async () => {
    pages = false;
    await post(noteOf(notes.approval_card[0]));
    expect(textOf(last())).toContain("Sign in to the web console to go on.");
    expect(textOf(last())).toContain("- [1] Pump manual");
  });

  it("has a subject in one line, whatever was asked", async () => {
    const asked = `line one\r\nBcc: eve@evil.example\u2028${"long ".repeat(100)}`;
    await post(noteOf({ ...notes.approval_card[0], view: { ...view, question: asked } }));
    expect(last().mail.subject).toMatch(/^Please decide: line one Bcc: eve@evil\.example long .{1,80}…$/);
    expect(last().to).toEqual(["ada@small.example"]);
  });

  it.each(["nobody", newId()])("refuses whom it does not know: %s", async (user) => {
    await expect(post(noteOf(notes.given_back[0]), { user })).rejects.toMatchObject({
      code: "channel_refused",
    });
    expect(smtp.taken).toEqual([]);
  });
});
