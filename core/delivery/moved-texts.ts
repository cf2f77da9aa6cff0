import { shorten } from "../text/cut-text.ts";
import type { Language } from "../text/language.ts";
import type { ChannelName } from "./channel-name.ts";
import type { Note } from "./channel.ts";

const longestQuestion = 200;
const titles: Readonly<Record<ChannelName, string>> = {
  web: "The web",
  slack: "Slack",
  teams: "Teams",
  mail: "E-mail",
};

const heads: Readonly<Record<Language, (question: string, channel: string) => string>> = {
  en: (question, channel) =>
    `I could not post this where you asked: ${channel} takes no message of mine there any more. You had asked “${question}”.`,
  th: (question, channel) =>
    `ฉันโพสต์ข้อความนี้ในที่ที่คุณถามไม่ได้ เพราะ ${channel} ไม่รับข้อความของฉันที่นั่นแล้ว คุณถามไว้ว่า “${question}”`,
};

/** Why something comes to its asker directly, in plain words; the same in every channel. */
export const movedHead = (
  { question, from }: Pick<Extract<Note, { kind: "moved_here" }>, "question" | "from">,
  language: Language,
): string => heads[language](shorten(question.replaceAll(/\s+/g, " ").trim(), longestQuestion), titles[from]);
