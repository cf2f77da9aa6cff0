import { Lexer, type MarkedToken } from "marked";

import { inlineRuns } from "../../../core/markdown/inline-runs.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { teamsLimits } from "./limits.ts";
import { plainMoments } from "./plain-moments.ts";
import type { Verb } from "./verbs.ts";
import { writePlain } from "./write-markdown.ts";

/** The part of Adaptive Cards 1.5 that we use: https://adaptivecards.io/explorer. No colours: those of the theme are right. */
export type CardElement =
  | TextBlock
  | RichTextBlock
  | {
      readonly type: "Container";
      readonly items: readonly CardElement[];
      readonly style?: "emphasis";
      readonly spacing?: Spacing;
      readonly separator?: boolean;
      readonly selectAction?: CardAction;
    }
  | { readonly type: "ActionSet"; readonly actions: readonly CardAction[] }
  | {
      readonly type: "Input.Text";
      readonly id: string;
      readonly label: string;
      readonly isMultiline?: boolean;
      readonly isRequired?: boolean;
      readonly errorMessage?: string;
      readonly maxLength: number;
      readonly value?: string;
    }
  | {
      readonly type: "Input.ChoiceSet";
      readonly id: string;
      readonly label: string;
      readonly style: "compact" | "expanded";
      readonly value?: string;
      readonly wrap: true;
      readonly choices: readonly { readonly title: string; readonly value: string }[];
    };

type Spacing = "none" | "small" | "medium" | "large";

interface TextLook {
  readonly size?: "small" | "medium" | "large";
  readonly weight?: "bolder";
  readonly isSubtle?: true;
  readonly fontType?: "monospace";
}
interface TextBlock extends TextLook {
  readonly type: "TextBlock";
  /** Markdown: bold, italic, lists and links. */
  readonly text: string;
  readonly wrap: true;
  readonly spacing?: Spacing;
  readonly style?: "heading";
}
interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly ({ readonly type: "TextRun"; readonly text: string } & TextLook)[];
  readonly spacing?: Spacing;
}

/** What comes back with a click, besides what was entered. */
export type ActionData = Readonly<Record<string, unknown>>;
export type CardAction =
  | {
      readonly type: "Action.Execute";
      readonly title: string;
      readonly verb: Verb;
      readonly data: ActionData;
      readonly tooltip?: string;
      readonly style?: "positive";
      readonly fallback: SubmitAction;
    }
  | SubmitAction
  | { readonly type: "Action.OpenUrl"; readonly title: string; readonly url: string }
  /** Opens a part of the card; its inputs come with its own actions alone. */
  | {
      readonly type: "Action.ShowCard";
      readonly title: string;
      readonly card: {
        readonly type: "AdaptiveCard";
        readonly version: "1.5";
        readonly body: readonly CardElement[];
        readonly actions: readonly CardAction[];
      };
    };
interface SubmitAction {
  readonly type: "Action.Submit";
  readonly title: string;
  readonly data: ActionData;
  readonly tooltip?: string;
  readonly style?: "positive";
}

export interface AdaptiveCard {
  readonly type: "AdaptiveCard";
  readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
  readonly version: "1.5";
  readonly lang: Language;
  /** What a screen reader says of the whole card. */
  readonly speak: string;
  /** What is shown where cards of this version are not known. */
  readonly fallbackText: string;
  readonly msteams: { readonly width: "Full"; readonly entities?: readonly Mention[] };
  readonly body: readonly CardElement[];
  readonly actions?: readonly CardAction[];
  readonly refresh?: {
    readonly action: { readonly type: "Action.Execute"; readonly verb: Verb; readonly data: ActionData };
    /** Teams' ids of those who see a card of their own. */
    readonly userIds: readonly string[];
  };
}

/**
 * Who `text` in a text block of the card names:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards
 */
export interface Mention {
  readonly type: "mention";
  /** `<at>` and the name. */
  readonly text: string;
  /** Teams' own id (`29:…`). */
  readonly mentioned: { readonly id: string; readonly name: string };
}

