import { describe, expect, it } from "@jest/globals";
import { checkBlocks } from "../../../tests/slack-platform/check-blocks.ts";
import {
  sampleEscalationView,
  samplePage,
  sampleTicket,
} from "../../../tests/support/sample-escalation-view.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import type { EscalationNews, EscalationView } from "../../../core/escalation/escalation-view.ts";
import { type EscalationId, newId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { readEscalationClick } from "./escalation-actions.ts";
import { renderNote } from "./render-note.ts";

const escalationId = newId<EscalationId>();
const render = (note: Note, language: Language = "en", interactive = true) => {
  const context = { sourceUrl: () => null, approvalUrl: () => null, threadUrl: null };
  const [message, ...more] = renderNote(note, { ...context, language, interactive });
  expect(more).toEqual([]);
  checkBlocks(message!.blocks);
  return message!;
};
const card = (change: Partial<EscalationView> = {}, language: Language = "en") =>
  render({ kind: "escalation_status", escalationId, view: sampleEscalationView(change) }, language);
const news = (one: EscalationNews, language: Language = "en") =>
  render({ kind: "escalation_news", escalationId, news: one }, language);
const buttonsOf = (message: ReturnType<typeof card>) =>
  [...JSON.stringify(message.blocks).matchAll(/"action_id":"escalation_(\w+)"/g)].map(([, name]) => name);

describe("the card of an escalation", () => {
  it("shows what was escalated and why, the ticket and the incident, who has them, and when somebody was paged", () => {
    const message = card();
    const written = JSON.stringify(message.blocks);
    expect(written).toContain("<https://chalom.atlassian.net/browse/OPS-12|OPS-12>");
    expect(written).toContain("was paged <!date^1768185840^{ago}|12 Jan 2026, 02:44 UTC>");
    expect(message.text).toContain("Escalated: nobody has it in hand yet");
    expect(message.text).toContain("The ammonia alarm in hall 2 is on");
    expect(message.text).toContain("assigned to Daniel Weber");
    expect(message.text).toContain("Anan Wongsuwan was paged 12 Jan 2026, 02:44 UTC");
    expect(message.text).toContain("The question sounds like an emergency.");
    expect(message.text).toContain("Severity: critical");
    expect(buttonsOf(message)).toEqual(["acknowledge", "resolve", "comment"]);
  });

  it("has no buttons once it is resolved, and offers no answer in a thread", () => {
    const resolved = { by: "Daniel Weber", at: "2026-01-12T02:46:00Z" };
    const message = card({ state: "resolved", resolved, actions: ["comment"] });
    expect(message.text).toContain("Daniel Weber resolved the escalation");
    expect(buttonsOf(message)).toEqual([]);
    expect(buttonsOf(card({ actions: ["answer", "comment"] }))).toEqual(["comment"]);
  });

  it("names nobody where names are not to be told", () => {
    const links = [sampleTicket, samplePage].map((link) => ({ ...link, assignees: null }));
    const message = card({
      askedBy: null,
      state: "acknowledged",
      acknowledged: { by: null, at: "2026-01-12T02:45:00Z" },
      links,
    });
    expect(message.text).toContain("Escalated: somebody has it in hand");
    for (const name of ["Malee", "Anan", "Daniel"]) expect(message.text).not.toContain(name);
  });

  it("says what is still to be made, and what could not be", () => {
    const links = [
      { ...sampleTicket, name: null, url: null, state: "pending", madeAt: null } as const,
      {
        ...samplePage,
        name: null,
        url: null,
        state: "failed",
        madeAt: null,
        error: "<!channel> no such key",
      } as const,
    ];
    const written = JSON.stringify(card({ links }).blocks);
    expect(written).toContain("*Ticket* Jira · It is being created.");
    expect(written).toContain("It could not be created: &lt;!channel&gt; no such key");
  });

  it("stays within what Slack takes, however long everything is, in both languages", () => {
    const links = [sampleTicket, samplePage].map((link) => ({
      ...link,
      state: "failed" as const,
      error: "_*x*_ ".repeat(2_000),
    }));
    for (const language of ["en", "th"] as const) {
      card({ question: "*&_<".repeat(3_000), links }, language);
      news({ what: "comment", name: "OPS-12", by: "B", text: "_*&<".repeat(3_000) }, language);
    }
  });
});

describe("news of an escalation", () => {
  it("are one line each", () => {
    expect(news({ what: "paged", who: ["Ana"], at: "2026-01-12T02:44:00Z" }).blocks).toMatchObject([
      { text: { text: "Ana is on call and was paged <!date^1768185840^{ago}|12 Jan 2026, 02:44 UTC>." } },
    ]);
    const created = news({ what: "ticket_created", name: "OPS-12", url: "https://jira.example/OPS-12" });
    expect(created.blocks).toMatchObject([
      { text: { text: "<https://jira.example/OPS-12|OPS-12> was created." } },
    ]);
    expect(news({ what: "ticket_created", name: "OPS-12", url: "javascript:x" }).blocks).toMatchObject([
      { text: { text: "OPS-12 was created." } },
    ]);
    expect(news({ what: "acknowledged", by: "Ana", where: "pagerduty" }).text).toBe(
      "Ana acknowledged it in PagerDuty.",
    );
    expect(news({ what: "resolved", by: "Ben", where: "jira", resolution: "Fixed" }).text).toBe(
      "Resolved in Jira by Ben: Fixed",
    );
    expect(news({ what: "failed", system: "jira", error: "the project is gone" }).text).toBe(
      "The ticket could not be created in Jira: the project is gone. The question stays escalated without it. Administrators can send it again in the web console.",
    );
  });

  it("quote a comment, and mention nobody by it", () => {
    const message = news({
      what: "comment",
      name: "OPS-12",
      by: "Ben <!here>",
      text: "Hello <!channel> and <@U0ANAN000>\n\n**done**",
    });
    const written = JSON.stringify(message.blocks);
    expect(written).not.toMatch(/<[!@](?!date)/);
    expect(written).toContain("Ben &lt;!here&gt; commented on OPS-12:\\n> Hello");
    expect(written).toContain("> done");
  });
});

describe("the wish for an answer", () => {
  const wish = {
    kind: "answer_wanted",
    escalationId,
    resolvedAs: "#4711",
    askedBy: "Sam <!here>",
    department: "Operations",
    question: "Why is it **red**?",
  } as const;

  it("shows the question, and the button that opens the form", () => {
    const message = render(wish);
    expect(message.blocks[0]).toMatchObject({
      text: {
        text: "You resolved #4711. It stood for a question that Sam &lt;!here&gt; had asked Operations:\n> Why is it red?",
      },
    });
    expect(buttonsOf(message)).toEqual(["answer"]);
    expect(readEscalationClick("escalation_answer", escalationId)).toEqual({
      action: "answer",
      escalationId,
    });
    expect(readEscalationClick("escalation_answer", "x")).toBeNull();
    expect(readEscalationClick("escalation_delete", escalationId)).toBeNull();
    expect(buttonsOf(render(wish, "th", false))).toEqual([]);
  });
});
