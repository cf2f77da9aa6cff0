import { lazy } from "react";
import { preloadAnswerText } from "../answer/answer-text-loader.ts";

const load = () => import("./conversation-page.tsx");

export const ConversationPage = lazy(load);

/** Fetches what the first answer needs, while the question is being typed. */
export function preloadConversationPage(): void {
  void load();
  preloadAnswerText();
}
