import type { TenantId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { feedbackForm, formAnswer } from "../render/forms.ts";
import { answerPlaces, commandIds, inputIds } from "../render/verbs.ts";
import type { InvokeAnswer, TeamsEvent, TeamsInquiry } from "../teams-event.ts";
import type { TeamsInvokes } from "../teams-invokes.ts";
import type { TeamsDesk } from "./desk.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError } from "./explain-error.ts";
import { answerSearch } from "./answer-search.ts";
import { openAskForm } from "./open-ask-form.ts";
import { openTicketForm } from "./open-ticket-form.ts";
import { refreshCard } from "./refresh-card.ts";
import { handleTexts } from "./texts.ts";
import { languageOf } from "./visitor.ts";

/** What Teams waits for: see `TeamsInvokes`. */
export function createTeamsInvokes(desk: TeamsDesk): TeamsInvokes {
  return {
    async answer(tenant, inquiry) {
      try {
        return await answerInquiry(desk, tenant, inquiry);
      } catch (error) {
        const language = languageOf(inquiry);
        if (isForPerson(error)) return saying(inquiry.kind, explainError(error, language));
        desk.logger.warn("Teams could not be told at once what it asked for", { kind: inquiry.kind, error });
        return saying(inquiry.kind, handleTexts[language].couldNotShow);
      }
    },
    acknowledge: (event) => acknowledge(event, languageOf(event)),
    notConnected: (asked) => saying(asked.kind, handleTexts[languageOf(asked)].notConnected),
  };
}

function answerInquiry(desk: TeamsDesk, tenant: TenantId, inquiry: TeamsInquiry): Promise<InvokeAnswer> {
  switch (inquiry.kind) {
    case "search":
      return answerSearch(desk, tenant, inquiry);
    case "open_message_action":
      return inquiry.commandId === commandIds.addToTicket
        ? openTicketForm(desk, tenant, inquiry)
        : openAskForm(desk, tenant, inquiry);
    case "open_feedback":
      return Promise.resolve(ok(formAnswer(feedbackForm(inquiry.reaction, languageOf(inquiry)))));
    case "refresh_card":
      return refreshCard(desk, tenant, inquiry);
  }
}

function acknowledge(event: TeamsEvent, language: Language): InvokeAnswer {
  const words = handleTexts[language];
  switch (event.kind) {
    case "card_action":
      return saying(event.kind, words.clicked);
    case "message_action": {
      if (event.commandId === commandIds.addToTicket) return saying(event.kind, words.addingToTicket);
      const inThread = event.values[inputIds.answerWhere] === answerPlaces.thread;
      return saying(event.kind, inThread ? words.answerComesInThread : words.answerComesToYou);
    }
    default:
      // Of feedback Teams says itself that it was sent.
      return { status: 200, body: {} };
  }
}

const ok = (body: object): InvokeAnswer => ({ status: 200, body });

/** A plain text in the form of each invoke. https://learn.microsoft.com/en-us/microsoftteams/platform/messaging-extensions */
function saying(kind: TeamsEvent["kind"] | TeamsInquiry["kind"], text: string): InvokeAnswer {
  switch (kind) {
    case "search":
      return ok({ composeExtension: { type: "message", text } });
    case "open_message_action":
    case "open_feedback":
    case "message_action":
      return ok({ task: { type: "message", value: text } });
    case "card_action":
    case "refresh_card":
      return ok({ statusCode: 200, type: "application/vnd.microsoft.activity.message", value: text });
    default:
      return ok({});
  }
}