export interface CardParts {
  readonly language: Language;
  readonly body: readonly CardElement[];
  readonly mentions?: readonly Mention[];
  readonly actions?: readonly CardAction[];
  /** Who sees a card of their own, by their ids in Teams, and what it asks for. */
  readonly refresh?: { readonly verb: Verb; readonly id: string; readonly for: readonly string[] };
  /** How many characters of it are told as words besides; all unless told. */
  readonly spoken?: number;
}

export function makeCard({
  language,
  body,
  mentions = [],
  actions = [],
  refresh,
  spoken = Infinity,
}: CardParts): AdaptiveCard {
  const all = plainOf(body).join("\n");
  const said = all.length > spoken ? shorten(all, spoken) : all;
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    lang: language,
    // It may be read as SSML.
    speak: said.replaceAll(/[<>&]/g, " "),
    fallbackText: writePlain(said, null, "card"),
    msteams: { width: "Full", ...(mentions.length === 0 ? {} : { entities: mentions }) },
    body,
    ...(actions.length === 0 ? {} : { actions }),
    ...(refresh && refresh.for.length > 0
      ? {
          refresh: {
            action: { type: "Action.Execute", verb: refresh.verb, data: { id: refresh.id } },
            userIds: refresh.for.slice(0, teamsLimits.refreshUsers),
          },
        }
      : {}),
  };
}

/** Text as it is, whatever stands in it. */
export const said = (text: string, look: TextLook = {}, spacing?: Spacing): CardElement => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text, ...look }],
  ...(spacing ? { spacing } : {}),
});

export const quiet = (text: string): CardElement => said(text, { size: "small", isSubtle: true }, "small");

/** @param size `medium` for what stands above a part of the card. */
export const heading = (text: string, size: "large" | "medium" = "large"): CardElement => ({
  type: "TextBlock",
  text: writePlain(text, null, "card"),
  wrap: true,
  size,
  weight: "bolder",
  style: "heading",
});

/** Text that opens an address where there is one. */
export const linked = (text: string, url: string | null): CardElement =>
  url === null
    ? said(text, {}, "small")
    : { type: "TextBlock", text: writePlain(text, url, "card"), wrap: true, spacing: "small" };

export const quoted = (text: string): CardElement => ({
  type: "Container",
  style: "emphasis",
  items: [said(text)],
});

export function button(
  verb: Verb,
  id: string,
  title: string,
  { primary = false, tooltip }: { readonly primary?: boolean; readonly tooltip?: string } = {},
): CardAction {
  return execute(verb, { id }, title, {
    ...(primary ? { style: "positive" } : {}),
    ...(tooltip ? { tooltip } : {}),
  });
}

/** A click with this data, for clients that know `Action.Execute` and those that do not. */
export const execute = (
  verb: Verb,
  data: ActionData,
  title: string,
  look: { readonly style?: "positive"; readonly tooltip?: string } = {},
): CardAction => ({
  type: "Action.Execute",
  title,
  ...look,
  verb,
  data,
  fallback: { type: "Action.Submit", title, ...look, data: { verb, ...data } },
});

/** What the elements say, in words, a line for each. */
export const plainOf = (elements: readonly CardElement[]): readonly string[] =>
  elements
    .flatMap((element): readonly string[] => {
      switch (element.type) {
        case "TextBlock":
          return [plainMarkdown(plainMoments(element.text.replaceAll(mentionMarks, "")))];
        case "RichTextBlock":
          return [element.inlines.map(({ text }) => text).join("")];
        case "Container":
          return plainOf(element.items);
        case "ActionSet":
          return [];
        default:
          return [element.label];
      }
    })
    .filter((line) => line.trim() !== "");

const mentionMarks = /<\/?at>/g;

const plainMarkdown = (markdown: string): string =>
  (new Lexer({ gfm: true }).lex(markdown) as MarkedToken[])
    .flatMap((token) => inlineRuns("tokens" in token && token.tokens ? token.tokens : [token], () => null))
    .map(({ text }) => text)
    .join("");
