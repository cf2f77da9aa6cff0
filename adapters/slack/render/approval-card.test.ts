import { describe, expect, it } from "@jest/globals";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { type ApprovalId, type DocumentId, newId, type PassageId, type TurnId } from "../../../core/ids.ts";
import { readApprovalClick } from "./approval-actions.ts";
import { renderApprovalCard, renderApprovalReminder } from "./approval-card.ts";
import { slackLimits } from "./limits.ts";
import type { NoteContext } from "./note-context.ts";

const citation = (number: number, quote = "A hose is warranted for two years.") => ({
  number,
  passageId: newId<PassageId>(),
  documentId: newId<DocumentId>(),
  title: `Hoses ${String(number)}`,
  headingPath: ["Warranty"],
  page: 3,
  quote,
});
const view = (change: Partial<ApprovalView> = {}): ApprovalView => ({
  approvalId: newId<ApprovalId>(),
  turnId: newId<TurnId>(),
  state: "pending",
  version: 1,
  revision: 2,
  why: "low_confidence",
  askedBy: "Sam Staff",
  department: "Operations",
  language: "en",
  question: "How long is a hose *warranted* <!channel>?",
  channel: "slack",
  threadKey: "slack:T1:C1:1.1",
  address: {},
  answer: { text: "**Two years** [1].", citations: [citation(1)], answeredBy: "llama" },
  confidence: { value: 0.4, level: "low", reasons: [{ code: "weak_match", effect: "against", facts: {} }] },
  calibrated: null,
  askedAt: "2026-11-21T04:00:00Z",
  overdueAt: "2026-11-21T12:00:00Z",
  required: 1,
  agreed: [],
  alsoAsked: 0,
  decided: null,
  actions: ["approve", "edit", "correct", "reject", "take_over", "escalate"],
  ...change,
});
const card: NoteContext = {
  language: "en",
  sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
  threadUrl: "https://acme.slack.com/archives/C1/p11",
  approvalUrl: (id) => `https://expert.example/approvals/${id}`,
  interactive: true,
};
const elements = (one: ApprovalView) =>
  renderApprovalCard(one, card).blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));

describe("an approval's card in Slack", () => {
  it("shows the question, where it was asked, why a human is, the draft, its sources and how sure it is", () => {
    const { text, blocks } = renderApprovalCard(view(), card);
    const all = JSON.stringify(blocks);
    expect(text).toContain("An answer waits for your decision · Operations");
    expect(text).toContain("How long is a hose warranted");
    expect(all).not.toContain("<!channel>");
    for (const said of [
      "Asked by Sam Staff",
      "<https://acme.slack.com/archives/C1/p11|Open the thread>",
      "<!date^1795233600^{date_short_pretty} {time} ({ago})|",
      "I was not sure enough",
      "*Two years*",
      "https://expert.example/sources/",
      "Low confidence",
      "matches the question only loosely",
      "It goes on to others <!date^1795262400^",
    ])
      expect(all).toContain(said);
  });

  it("says where a question was asked that opens for its asker alone, or elsewhere", () => {
    const shown = (change: Partial<ApprovalView>) =>
      renderApprovalCard(view(change), { ...card, threadUrl: null });
    expect(shown({}).text).toContain("asked privately in Slack");
    expect(shown({ channel: "teams" }).text).toContain("asked in Microsoft Teams");
    expect(shown({ channel: "web" }).text).toContain("asked in the web console");
  });

  it("tells how such drafts were decided, who agreed, and who else waits", () => {
    const { text } = renderApprovalCard(
      view({
        calibrated: { probability: 0.834, labels: 60 },
        required: 2,
        agreed: ["Ada Admin"],
        alsoAsked: 2,
      }),
      card,
    );
    expect(text).toContain("Approved as it stood in 83 of 100 such cases (60 decisions)");
    expect(text).toContain("1 of 2 agreed: Ada Admin");
    expect(text).toContain("2 others wait for the same answer");
  });

  it("offers what the viewer may do, the rarer in a menu that confirms", () => {
    const offered = elements(view());
    expect(offered.map(({ type }) => type)).toEqual(["button", "button", "button", "button", "overflow"]);
    expect(new Set(offered.map((one) => "action_id" in one && one.action_id)).size).toBe(5);
    expect(offered[0]).toMatchObject({ style: "primary", text: { text: "Approve" } });
    expect(offered.at(-1)).toMatchObject({ confirm: { title: { text: "Are you sure?" } } });
    expect(elements(view({ actions: ["undo"] }))).toMatchObject([{ style: "danger", confirm: {} }]);
    expect(elements(view({ actions: [] }))).toEqual([]);
    const [write] = elements(view({ answer: null, actions: ["correct", "reject", "take_over"] }));
    expect(write).toMatchObject({ style: "primary", text: { text: "Write the answer" } });
  });

  it("has buttons that are read back, and nothing else is", () => {
    const one = view();
    const [approve] = elements(one);
    const value = approve?.type === "button" ? (approve.value ?? "") : "";
    const { approvalId, revision } = one;
    expect(readApprovalClick(value)).toEqual({ action: "approve", approvalId, revision });
    for (const other of ["", "approve", `${value}x`, value.replace("approve", "sing")])
      expect(readApprovalClick(other)).toBeNull();
  });

  it("is one message whatever the draft's length, and says that it was cut", () => {
    const long = Array.from(
      { length: 40 },
      (_, index) => `## Part ${String(index)}\n\n${"A hose. ".repeat(80)}`,
    );
    const citations = Array.from({ length: 30 }, (_, index) =>
      citation(index + 1, "Quite another quote. ".repeat(20)),
    );
    const { blocks, text } = renderApprovalCard(
      view({
        question: "Why? ".repeat(1_000),
        answer: { text: long.join("\n\n"), citations, answeredBy: "llama" },
      }),
      card,
    );
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(slackLimits.messageBlocks + 500);
    expect(blocks.length).toBeLessThanOrEqual(slackLimits.blocksPerMessage);
    expect(text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
    expect(JSON.stringify(blocks)).toContain("The draft is longer than this card");
    expect(JSON.stringify(blocks)).toContain("More sources are in the web console");
  });

  it("shows who decided what and when, and why", () => {
    const decided = {
      kind: "rejected",
      by: "Ada Admin",
      at: "2026-11-21T05:00:00Z",
      reason: "Out of date",
    } as const;
    const { text, blocks } = renderApprovalCard(view({ state: "rejected", decided, actions: [] }), card);
    expect(text).toContain("Ada Admin rejected this answer");
    expect(text).toContain("Out of date");
    expect(JSON.stringify(blocks)).toContain("<!date^1795237200^");
    expect(text).not.toContain("It goes on");
  });

  it("reminds without buttons", () => {
    const { text, blocks } = renderApprovalReminder(view(), card);
    expect(text).toContain("This still waits for your decision");
    expect(blocks.every(({ type }) => type !== "actions")).toBe(true);
  });

  it("is in Thai, too", () => {
    const { text } = renderApprovalCard(view({ language: "th", required: 2 }), { ...card, language: "th" });
    expect(text).toContain("มีคำตอบรอการตัดสินใจของคุณ");
    expect(text).toContain("เห็นชอบแล้ว 0 จาก 2 คน");
  });
});
