import type { AdaptiveCard } from "../../adapters/teams/render/card.ts";
import type { SearchResult } from "../../adapters/teams/render/search-result.ts";
import type { TeamsMessage } from "../../adapters/teams/render/teams-message.ts";
import type { DemoCompany } from "../slack-pictures/demo-company.ts";
import type { Writer } from "../slack-pictures/html/frames.ts";
import { bot } from "../slack-pictures/scene.ts";

/** What stands in a conversation, in order. */
export type Item =
  | { readonly by: Writer; readonly at: string; readonly text: string }
  | { readonly by: Writer; readonly at: string; readonly message: TeamsMessage; readonly goesOn: boolean };

export type Frame =
  | {
      readonly kind: "conversation";
      readonly title: string;
      readonly place: string;
      readonly items: readonly Item[];
    }
  /** A window of Teams with a form. */
  | { readonly kind: "form"; readonly title: string; readonly card: AdaptiveCard }
  /** What the message extension found, and the card of the first of them. */
  | { readonly kind: "search"; readonly query: string; readonly results: readonly SearchResult[] };

/** What people see in Teams at one moment. Its name is its picture's. */
export interface Scene {
  readonly name: string;
  readonly frame: Frame;
}

/** Makes the scenes of one kind from the demo company's answers. */
export type MakeScenes = (company: DemoCompany) => Promise<readonly Scene[]>;

export const said = (by: Writer, at: string, text: string): Item => ({ by, at, text });

/** What the bot posts; several messages follow each other. */
export const posted = (at: string, messages: readonly TeamsMessage[]): readonly Item[] =>
  messages.map((message, index) => ({ by: bot, at, message, goesOn: index > 0 }));

export const conversation = (title: string, place: string, items: readonly Item[]): Frame => ({
  kind: "conversation",
  title,
  place,
  items,
});

export const personalChat = (items: readonly Item[]): Frame => conversation(bot.name, "Chat", items);
