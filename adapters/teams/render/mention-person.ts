import type { Language } from "../../../core/text/language.ts";
import type { CardAction, CardElement, Mention } from "./card.ts";
import { texts } from "./texts.ts";

/** Somebody whom a reader is told to write to. */
export interface PersonToWriteTo {
  /** Teams' own id (`29:…`). */
  readonly id: string;
  readonly name: string;
  /** Where a chat with them is opened; null where that is not known. */
  readonly chatUrl: string | null;
}

interface MentionedPerson {
  readonly body: readonly CardElement[];
  readonly mentions: readonly Mention[];
  readonly actions: readonly CardAction[];
}

/** The line that mentions a person, which leads to their profile, and the button that opens a chat; nothing for nobody. */
export function mentionPerson(person: PersonToWriteTo | null, language: Language): MentionedPerson {
  // What would end or format the mention.
  const name = (person?.name ?? "").replaceAll(/[<>&*_~`[\]\\]/g, " ").trim();
  if (person === null || name === "") return { body: [], mentions: [], actions: [] };
  const words = texts[language];
  const text = `<at>${name}</at>`;
  return {
    body: [{ type: "TextBlock", text: words.writeTo(text), wrap: true, spacing: "small" }],
    mentions: [{ type: "mention", text, mentioned: { id: person.id, name } }],
    actions:
      person.chatUrl === null ? [] : [{ type: "Action.OpenUrl", title: words.openChat, url: person.chatUrl }],
  };
}
