import { describe, expect, it } from "@jest/globals";
import { approvalActions } from "../../../core/approvals/approval-view.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { languages } from "../../../core/text/language.ts";
import { sampleApproval } from "../../../tests/support/sample-approval.ts";
import { checkCard } from "../../../tests/teams-platform/check-card.ts";
import { type ApprovalCardContext, renderApprovalCard, renderApprovalReminder } from "./approval-card.ts";
import { approvalTexts } from "./approval-texts.ts";
import type { AdaptiveCard, CardAction } from "./card.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";

const context: ApprovalCardContext = {
  language: "en",
  sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
  threadUrl: "https://teams.microsoft.com/l/message/19:x/1",
  approvalUrl: (id) => `https://expert.example/approvals/${id}`,
  viewers: ["29:ada"],
};
const drawn = (
  change: Partial<ApprovalView> = {},
  other: Partial<ApprovalCardContext> = {},
): AdaptiveCard => {
  const card = renderApprovalCard(sampleApproval(change), { ...context, ...other });
  expect(() => checkCard(card)).not.toThrow();
  expect(jsonBytes(card)).toBeLessThanOrEqual(teamsLimits.cardBytes);
  return card;
};
const actionsOf = ({ body }: AdaptiveCard): readonly CardAction[] =>
  body.flatMap((element) => (element.type === "ActionSet" ? element.actions : []));
const titles = (card: AdaptiveCard): readonly string[] => actionsOf(card).map(({ title }) => title);

describe("the card of an approval", () => {
  it("tells who asked what, when and where, the draft with its sources, and how sure it is", () => {
    const card = drawn({ alsoAsked: 2 });
    const written = JSON.stringify(card.body);
    expect(written).toContain("{{DATE(2026-03-01T10:00:00Z, SHORT)}} {{TIME(2026-03-01T10:00:00Z)}}");
    expect(written).toContain("(https://teams.microsoft.com/l/message/19:x/1)");
    expect(written).toMatch(/\[1[^1]*\] Boiler handbook 1[^"]*\]\(https:\/\/expert\.example\/sources\//);
    expect(card.speak).toContain("An answer waits for your decision · Operations");
    expect(card.speak).toContain("How do I start the pump?");
    expect(card.speak).toMatch(/asked 2026-03-01 10:00 UTC · Open the conversation/);
    expect(card.speak).toContain("I was not sure enough");
    expect(card.speak).toContain("Open the inlet valve [1].\n• Turn the green key [2].");
    expect(card.speak).toContain("Approved as it stood in 83 of 100 such cases (41 decisions)");
    expect(card.speak).toContain("2 others wait for the same answer");
    expect(card.speak).toContain("If nobody decides by 2026-03-01 18:00 UTC, others are asked.");
    expect(card.refresh).toMatchObject({ action: { verb: "refresh_approval" }, userIds: ["29:ada"] });
  });

  it("does not lead where its reader cannot go", () => {
    const card = drawn({}, { threadUrl: null, approvalUrl: () => null });
    expect(card.speak).toContain("in a conversation of Teams that does not open for you");
    expect(JSON.stringify(card.body)).not.toContain("/l/message/");
    expect(JSON.stringify(card)).not.toContain("/approvals/");
  });

  it("approves by one click, and asks before anything else", () => {
    const actions = actionsOf(drawn());
    expect(titles(drawn())).toEqual([
      "Approve",
      "Edit and approve",
      "Correct",
      "Reject",
      "Take over",
      "Escalate",
    ]);
    const [approve, edit, correct, reject] = actions;
    expect(approve).toMatchObject({
      type: "Action.Execute",
      verb: "approval_approve",
      data: { revision: "1" },
      fallback: { type: "Action.Submit", data: { verb: "approval_approve", revision: "1" } },
    });
    expect(edit).toMatchObject({
      card: {
        body: [{}, { isMultiline: true, value: expect.stringContaining("green** key [2]") }],
        actions: [{ verb: "approval_edit", title: "Approve as edited" }],
      },
    });
    expect(correct).toMatchObject({ card: { body: [{}, { isRequired: true }] } });
    expect(reject).toMatchObject({ card: { actions: [{ verb: "approval_reject", title: "Yes, reject" }] } });
    for (const action of actions.slice(1)) expect(action.type).toBe("Action.ShowCard");
  });

  it("lets an answer be written where there is no draft", () => {
    const card = drawn({ answer: null, why: "nothing_found", actions: ["correct", "reject"] });
    expect(titles(card)).toEqual(["Write the answer", "Reject"]);
    expect(card.speak).toContain("There is no draft.");
  });

  it("counts who has agreed", () => {
    const card = drawn({ required: 2, agreed: ["Fay"], actions: ["edit", "reject"] });
    expect(card.speak).toContain("1 of 2 agreed: Fay");
  });

  it("tells who decided what, when and why", () => {
    const decided = {
      kind: "rejected",
      by: "Fay",
      at: "2026-03-01T11:00:00Z",
      reason: "Out of date.",
    } as const;
    const card = drawn({ decided, state: "rejected", actions: [], overdueAt: null });
    expect(card.speak).toMatch(/^Fay rejected this answer\nDecided 2026-03-01 11:00 UTC\nOut of date\./);
    expect(titles(card)).toEqual([]);
    const undo = drawn({ decided: { ...decided, kind: "approved", reason: null }, actions: ["undo"] });
    expect(actionsOf(undo)).toMatchObject([{ card: { actions: [{ title: "Yes, take it back" }] } }]);
  });

  it.each([1_000, 3_000, 12_000])("holds a draft of %i characters, or says that it is cut", (length) => {
    const text = `${"A step of it, told at length. ".repeat(6)}[1].\n\n`.repeat(length / 185);
    const sample = sampleApproval();
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...sample.answer!.citations[0]!,
      number: index + 1,
    }));
    const card = drawn({ answer: { text, citations: many, answeredBy: "llama" } });
    const cut = JSON.stringify(card).includes("longer than this card");
    expect(cut).toBe(length > 3_000);
    const [, edit] = actionsOf(card);
    expect(edit?.type).toBe(length > 1_000 ? "Action.OpenUrl" : "Action.ShowCard");
    expect(JSON.stringify(card)).toContain("and ");
  });

  it.each(languages)("says everything in %s", (language) => {
    const card = drawn({ actions: approvalActions, state: "escalated", required: 2 }, { language });
    expect(card.lang).toBe(language);
    for (const title of titles(card)) expect(title.length).toBeLessThanOrEqual(28);
    expect(card.speak).toContain(approvalTexts[language].escalated);
  });

  it("is reminded of by a text without buttons", () => {
    const view = sampleApproval();
    const [reminder, ...more] = renderApprovalReminder(view, context);
    expect(more).toEqual([]);
    expect(reminder?.text).toContain("This still waits for your decision:");
    expect(reminder?.text).toContain("> How do I start the pump?");
    expect(reminder?.text).toContain(`(https://expert.example/approvals/${view.approvalId})`);
  });
});
