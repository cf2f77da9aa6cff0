import { describe, expect, it } from "@jest/globals";

import type { Note } from "../../../core/delivery/channel.ts";
import { type ApprovalId, type EscalationId, type HandoffId, newId, type UserId } from "../../../core/ids.ts";
import { languages } from "../../../core/text/language.ts";
import { checkCard } from "../../../tests/teams-platform/check-card.ts";
import { sampleApproval } from "../../../tests/support/sample-approval.ts";
import { sampleEscalationView, samplePage } from "../../../tests/support/sample-escalation-view.ts";
import { sampleAnswer } from "../../../tests/support/sample-replies.ts";
import type { AdaptiveCard } from "./card.ts";
import { type HandoffView, renderHandoffCard } from "./handoff-card.ts";
import type { PersonToWriteTo } from "./mention-person.ts";
import { renderOutgoing } from "./render-outgoing.ts";

const handoffId = newId<HandoffId>();
const escalationId = newId<EscalationId>();
const reply = sampleAnswer("Open it [1].");
const common = { handoffId, askedBy: "Malee <at>x</at>", department: "Plant" };
const notes: Readonly<Record<Note["kind"], Note>> = {
  human_asked: { kind: "human_asked", ...common, experts: ["Anan", "Siriporn"] },
  handoff_offered: {
    kind: "handoff_offered",
    ...common,
    question: "How many **spaces**?\n\n- a\n- b",
    threadKey: "",
    address: {},
  },
  taken_over: { kind: "taken_over", handoffId, by: "Anan" },
  given_back: { kind: "given_back", by: "Anan" },
  expert_found: { kind: "expert_found", expert: { name: "Anan", address: {} } },
  asker_waits: { kind: "asker_waits", handoffId, askedBy: "Malee", address: {}, question: "How **many**?" },
  request_closed: { kind: "request_closed", by: null },
  approval_card: {
    kind: "approval_card",
    approvalId: newId<ApprovalId>(),
    viewer: newId<UserId>(),
    view: sampleApproval(),
  },
  answer_verified: { kind: "answer_verified", approvalId: newId<ApprovalId>(), askedBy: null, reply },
  answer_withdrawn: { kind: "answer_withdrawn", by: "Anan" },
  approval_progress: { kind: "approval_progress", step: "asked_others", names: ["Anan", "Siriporn"] },
  approval_rejected: { kind: "approval_rejected", by: null, reason: "It is *not* known." },
  escalation_status: {
    kind: "escalation_status",
    escalationId,
    view: sampleEscalationView({ escalationId }),
  },
  escalation_news: {
    kind: "escalation_news",
    escalationId,
    news: {
      what: "comment",
      name: "OPS-12",
      by: "Anan <at>x</at>",
      text: "It is *done*.\n\n<at>all</at> {{DATE(x)}}",
    },
  },
  answer_wanted: {
    kind: "answer_wanted",
    escalationId,
    resolvedAs: "#4711",
    askedBy: "Malee <at>x</at>",
    department: null,
    question: "How **many**?",
  },
  moved_here: {
    kind: "moved_here",
    from: "slack",
    question: "How **many**?",
    message: { kind: "reply", turnId: reply.turnId, reply },
  },
  answer_shared: { kind: "answer_shared", by: "Malee", reply },
};

const textsOf = (note: Note): readonly string[] =>
  renderOutgoing(
    { kind: "note", turnId: null, language: "en", note },
    {
      language: "en",
      sourceUrl: () => null,
      approvalUrl: () => null,
      threadUrl: null,
      asker: null,
      viewers: [],
    },
  ).flatMap((message) => ("text" in message ? [message.text] : []));

const cardOf = (
  note: Note,
  language: (typeof languages)[number] = "en",
  person: PersonToWriteTo | null = null,
): AdaptiveCard => {
  const messages = renderOutgoing(
    { kind: "note", turnId: null, language, note },
    {
      language,
      sourceUrl: () => null,
      threadUrl: "https://teams.microsoft.com/l/message/19:x/1",
      asker: null,
      viewers: ["29:a", "29:b"],
      approvalUrl: () => null,
      person,
    },
  );
  const last = messages.at(-1);
  if (!last || !("attachments" in last)) throw new Error("no card");
  return last.attachments[0].content;
};

const answers: ReadonlySet<Note["kind"]> = new Set(["answer_shared", "answer_verified", "moved_here"]);

