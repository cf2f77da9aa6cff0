import { describe, expect, it } from "@jest/globals";
import { checkView } from "../../../tests/slack-platform/check-view.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { ExpertError } from "../../../core/errors.ts";
import { type ApprovalId, newId, type TurnId } from "../../../core/ids.ts";
import { approvalForm, loadingApproval, readApprovalPlace, writtenDecisions } from "./approval-forms.ts";
import { explainApproval } from "./explain-approval.ts";

const view = (text: string | null): ApprovalView => ({
  approvalId: newId<ApprovalId>(),
  turnId: newId<TurnId>(),
  state: "pending",
  version: 1,
  revision: 3,
  why: "policy_all",
  askedBy: "Sam Staff",
  department: null,
  language: "en",
  question: "How do I start the pump?",
  channel: "slack",
  threadKey: "",
  address: {},
  answer: text === null ? null : { text, citations: [], answeredBy: "extractive" },
  confidence: { value: 0.5, level: "medium", reasons: [] },
  calibrated: null,
  askedAt: "2026-11-21T04:00:00Z",
  overdueAt: null,
  required: 1,
  agreed: [],
  alsoAsked: 0,
  decided: null,
  actions: [],
});
const form = {
  language: "en",
  channelId: "D1",
  sourceUrl: () => null,
  consoleUrl: "https://expert.example/approvals/1",
} as const;

describe("a form to decide", () => {
  it("is one that Slack takes, in each language and for each decision", () => {
    for (const language of ["en", "th"] as const) {
      for (const decision of writtenDecisions) {
        for (const text of [null, "Turn the key.", "x".repeat(5_000)])
          checkView(approvalForm(decision, view(text), { ...form, language }), "modal");
        checkView(loadingApproval(decision, language), "modal");
      }
    }
  });

  it("begins with the draft, and knows which wording it was", () => {
    const one = view("Turn the key.");
    const made = approvalForm("edit", one, form);
    expect(JSON.stringify(made.blocks)).toContain('"initial_value":"Turn the key."');
    const { approvalId } = one;
    const place = { decision: "edit", approvalId, revision: 3, channelId: "D1" };
    expect(readApprovalPlace(made.private_metadata ?? "")).toEqual(place);
    for (const other of ["", "{}", "nothing"]) expect(readApprovalPlace(other)).toBeNull();
  });

  it("leads to the console where Slack's field does not hold the draft, and lets it be corrected all the same", () => {
    const edit = approvalForm("edit", view("x".repeat(3_001)), form);
    expect(edit.submit).toBeUndefined();
    expect(JSON.stringify(edit.blocks)).toContain(form.consoleUrl);
    const correct = approvalForm("correct", view("x".repeat(3_001)), form);
    expect(correct.submit).toBeDefined();
    expect(JSON.stringify(correct.blocks)).not.toContain("initial_value");
  });
});

describe("why a decision does not count", () => {
  const id = newId<ApprovalId>();
  const approvalUrl = (one: string): string => `https://expert.example/approvals/${one}`;

  it("says who was first and when, in the person's language", () => {
    const error = new ExpertError("conflict", "Ada has decided on this already.", {
      facts: { reason: "approval_late", name: "Ada", at: "2026-11-21T05:00:00.000Z" },
    });
    const english = explainApproval({ approvalUrl }, error, "en", id);
    expect(english).toEqual({
      text: "Ada has decided on this already. That was <!date^1795237200^{date_short_pretty} {time}|21 Nov 2026, 05:00 UTC>.",
      url: null,
    });
    expect(explainApproval({ approvalUrl }, error, "th", id).text).toContain("Ada ตัดสินเรื่องนี้ไปแล้ว");
  });

  it("leads to the console where one has to sign in", () => {
    const error = new ExpertError("forbidden", "Sign in.", { facts: { reason: "approval_sign_in" } });
    expect(explainApproval({ approvalUrl }, error, "en", id).url).toBe(
      `https://expert.example/approvals/${id}`,
    );
  });
});
