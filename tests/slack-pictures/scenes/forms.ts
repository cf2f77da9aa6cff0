import { askForm } from "../../../adapters/slack/handle/ask-form.ts";
import { askableDepartments } from "../../../core/identity/askable-departments.ts";
import { feedbackForm } from "../../../adapters/slack/handle/feedback-form.ts";
import { departmentsMessage, helpMessage } from "../../../adapters/slack/handle/help-messages.ts";
import { homeView } from "../../../adapters/slack/handle/home-view.ts";
import type { OpenMatters } from "../../../adapters/slack/handle/open-matters.ts";
import { statusMessage } from "../../../adapters/slack/handle/status-message.ts";
import { handleTexts } from "../../../adapters/slack/handle/texts.ts";
import type { Handoff } from "../../../core/handoff/handoff.ts";
import { type ConversationId, type HandoffId, newId, type TurnId, type UserId } from "../../../core/ids.ts";
import type { DemoCompany } from "../demo-company.ts";
import { bot, botUserId, channel, malee, type MakeScenes, whispered } from "../scene.ts";

const link = "https://chalom.slack.com/archives/C0RAYONG1/p1767258000000100";

/** Forms, the Home tab, and what a command answers to one person. */
export const formScenes: MakeScenes = async (company) => {
  const [asker, expert] = [company.person("malee"), company.person("anan")];
  const about = {
    channelId: "C0RAYONG1",
    ts: "1767258000.000100",
    threadTs: null,
    fileIds: ["F0PHOTO01"],
    responseUrl: null,
  };
  const matters = waiting(company);
  const state = {
    identity: expert,
    language: "en",
    matters,
    notice: null,
    fieldKey: "1",
    modelName: null,
  } as const;
  const quiet: OpenMatters = { questions: matters.questions, waiting: [], approvals: [] };
  return [
    { name: "feedback-form", frame: { kind: "modal", view: feedbackForm("en", "") } },
    {
      name: "ask-form",
      frame: {
        kind: "modal",
        view: askForm(about, {
          question: "The compressor in hall 2 tripped with TR-22 again. Can we start it?",
          departments: askableDepartments(asker),
          language: "en",
          inThread: true,
        }),
      },
    },
    { name: "home", frame: { kind: "home", bot, view: homeView(state) } },
    {
      name: "command-help",
      frame: channel("#rayong-plant", whispered("8:58 AM", [helpMessage(asker, "en", botUserId)])),
    },
    {
      name: "command-departments",
      frame: channel("#rayong-plant", whispered("8:59 AM", [departmentsMessage(asker, "en")])),
    },
    {
      name: "command-status",
      frame: channel("#rayong-plant", whispered("9:00 AM", [statusMessage(asker, quiet, "en", null)])),
    },
  ];
};

/** A question of the expert's own that a human was asked about, and one of Malee's that waits for them. */
function waiting(company: DemoCompany): OpenMatters {
  const department = company.department("plant-operations");
  const handoff: Handoff = {
    id: newId<HandoffId>(),
    turnId: newId<TurnId>(),
    conversationId: newId<ConversationId>(),
    channel: "slack",
    threadKey: "",
    shared: true,
    address: {},
    departmentId: department.id,
    question: "How many parking spaces does the new warehouse have?",
    requestedBy: newId<UserId>(),
    requestedByName: malee.name,
    state: "open",
    takenBy: null,
    takenByName: null,
    createdAt: new Date("2026-01-05T03:14:00Z"),
  };
  return {
    questions: [
      {
        question: "Which backup tape holds the December ledger?",
        state: handleTexts.en.waitsForHuman,
        link,
      },
    ],
    waiting: [{ handoff, department: department.name.en, link }],
    approvals: [],
  };
}