describe("notes as cards", () => {
  it.each(languages)("are cards that Teams takes, in %s", (language) => {
    for (const note of Object.values(notes)) {
      // It stands in the place of the answer's text.
      if (note.kind === "answer_withdrawn") continue;
      const card = cardOf(note, language);
      expect(() => checkCard(card)).not.toThrow();
      // An answer keeps its own language.
      expect(card.lang).toBe(answers.has(note.kind) ? "en" : language);
    }
  });

  it("tell what became of an answer", () => {
    expect(textsOf(notes.answer_withdrawn)).toEqual(["Anan took this answer back."]);
    expect(cardOf(notes.approval_rejected).speak).toContain("It is *not* known.");
    const verified = { approvalId: newId<ApprovalId>(), by: "Fay", at: "2026-03-01T11:00:00Z" };
    const told = (change: object, askedBy: string | null = "Malee"): string =>
      cardOf({
        kind: "answer_verified",
        approvalId: newId<ApprovalId>(),
        askedBy,
        reply: { ...reply, verified: { ...verified, ...change } },
      }).speak;
    expect(told({})).toContain("For Malee\n✓ Verified by Fay, 2026-03-01");
    expect(told({ known: true, by: null }, null)).toMatch(
      /^✓ Answered before: verified by an expert, 2026-03-01/,
    );
    expect(told({})).not.toContain("confidence");
  });

  it("tell who was asked, or that nobody could be", () => {
    expect(cardOf(notes.human_asked).speak).toBe(
      "Malee  at x /at  asked for a human in Plant.\nTold: Anan, Siriporn. The answer comes here.",
    );
    const alone = { kind: "human_asked", ...common, department: null, experts: [] } as const;
    expect(cardOf(alone).speak).toContain("No expert could be reached.");
  });

  it("offer an expert the question, the conversation and to take over, and keep up to date", () => {
    const card = cardOf(notes.handoff_offered);
    expect(card).toMatchObject({
      body: [
        { text: "Malee <at>x</at> asks for a human in Plant." },
        { type: "Container", style: "emphasis", items: [{ inlines: [{ text: "How many spaces? a b" }] }] },
      ],
      actions: [
        { verb: "take_over", data: { id: handoffId }, style: "positive" },
        { type: "Action.OpenUrl", url: "https://teams.microsoft.com/l/message/19:x/1" },
      ],
      refresh: {
        action: { verb: "refresh_handoff", data: { id: handoffId } },
        userIds: ["29:a", "29:b"],
      },
    });
  });

  it("let a thread be given back, and say that it was", () => {
    expect(cardOf(notes.taken_over).actions).toMatchObject([{ verb: "give_back", data: { id: handoffId } }]);
    expect(cardOf(notes.given_back)).toMatchObject({
      speak: "Anan has given the thread back. I answer here again.",
    });
    expect(cardOf(notes.given_back)).not.toHaveProperty("actions");
  });

  it("mention whom to write to, and open a chat with them, whatever they are called", () => {
    const person = {
      id: "29:malee",
      name: "Malee <at>x</at> *S*",
      chatUrl: "https://teams.microsoft.com/l/chat/0/0",
    };
    const waits = cardOf(notes.asker_waits, "en", person);
    expect(() => checkCard(waits)).not.toThrow();
    const name = "Malee  at x /at   S";
    expect(waits.msteams.entities).toEqual([
      { type: "mention", text: `<at>${name}</at>`, mentioned: { id: "29:malee", name } },
    ]);
    expect(waits.actions?.map(({ title }) => title)).toEqual(["Open a chat", "Open", "I am done"]);
    expect(waits.speak).toContain("Write to Malee");
    const found = cardOf(notes.expert_found, "th", { ...person, chatUrl: null });
    expect(() => checkCard(found)).not.toThrow();
    expect(found).not.toHaveProperty("actions");
    expect(cardOf(notes.expert_found).msteams).not.toHaveProperty("entities");
  });

  it("bring asker and expert together where the asker alone sees the thread", () => {
    expect(cardOf({ kind: "human_asked", ...common, experts: null, direct: true }).speak).toContain(
      "The department's experts were told. Whoever takes it over writes to you directly.",
    );
    const offered: Note = {
      kind: "handoff_offered",
      ...common,
      question: "Why?",
      threadKey: "",
      address: {},
      direct: true,
    };
    expect(cardOf(offered).actions).toEqual([expect.objectContaining({ verb: "take_over" })]);
    expect(cardOf(notes.expert_found).speak).toContain("Anan has taken over your question");
    expect(cardOf({ kind: "expert_found", expert: null }).speak).toContain("An expert has taken over");
    const waits = cardOf(notes.asker_waits);
    expect(waits.speak).toContain("Malee alone sees the thread");
    expect(waits.actions).toMatchObject([
      { type: "Action.OpenUrl", title: "Open" },
      { verb: "give_back", data: { id: handoffId }, title: "I am done" },
    ]);
    expect(cardOf(notes.request_closed).speak).toContain("The expert is done with your question.");
  });

  it("show who shares an answer", () => {
    expect(cardOf(notes.answer_shared).speak).toMatch(/^Shared by Malee\nSources\n/);
  });
});

