import type { CardElement } from "./card.ts";
import { writePlain } from "./write-markdown.ts";

/** Stands for a moment in words that are still to be written as Markdown; nobody writes it. */
const mark = "\ue000";

/** A moment (ISO 8601) as the reader's Teams writes it: the day in words or short, and the time of day. */
export function writeMoment(
  moment: string,
  { day, time }: { day: "SHORT" | "COMPACT" | null; time: boolean },
) {
  // Teams formats no fractions of seconds.
  const second = `${new Date(moment).toISOString().slice(0, 19)}Z`;
  return [
    ...(day === null ? [] : [`{{DATE(${second}, ${day})}}`]),
    ...(time ? [`{{TIME(${second})}}`] : []),
  ].join(" ");
}

/**
 * Words with a moment in them, as each reader's Teams writes it, in a text block, the only place where Teams does:
 * https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization
 * @param moment ISO 8601
 * @param say gives the words around the moment, plain text
 * @param links what follows them
 */
export function dated(
  say: (when: string) => string,
  moment: string,
  {
    time = true,
    quiet = true,
    links = [],
  }: {
    readonly time?: boolean;
    readonly quiet?: boolean;
    readonly links?: readonly (readonly [text: string, url: string | null])[];
  } = {},
): CardElement {
  const when = writeMoment(moment, { day: "SHORT", time });
  const words = writePlain(say(mark).replaceAll("{{", "{ {"), null, "card").replace(mark, () => when);
  return {
    type: "TextBlock",
    text: [words, ...links.map(([text, url]) => writePlain(text, url, "card"))].join(" · "),
    wrap: true,
    spacing: "small",
    ...(quiet ? { size: "small", isSubtle: true } : { weight: "bolder" }),
  };
}
