import { ticketForm } from "../../../adapters/teams/render/forms.ts";
import { renderNote } from "../../../adapters/teams/render/render-note.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationNews, EscalationView } from "../../../core/escalation/escalation-view.ts";
import { type EscalationId, newId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { addresses, anan, daniel, malee } from "../../slack-pictures/scene.ts";
import { sampleEscalationView, samplePage, sampleTicket } from "../../support/sample-escalation-view.ts";
import { conversation, type Item, type MakeScenes, personalChat, posted, said } from "../scene.ts";

/** A question is escalated, somebody takes it in hand and resolves it, and is asked for the answer. */
export const escalationScenes: MakeScenes = async (company) => {
  const department = company.department("plant-operations").name;
  const escalationId = newId<EscalationId>();
  const open = sampleEscalationView({ escalationId, channel: "teams", department: department.en });
  const note = (one: Note, language: Language = "en") =>
    renderNote(one, { ...addresses, language, threadUrl: null, asker: null, viewers: [] });
  const card = (view: EscalationView) =>
    note({ kind: "escalation_status", escalationId, view }, view.language);
  const news = (one: EscalationNews) => note({ kind: "escalation_news", escalationId, news: one });
  const acknowledged: EscalationView = {
    ...open,
    state: "acknowledged",
    acknowledged: { by: anan.name, at: "2026-01-12T02:45:00.000Z" },
    links: [sampleTicket, { ...samplePage, state: "acknowledged", status: "Acknowledged" }],
    actions: ["resolve", "comment"],
  };
  const thai: EscalationView = {
    ...open,
    language: "th",
    department: department.th,
    severity: "warning",
    triggers: ["overdue"],
    question: "ปั๊มแอมโมเนียหมายเลข 3 ร้อนผิดปกติ ต้องหยุดเครื่องหรือไม่",
    links: [
      { ...sampleTicket, assignees: [] },
      { ...samplePage, name: null, url: null, state: "pending", status: null, madeAt: null },
    ],
  };
  const inChannel = (question: string, items: readonly Item[]) =>
    conversation("Rayong plant", "General", [said(malee, "9:43 AM", `@The Expert ${question}`), ...items]);
  return [
    { name: "escalation-card", frame: inChannel(open.question, posted("9:43 AM", card(open))) },
    { name: "escalation-card-thai", frame: inChannel(thai.question, posted("09:43", card(thai))) },
    {
      name: "escalation-news",
      frame: inChannel(open.question, [
        ...posted("9:43 AM", card(acknowledged)),
        ...posted("9:44 AM", news({ what: "paged", who: [anan.name], at: "2026-01-12T02:44:00.000Z" })),
        ...posted("9:44 AM", news({ what: "ticket_created", name: "OPS-12", url: sampleTicket.url })),
        ...posted("9:45 AM", news({ what: "acknowledged", by: anan.name, where: "pagerduty" })),
        ...posted(
          "9:46 AM",
          news({
            what: "comment",
            name: "OPS-12",
            by: daniel.name,
            text: "The sensor of hall 2 is *dirty*, there is no leak. I am cleaning it.\n\nStay outside for ten minutes.",
          }),
        ),
        ...posted(
          "9:58 AM",
          news({ what: "resolved", by: daniel.name, where: "jira", resolution: "The sensor was cleaned." }),
        ),
      ]),
    },
    {
      name: "answer-wanted",
      frame: personalChat(
        posted(
          "9:47 AM",
          note({
            kind: "answer_wanted",
            escalationId,
            resolvedAs: "#4711",
            askedBy: malee.name,
            department: department.en,
            question: open.question,
          }),
        ),
      ),
    },
    {
      name: "ticket-form",
      frame: {
        kind: "form",
        ...ticketForm(escalationTexts.en.wrote(daniel.name, "The valve at the gate hisses, too."), "en"),
      },
    },
  ];
};
