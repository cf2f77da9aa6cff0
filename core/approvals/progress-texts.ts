import type { Language } from "../text/language.ts";

/** What is said about an approval where it was asked for, the same in every channel. */
interface ProgressTexts {
  readonly toApprove: string;
  readonly withdrawn: (by: string | null) => string;
  readonly askedOthers: (names: string | null) => string;
  readonly escalated: string;
  readonly nobodyDecided: string;
  readonly takenOver: (names: string | null) => string;
  readonly rejected: (by: string | null) => string;
}

export const progressTexts: Readonly<Record<Language, ProgressTexts>> = {
  en: {
    toApprove: "An answer waits for your decision",
    withdrawn: (by) => (by === null ? "This answer was taken back." : `${by} took this answer back.`),
    askedOthers: (names) =>
      names === null
        ? "Nobody has decided yet, so more experts were asked."
        : `Nobody has decided yet, so I asked ${names} as well.`,
    escalated: "Nobody has decided yet, so this was escalated.",
    nobodyDecided: "Nobody has decided yet. Your question stays with the experts.",
    takenOver: (names) =>
      names === null ? "An expert will write to you directly." : `${names} will write to you directly.`,
    rejected: (by) =>
      by === null ? "An expert looked at it: there is no answer." : `${by} looked at it: there is no answer.`,
  },
  th: {
    toApprove: "มีคำตอบรอการตัดสินใจของคุณ",
    withdrawn: (by) => (by === null ? "คำตอบนี้ถูกเพิกถอนแล้ว" : `${by} เพิกถอนคำตอบนี้แล้ว`),
    askedOthers: (names) =>
      names === null ? "ยังไม่มีผู้ตัดสินใจ จึงถามผู้เชี่ยวชาญเพิ่มเติมแล้ว" : `ยังไม่มีผู้ตัดสินใจ จึงถาม ${names} เพิ่มเติมแล้ว`,
    escalated: "ยังไม่มีผู้ตัดสินใจ จึงส่งต่อเรื่องนี้แล้ว",
    nobodyDecided: "ยังไม่มีผู้ตัดสินใจ คำถามของคุณยังอยู่กับผู้เชี่ยวชาญ",
    takenOver: (names) => (names === null ? "ผู้เชี่ยวชาญจะติดต่อคุณโดยตรง" : `${names} จะติดต่อคุณโดยตรง`),
    rejected: (by) => (by === null ? "ผู้เชี่ยวชาญตรวจแล้ว: ไม่มีคำตอบ" : `${by} ตรวจแล้ว: ไม่มีคำตอบ`),
  },
};
