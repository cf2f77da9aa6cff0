import { renderNote } from "../../../adapters/teams/render/render-note.ts";
import { renderReply } from "../../../adapters/teams/render/render-reply.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type ApprovalId, newId, type UserId } from "../../../core/ids.ts";
import { addresses, anan, malee, siriporn } from "../../slack-pictures/scene.ts";
import { conversation, type MakeScenes, personalChat, posted, said } from "../scene.ts";

const question = "What must I do after the compressor trips with TR-22?";
const threadUrl = "https://teams.microsoft.com/l/message/19%3Aplant%40thread.tacv2/1767258000000";

/** An expert decides on an answer, and the asker gets it. */
export const approvalScenes: MakeScenes = async (company) => {
  const reply = await company.reply({ question, department: "plant-operations", inChannel: true });
  if (reply.kind !== "answer") throw new Error("The demo company does not answer about the compressor.");
  const { turnId, text, citations, answeredBy, confidence } = reply;
  const approvalId = newId<ApprovalId>();
  const waiting: ApprovalView = {
    approvalId,
    turnId,
    state: "pending",
    version: 1,
    revision: 1,
    why: "policy_all",
    askedBy: malee.name,
    department: company.department("plant-operations").name.en,
    language: "en",
    question,
    channel: "teams",
    threadKey: "",
    address: {},
    answer: { text, citations, answeredBy },
    confidence,
    calibrated: { probability: 0.83, labels: 41 },
    askedAt: "2026-01-01T09:41:00.000Z",
    overdueAt: "2026-01-01T17:41:00.000Z",
    required: 2,
    agreed: [siriporn.name],
    alsoAsked: 2,
    decided: null,
    actions: ["approve", "edit", "correct", "reject", "take_over", "escalate"],
  };
  const note = (one: Note, language: "en" | "th" = "en") =>
    renderNote(one, { ...addresses, language, threadUrl, asker: null, viewers: ["29:anan"] });
  const card = (view: ApprovalView, language: "en" | "th" = "en") =>
    note({ kind: "approval_card", approvalId, viewer: newId<UserId>(), view }, language);
  const decided: ApprovalView = {
    ...waiting,
    state: "approved",
    overdueAt: null,
    alsoAsked: 0,
    decided: { kind: "approved", by: anan.name, at: "2026-01-01T09:47:00.000Z", reason: null },
    actions: ["undo"],
  };
  const { at } = decided.decided ?? { at: "" };
  const pending = {
    kind: "pending",
    turnId,
    language: "en",
    text: `An expert looks at answers of this department before they are sent. I have asked ${anan.name} and ${siriporn.name}. The answer comes here.`,
    approvalId,
    confidence,
  } as const;
  return [
    { name: "approval-card", frame: personalChat(posted("9:41 AM", card(waiting))) },
    { name: "approval-card-thai", frame: personalChat(posted("09:41", card(waiting, "th"))) },
    { name: "approval-card-decided", frame: personalChat(posted("9:47 AM", card(decided))) },
    {
      name: "approval-answer",
      frame: conversation("Rayong plant", "General", [
        said(malee, "9:41 AM", `@The Expert ${question}`),
        ...posted("9:41 AM", renderReply(pending, { ...addresses, language: "en", asker: "29:malee" })),
        ...posted(
          "9:47 AM",
          note({
            kind: "answer_verified",
            approvalId,
            askedBy: malee.name,
            reply: { ...reply, verified: { approvalId, by: anan.name, at } },
          }),
        ),
      ]),
    },
  ];
};
