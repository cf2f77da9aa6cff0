import type { Note } from "../../../core/delivery/channel.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationView } from "../../../core/escalation/escalation-view.ts";
import { sayLink, sayNews } from "../../../core/escalation/say-news.ts";
import type { EscalationId } from "../../../core/ids.ts";
import { type Line, type MailBlock, type MailContent, quiet, said } from "./mail-content.ts";
import type { MailContext } from "./mail-context.ts";
import { subjectOf } from "./subject-of.ts";
import { texts } from "./texts.ts";

type EscalationNote = Extract<Note, { kind: "escalation_status" | "escalation_news" | "answer_wanted" }>;

/** What is told of an escalation. */
export function renderEscalation(note: EscalationNote, context: MailContext): MailContent | null {
  const { language } = context;
  const words = escalationTexts[language];
  const { subject } = texts[language];
  switch (note.kind) {
    case "escalation_status": {
      const { view } = note;
      // The core shows none without how it stands.
      if (!view) throw new TypeError(`the escalation ${note.escalationId} is to be shown without its view`);
      // Each step has news of its own.
      return context.again ? null : statusOf(view, context);
    }
    case "escalation_news": {
      const { line, quote } = sayNews(note.news, language);
      return {
        language,
        subject: subject.handoffNews,
        blocks: [
          { kind: "line", line },
          ...(quote === null ? [] : [{ kind: "quote", text: quote } as const]),
          ...escalationButton(note.escalationId, context, texts[language].openEscalation),
        ],
      };
    }
    case "answer_wanted": {
      const { escalationId, resolvedAs, askedBy, department, question } = note;
      return {
        language,
        subject: subjectOf(subject.answerWanted, resolvedAs),
        blocks: [
          said(words.answerWanted(resolvedAs, askedBy, department)),
          { kind: "quote", text: question },
          said(words.whatIsTheAnswer(askedBy)),
          ...escalationButton(escalationId, context, texts[language].openConsole),
        ],
      };
    }
  }
}

function statusOf(view: EscalationView, context: MailContext): MailContent {
  const { language } = context;
  const words = escalationTexts[language];
  const { state, acknowledged, resolved } = view;
  const by = (state === "resolved" ? resolved : acknowledged)?.by ?? null;
  const links = view.links.map((link): Line => {
    const system = words.system[link.system];
    const name: Line = link.name === null ? [system] : [{ text: link.name, url: link.url }, ` (${system})`];
    return [`${words.kind[link.kind]}: `, ...name, " · ", ...sayLink(link, language)];
  });
  return {
    language,
    subject: subjectOf(texts[language].subject.escalation, view.question),
    blocks: [
      { kind: "heading", text: words.state[state](by) },
      { kind: "quote", text: view.question },
      ...links.map((line): MailBlock => ({ kind: "line", line })),
      quiet(view.triggers.map((trigger) => words.trigger[trigger]).join(" ")),
      quiet(
        [words.severity(view.severity), ...(view.askedBy === null ? [] : [words.askedBy(view.askedBy)])].join(
          " · ",
        ),
      ),
      ...escalationButton(view.escalationId, context, texts[language].openEscalation),
    ],
  };
}

function escalationButton(
  id: EscalationId,
  { pages, language }: MailContext,
  text: string,
): readonly MailBlock[] {
  const url = pages.escalation(id);
  return [url === null ? quiet(texts[language].signIn) : { kind: "button", text, url }];
}