describe("an escalation", () => {
  it("shows what stands for it, who has it, and what may be tried", () => {
    const card = cardOf(notes.escalation_status);
    const written = JSON.stringify(card.body);
    expect(written).toContain("**Ticket** [OPS-12](https://chalom.atlassian.net/browse/OPS-12)");
    expect(written).toContain(
      "Anan Wongsuwan was paged {{DATE(2026-01-12T02:44:00Z, COMPACT)}} {{TIME(2026-01-12T02:44:00Z)}}",
    );
    expect(card.speak).toContain("Escalated: nobody has it in hand yet");
    expect(card.speak).toContain("Anan Wongsuwan was paged 2026-01-12 02:44 UTC");
    const verbsOf = (shown: AdaptiveCard): readonly (string | undefined)[] =>
      [
        ...JSON.stringify(shown).matchAll(
          /"Action.Execute","title":"[^"]*","style":"positive","verb":"(\w+)"/g,
        ),
      ].map(([, verb]) => verb);
    expect(verbsOf(card)).toEqual(["escalation_acknowledge", "escalation_resolve", "escalation_comment"]);
    const view = sampleEscalationView({
      state: "resolved",
      resolved: { by: null, at: "2026-01-12T02:46:00Z" },
      askedBy: null,
      links: [{ ...samplePage, assignees: null }],
    });
    const resolved = cardOf({ kind: "escalation_status", escalationId, view });
    expect(verbsOf(resolved)).toEqual([]);
    expect(resolved.speak).toContain("The escalation is resolved");
    for (const name of ["Malee", "Anan", "Daniel"]) expect(resolved.speak).not.toContain(name);
  });

  it("tells its news in a line, quotes what others wrote, and mentions nobody by it", () => {
    const card = cardOf(notes.escalation_news);
    expect(card.speak).toBe("Anan x commented on OPS-12:\nIt is done.\n at all /at  {{DATE(x)}}");
    expect(card.msteams).not.toHaveProperty("entities");
    const paged: Note = {
      kind: "escalation_news",
      escalationId,
      news: { what: "paged", who: ["Anan {{TIME(x)}}"], at: "2026-01-12T02:44:00Z" },
    };
    expect(JSON.stringify(cardOf(paged).body)).toContain(
      "Anan { {TIME(x)}} is on call and was paged at {{TIME(2026-01-12T02:44:00Z)}}.",
    );
    expect(JSON.stringify(cardOf(paged, "th").body)).toContain("เมื่อ {{TIME(2026-01-12T02:44:00Z)}} น.");
  });

  it("asks whoever resolved it for the answer, in a part of the card", () => {
    const card = cardOf(notes.answer_wanted);
    expect(card.speak).toContain("You resolved #4711.");
    expect(card.actions).toMatchObject([
      {
        type: "Action.ShowCard",
        title: "Write the answer",
        card: {
          body: [{}, { type: "Input.Text", id: "escalation_answer_text", isRequired: true }],
          actions: [
            {
              verb: "escalation_answer",
              data: { id: escalationId },
              fallback: { type: "Action.Submit", data: { verb: "escalation_answer", id: escalationId } },
            },
          ],
        },
      },
    ]);
  });
});

describe("the card to an expert, opened again", () => {
  const view = (state: HandoffView["state"]): AdaptiveCard =>
    renderHandoffCard({ ...common, question: "Why?", threadUrl: null, shared: true, state }, "en", ["29:a"]);

  it("says to whoever took it that it is theirs, and to others who has it", () => {
    const own = view({ kind: "taken", by: "Anan", byViewer: true });
    expect(own.speak).toContain("You have taken over.");
    expect(own.actions).toMatchObject([{ verb: "give_back" }]);
    const other = view({ kind: "taken", by: "Anan", byViewer: false });
    expect(other.speak).toContain("Anan has taken over.");
    expect(other).not.toHaveProperty("actions");
  });

  it("asks for nothing any more when it is settled", () => {
    const closed = view({ kind: "closed" });
    expect(closed.speak).toContain("This is settled.");
    expect(closed).not.toHaveProperty("refresh");
    for (const card of [closed, view({ kind: "open" })]) expect(() => checkCard(card)).not.toThrow();
  });

  it("keeps up to date for at most as many as Teams allows", () => {
    const many = Array.from({ length: 90 }, (_, index) => `29:${String(index)}`);
    const card = renderHandoffCard(
      { ...common, question: "", threadUrl: null, shared: true, state: { kind: "open" } },
      "en",
      many,
    );
    expect(card.refresh?.userIds).toEqual(many.slice(0, 60));
  });
});
