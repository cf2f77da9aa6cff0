import type { KnownBlock } from "@slack/types";
import type { Note } from "../../../core/delivery/channel.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import { sayNews } from "../../../core/escalation/say-news.ts";
import { escalationButtons } from "./escalation-actions.ts";
import { renderEscalationCard } from "./escalation-card.ts";
import { messageOf, type SlackMessage } from "./message.ts";
import type { NoteContext } from "./note-context.ts";
import { quoted } from "./quoted.ts";
import { context, section } from "./split-blocks.ts";
import { writeParts } from "./write-parts.ts";
import { writePlain } from "./write-mrkdwn.ts";

type EscalationNote = Extract<Note, { kind: "escalation_status" | "escalation_news" | "answer_wanted" }>;

const longestQuestion = 1_000;
/** Of what was written elsewhere: there is more of it there. */
const longestQuote = 1_500;

/** What is told of an escalation: its card, what happens to it, and the wish for an answer to whoever resolved it. */
export function renderEscalationNote(
  note: EscalationNote,
  { language, interactive }: NoteContext,
): SlackMessage {
  const words = escalationTexts[language];
  switch (note.kind) {
    case "escalation_status":
      // Whoever posts it has filled the view in, or withheld the card.
      if (!note.view) return messageOf([section(writePlain(words.state.open(null)))]);
      return renderEscalationCard(note.view, { language, interactive });
    case "escalation_news": {
      const { line, quote } = sayNews(note.news, language);
      const said = writeParts(line, language);
      return messageOf([section(quote === null ? said : `${said}\n${quoted(quote, longestQuote)}`)]);
    }
    case "answer_wanted": {
      const { resolvedAs, askedBy, department, question, escalationId } = note;
      const buttons = interactive ? escalationButtons(escalationId, ["answer"], language) : null;
      const blocks: readonly KnownBlock[] = [
        section(
          `${writePlain(words.answerWanted(resolvedAs, askedBy, department))}\n${quoted(question, longestQuestion)}`,
        ),
        context(writePlain(words.whatIsTheAnswer(askedBy))),
        ...(buttons === null ? [] : [buttons]),
      ];
      return messageOf(blocks);
    }
  }
}
