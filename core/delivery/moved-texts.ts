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

/** The page shows it as well; whoever asked there may have left. */
const onPage: Readonly<Record<Language, (question: string) => string>> = {
  en: (question) => `This is about what you asked in the web console: “${question}”.`,
  th: (question) => `เรื่องนี้เกี่ยวกับคำถามของคุณในเว็บคอนโซล: “${question}”`,
};

/** Why something comes to its asker directly, in plain words; the same in every channel. */
export function movedHead(
  { question, from }: Pick<Extract<Note, { kind: "moved_here" }>, "question" | "from">,
  language: Language,
): string {
  const asked = shorten(question.replaceAll(/\s+/g, " ").trim(), longestQuestion);
  return from === "web" ? onPage[language](asked) : heads[language](asked, titles[from]);
}
