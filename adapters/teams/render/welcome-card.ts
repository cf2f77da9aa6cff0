import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { type AdaptiveCard, type CardElement, heading, makeCard, quiet, said } from "./card.ts";
import { texts } from "./texts.ts";

export interface Welcome {
  readonly place:
    | { readonly kind: "personal"; readonly firstName: string; readonly guest: boolean }
    | { readonly kind: "team" }
    | { readonly kind: "groupChat" };
  /** Questions that its reader could ask. */
  readonly examples: readonly string[];
  readonly language: Language;
}

const examplesShown = 5;
const longestExample = 200;

/** To whoever meets the bot: what it does, how to ask, and what. In the personal chat a click asks an example. */
export function renderWelcome({ place, examples, language }: Welcome): AdaptiveCard {
  const words = texts[language];
  const title =
    place.kind === "personal"
      ? words.welcome(place.firstName)
      : place.kind === "team"
        ? words.welcomeTeam
        : words.welcomeGroup;
  const shown = examples.slice(0, examplesShown).map((text) => shorten(text, longestExample));
  return makeCard({
    language,
    body: [
      heading(title),
      said(words.welcomeText),
      said(place.kind === "personal" ? words.welcomeOwn : words.welcomeMention),
      ...(place.kind === "personal" && place.guest ? [quiet(words.welcomeGuest)] : []),
      ...(shown.length === 0 ? [] : [heading(words.tryThese, "medium")]),
      ...shown.map((question) => exampleOf(question, place.kind === "personal")),
    ],
  });
}

/** A click writes it in the chat in the person's own name. */
const exampleOf = (question: string, clickable: boolean): CardElement => ({
  type: "Container",
  style: "emphasis",
  spacing: "small",
  items: [said(question)],
  ...(clickable
    ? {
        selectAction: {
          type: "Action.Submit",
          title: question,
          data: { msteams: { type: "imBack", value: question } },
        },
      }
    : {}),
});
