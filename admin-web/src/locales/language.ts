import type { ReplyView } from "../../../bots/http/contract/conversation.ts";

export type Language = ReplyView["language"];

/** The languages that the page speaks: those of the product. */
export const languages = ["en", "th"] as const satisfies readonly Language[];

/** Thai where the text holds Thai letters, so that it gets the room they need; else English. */
export const languageOf = (text: string): Language => (/[\u0e00-\u0e7f]/u.test(text) ? "th" : "en");
