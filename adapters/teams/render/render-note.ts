import type { Note, OutgoingMessage } from "../../../core/delivery/channel.ts";
import { movedHead } from "../../../core/delivery/moved-texts.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { button, type CardAction, type CardElement, makeCard, quiet, quoted, said } from "./card.ts";
import { renderHandoffCard } from "./handoff-card.ts";
import { mentionPerson } from "./mention-person.ts";
import type { NoteContext } from "./note-context.ts";
import { plainWords } from "./plain-words.ts";
import { renderApprovalNote } from "./render-approval-note.ts";
import { renderEscalationNote } from "./render-escalation-note.ts";
import { renderFailure } from "./render-notices.ts";
import { renderReply } from "./render-reply.ts";
import { cardMessage, type TeamsMessage } from "./teams-message.ts";
import { texts } from "./texts.ts";
import { verbs } from "./verbs.ts";

const longestNames = 500;

/** What the product tells besides answers, as messages. */
export function renderNote(note: Note, context: NoteContext): TeamsMessage[] {
  const { language } = context;
  const words = texts[language];
  const person = mentionPerson(context.person ?? null, language);
  const opened = context.threadUrl === null ? null : linkAddress(context.threadUrl);
  const card = (body: readonly CardElement[], actions: readonly CardAction[] = []): TeamsMessage[] => [
    cardMessage(makeCard({ language, body, actions, mentions: person.mentions })),
  ];
  switch (note.kind) {
    case "human_asked": {
      const { experts, direct = false } = note;
      const told =
        experts?.length === 0 ? words.nobodyTold : words.expertsTold(experts?.join(", ") ?? null, direct);
      return card([
        said(words.humanAsked(note.askedBy, note.department)),
        quiet(shorten(told, longestNames)),
      ]);
    }
    case "handoff_offered": {
      const view = {
        ...note,
        // It opens for its asker alone.
        threadUrl: note.direct === true ? null : context.threadUrl,
        shared: note.direct !== true,
        state: { kind: "open" },
      } as const;
      return [cardMessage(renderHandoffCard(view, language, context.viewers))];
    }
    case "taken_over":
      return card([said(words.takenOver(note.by))], [button(verbs.giveBack, note.handoffId, words.giveBack)]);
    case "given_back":
      return card([said(words.givenBack(note.by))]);
    case "expert_found":
      return card([said(words.expertFound(note.expert?.name ?? null)), ...person.body], person.actions);
    case "asker_waits":
      return card(
        [
          said(words.takenByYouDirectly(note.askedBy)),
          quoted(shorten(plainWords(note.question), longestNames)),
          ...person.body,
        ],
        [
          ...person.actions,
          ...(opened === null
            ? []
            : [{ type: "Action.OpenUrl", title: words.openThread, url: opened } as const]),
          button(verbs.giveBack, note.handoffId, words.done),
        ],
      );
    case "request_closed":
      return card([said(words.requestClosed(note.by))]);
    case "approval_card":
    case "answer_verified":
    case "answer_withdrawn":
    case "approval_progress":
    case "approval_rejected":
      return renderApprovalNote(note, context);
    case "escalation_status":
    case "escalation_news":
    case "answer_wanted":
      return [renderEscalationNote(note, language)];
    case "moved_here":
      return [...card([said(movedHead(note, language))]), ...renderMoved(note.message, context)];
    case "answer_shared":
      return renderReply(note.reply, { ...context, sharedBy: note.by });
  }
}

function renderMoved(message: OutgoingMessage, context: NoteContext): readonly TeamsMessage[] {
  switch (message.kind) {
    case "reply":
      return renderReply(message.reply, context);
    case "failure":
      return renderFailure(message, context.language);
    case "note":
      return renderNote(message.note, context);
  }
}
