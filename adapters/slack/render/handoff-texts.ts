import type { Language } from "../../../core/text/language.ts";

/** What is said of a question that a human answers. Names are plain text. */
interface HandoffTexts {
  /** Null: some whom the readers may not know. `direct`: the asker alone sees the thread. */
  readonly expertsTold: (names: string | null, direct: boolean) => string;
  readonly expertFound: (name: string | null) => string;
  /** Before the expert's mention, which leads to them. */
  readonly writeToExpert: string;
  readonly askerWaits: (name: string) => string;
  /** Before the asker's mention. */
  readonly writeToAsker: string;
  readonly requestClosed: (name: string | null) => string;
  readonly done: string;
}

/** See `texts` for the rest of what notes say. */
export const handoffTexts: Readonly<Record<Language, HandoffTexts>> = {
  en: {
    expertsTold: (names, direct) =>
      [
        names === null ? "The department's experts were told." : `Told: ${names}.`,
        direct ? "Whoever takes it over writes to you directly." : "The answer comes here.",
      ].join(" "),
    expertFound: (name) =>
      name === null
        ? "An expert has taken over your question and writes to you directly."
        : `${name} has taken over your question and writes to you directly.`,
    writeToExpert: "You can write to them, too:",
    askerWaits: (name) => `${name} alone sees the thread of this question, so write to them directly.`,
    writeToAsker: "Write to:",
    requestClosed: (name) =>
      `${name ?? "The expert"} is done with your question. If you need more, ask me again, and ask a human there.`,
    done: "I am done",
  },
  th: {
    expertsTold: (names, direct) =>
      [
        names === null ? "แจ้งผู้เชี่ยวชาญของแผนกแล้ว" : `แจ้งแล้ว: ${names}`,
        direct ? "ผู้ที่รับเรื่องจะเขียนถึงคุณโดยตรง" : "คำตอบจะมาที่นี่",
      ].join(" "),
    expertFound: (name) =>
      name === null
        ? "ผู้เชี่ยวชาญรับเรื่องของคุณแล้ว และจะเขียนถึงคุณโดยตรง"
        : `${name} รับเรื่องของคุณแล้ว และจะเขียนถึงคุณโดยตรง`,
    writeToExpert: "คุณเขียนถึงเขาได้เช่นกัน:",
    askerWaits: (name) => `${name} เห็นเธรดของคำถามนี้เพียงคนเดียว โปรดเขียนถึงเขาโดยตรง`,
    writeToAsker: "เขียนถึง:",
    requestClosed: (name) =>
      `${name ?? "ผู้เชี่ยวชาญ"} เสร็จเรื่องคำถามของคุณแล้ว หากต้องการเพิ่มเติม โปรดถามฉันใหม่ แล้วขอให้คนช่วยตอบที่นั่น`,
    done: "เสร็จแล้ว",
  },
};
