import { approvalForm } from "../../../adapters/slack/handle/approval-forms.ts";
import { renderNote } from "../../../adapters/slack/render/render-note.ts";
import { renderReply } from "../../../adapters/slack/render/render-reply.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { requestTexts } from "../../../core/approvals/request-texts.ts";
import type { Reply } from "../../../core/conversation/reply.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type ApprovalId, newId, type UserId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import {
  addresses,
  anan,
  asked,
  daniel,
  directMessage,
  malee,
  type MakeScenes,
  posted,
  siriporn,
  thread,
} from "../scene.ts";

type Answer = Extract<Reply, { kind: "answer" }>;

const threadUrl = "https://chalom.slack.com/archives/C0RAYONG1/p1767258000000100";
const everything = ["approve", "edit", "correct", "reject", "take_over", "escalate"] as const;

/** An answer waits for an expert, is decided, and comes into its thread. */
export const approvalScenes: MakeScenes = async (company) => {
  const [draft, thaiDraft, full] = await Promise.all([
    company.reply({ question: tripped, department: "plant-operations", inChannel: true }),
    company.reply({ question: sickLeave, department: "human-resources", language: "th", inChannel: true }),
    company.reply({ question: vpn, department: "it-operations", inChannel: true }),
  ]);
  if (draft.kind !== "answer" || thaiDraft.kind !== "answer" || full.kind !== "answer")
    throw new Error("a question of the scenes is not answered");
  const department = company.department("plant-operations").name.en;
  const approvalId = newId<ApprovalId>();
  const view = viewOf(draft, { approvalId, question: tripped, department });
  const words = requestTexts.en;
  const pending = {
    kind: "pending",
    turnId: draft.turnId,
    language: "en",
    text: [
      words.why.low_confidence,
      words.asked(`${anan.name}, ${daniel.name}`, department),
      words.comes,
    ].join(" "),
    approvalId,
    confidence: draft.confidence,
  } as const satisfies Reply;
  const verified = { approvalId, by: anan.name, at: "2026-01-12T02:55:00Z" };
  const decided = { kind: "approved", by: anan.name, at: verified.at, reason: null } as const;
  const note = (one: Note, language: Language = "en") =>
    renderNote(one, { ...addresses, language, interactive: true, threadUrl });
  const cardOf = (one: ApprovalView, reminder = false) =>
    note(
      {
        kind: "approval_card",
        approvalId,
        viewer: newId<UserId>(),
        view: one,
        ...(reminder && { reminder }),
      },
      one.language,
    );
  const reply = (one: Reply) => renderReply(one, { ...addresses, language: one.language, interactive: true });
  const question = asked(malee, "9:41 AM", tripped);
  return [
    { name: "approval-card", frame: directMessage(posted("9:41 AM", cardOf(view))) },
    {
      name: "approval-card-votes",
      frame: directMessage(
        posted(
          "9:41 AM",
          cardOf({
            ...viewOf(full, {
              approvalId,
              question: vpn,
              department: company.department("it-operations").name.en,
            }),
            askedBy: siriporn.name,
            required: 2,
            agreed: [daniel.name],
            alsoAsked: 2,
            calibrated: { probability: 0.83, labels: 60 },
          }),
        ),
      ),
    },
    {
      name: "approval-card-thai",
      frame: directMessage(
        posted(
          "09:52",
          cardOf(
            viewOf(thaiDraft, {
              approvalId,
              question: sickLeave,
              department: company.department("human-resources").name.th,
            }),
          ),
        ),
      ),
    },
    {
      name: "approval-decided",
      frame: directMessage(
        posted("9:41 AM", cardOf({ ...view, state: "approved", decided, actions: ["undo"] })),
      ),
    },
    {
      name: "approval-reminder",
      frame: directMessage(posted("9:46 AM", cardOf({ ...view, askedAt: "2026-01-12T00:46:00Z" }, true))),
    },
    {
      name: "approval-edit",
      frame: {
        kind: "modal",
        view: approvalForm("edit", view, { ...addresses, language: "en", channelId: null, consoleUrl: null }),
      },
    },
    {
      name: "approval-asked",
      frame: thread("#rayong-plant", [
        question,
        ...posted("9:41 AM", reply(pending)),
        ...posted(
          "9:55 AM",
          note({ kind: "answer_verified", approvalId, askedBy: malee.name, reply: { ...draft, verified } }),
        ),
      ]),
    },
    {
      name: "approval-draft",
      frame: thread("#rayong-plant", [question, ...posted("9:41 AM", reply({ ...pending, draft }))]),
    },
    {
      name: "approval-known",
      frame: thread("#rayong-plant", [
        asked(siriporn, "2:10 PM", "The compressor tripped with TR-22. What do I have to do?"),
        ...posted("2:10 PM", reply({ ...draft, verified: { ...verified, known: true } })),
      ]),
    },
    {
      name: "approval-withdrawn",
      frame: thread("#rayong-plant", [
        question,
        ...posted("9:41 AM", reply(pending)),
        ...posted("9:55 AM", note({ kind: "answer_withdrawn", by: anan.name })),
      ]),
    },
  ];
};

const tripped = "What must I do after the compressor trips with TR-22?";
const sickLeave = "ลาป่วยกี่วันต้องมีใบรับรองแพทย์";
const vpn = "What do I do when the VPN shows error 868?";

function viewOf(
  { turnId, language, text, citations, answeredBy }: Answer,
  about: Pick<ApprovalView, "approvalId" | "question" | "department">,
): ApprovalView {
  return {
    ...about,
    turnId,
    state: "pending",
    version: 1,
    revision: 1,
    why: "low_confidence",
    askedBy: malee.name,
    language,
    channel: "slack",
    threadKey: "",
    address: {},
    answer: { text, citations, answeredBy },
    confidence: {
      value: 0.52,
      level: "medium",
      reasons: [
        { code: "single_source", effect: "against", facts: {} },
        { code: "strong_match", effect: "for", facts: {} },
      ],
    },
    calibrated: null,
    askedAt: "2026-01-12T02:41:00Z",
    overdueAt: "2026-01-12T10:41:00Z",
    required: 1,
    agreed: [],
    alsoAsked: 0,
    decided: null,
    actions: [...everything],
  };
}
