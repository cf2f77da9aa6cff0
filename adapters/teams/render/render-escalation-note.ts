import type { Note } from "../../../core/delivery/channel.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import { sayNews } from "../../../core/escalation/say-news.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { type CardElement, makeCard, quiet, quoted, said } from "./card.ts";
import { escalationActions } from "./escalation-actions.ts";
import { renderEscalationCard } from "./escalation-card.ts";
import { writeMoment } from "./moment.ts";
import { paragraph, shownParagraphs } from "./paragraphs.ts";
import { plainWords } from "./plain-words.ts";
import { cardMessage, type TeamsMessage } from "./teams-message.ts";
import { partsLine } from "./write-parts.ts";

type EscalationNote = Extract<Note, { kind: "escalation_status" | "escalation_news" | "answer_wanted" }>;

const longestQuestion = 1_000;
/** Of what was written elsewhere: there is more of it there. */
const longestQuote = 1_500;

/** What is told of an escalation: its card, what happens to it, and the wish for an answer to whoever resolved it. */
export function renderEscalationNote(note: EscalationNote, language: Language): TeamsMessage {
  const words = escalationTexts[language];
  switch (note.kind) {
    case "escalation_status": {
      // The core shows none without how it stands.
      if (!note.view)
        throw new TypeError(`the escalation ${note.escalationId} is to be shown without its view`);
      return cardMessage(renderEscalationCard(note.view, language));
    }
    case "escalation_news": {
      const { line, quote } = sayNews(note.news, language);
      const body = [
        partsLine(line, { when: timeOf(language) }),
        ...(quote === null ? [] : [quotedParagraphs(quote)]),
      ];
      return cardMessage(makeCard({ language, body }));
    }
    case "answer_wanted": {
      const { escalationId, resolvedAs, askedBy, department, question } = note;
      return cardMessage(
        makeCard({
          language,
          body: [
            said(words.answerWanted(resolvedAs, askedBy, department)),
            quoted(shorten(plainWords(question), longestQuestion)),
            quiet(words.whatIsTheAnswer(askedBy)),
          ],
          actions: escalationActions(escalationId, ["answer"], language),
        }),
      );
    }
  }
}

/** The message itself tells the day. */
const timeOf =
  (language: Language) =>
  (moment: string): string => {
    const time = writeMoment(moment, { day: null, time: true });
    return language === "th" ? `${time} น.` : `at ${time}`;
  };

/** What somebody wrote in Markdown: its words alone, which mention nobody. */
const quotedParagraphs = (markdown: string): CardElement => ({
  type: "Container",
  style: "emphasis",
  items: shownParagraphs(markdown, longestQuote).map(paragraph),
});
