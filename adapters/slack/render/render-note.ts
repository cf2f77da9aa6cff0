import type { Note } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionIds } from "./action-ids.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { button, messageOf, type SlackMessage } from "./message.ts";
import { actions, renderReply } from "./render-reply.ts";
import type { SourceUrl } from "./sources.ts";
import { context, section } from "./split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { texts } from "./texts.ts";
import { toMrkdwn } from "./to-mrkdwn.ts";
import { writePlain } from "./write-mrkdwn.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";

export interface NoteContext {
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the thread of a handoff is opened; null where that is not known. */
  readonly threadUrl: string | null;
  /** Whether clicks are heard here. */
  readonly interactive: boolean;
}

const longestQuestion = 500;

/** What the product tells besides answers, as messages. */
export function renderNote(note: Note, noteContext: NoteContext): SlackMessage[] {
  const { language, interactive } = noteContext;
  const words = texts[language];
  const buttons = (action: string, handoffId: string, label: string, primary: boolean) =>
    interactive ? [actions([button(action, handoffId, label, primary ? { style: "primary" } : {})])] : [];
  switch (note.kind) {
    case "human_asked": {
      const told = note.experts.length === 0 ? words.nobodyTold : words.expertsTold(note.experts.join(", "));
      return [
        messageOf([
          section(writePlain(words.humanAsked(note.askedBy, note.department))),
          context(writePlain(shorten(told, longestQuestion))),
        ]),
      ];
    }
    case "handoff_offered": {
      const question = quoted(shorten(plainFromMrkdwn(toMrkdwn(note.question)), longestQuestion));
      const url = noteContext.threadUrl === null ? null : linkAddress(noteContext.threadUrl);
      return [
        messageOf([
          section(`${writePlain(words.handoffOffered(note.askedBy, note.department))}\n${question}`),
          ...(url === null ? [] : [context(writePlain(words.openThread, url))]),
          ...buttons(actionIds.takeOver, note.handoffId, words.takeOver, true),
        ]),
      ];
    }
    case "taken_over":
      return [
        messageOf([
          section(writePlain(words.takenOver(note.by))),
          ...buttons(actionIds.giveBack, note.handoffId, words.giveBack, false),
        ]),
      ];
    case "given_back":
      return [messageOf([section(writePlain(words.givenBack(note.by)))])];
    case "answer_shared":
      return renderReply(note.reply, { ...noteContext, share: { by: note.by } });
  }
}

const quoted = (text: string): string =>
  writePlain(text)
    .replaceAll(/^\u00ad?/gm, "> ")
    .replaceAll(/ $/gm, "");
