import type { Language } from "../text/language.ts";
import type { ApprovalReason } from "./approval.ts";

interface RequestTexts {
  readonly why: Readonly<Record<Exclude<ApprovalReason, "review" | "resolved">, string>>;
  /** Whom the question was given to; null where the reader may not know names, or there are too many. */
  readonly asked: (names: string | null, department: string | null) => string;
  readonly comes: string;
}

/** What an asker is told whose answer an expert decides. */
export const requestTexts: Readonly<Record<Language, RequestTexts>> = {
  en: {
    why: {
      low_confidence: "I am not sure enough to answer this by myself.",
      policy_all: "An expert looks at answers of this department before they are sent.",
      sensitive: "What I found is sensitive, so an expert looks at it first.",
      nothing_found: "I found no answer in the documents.",
    },
    asked: (names, department) =>
      names === null
        ? `I have asked the experts${department === null ? "" : ` of ${department}`}.`
        : `I have asked ${names}${department === null ? "" : ` (${department})`}.`,
    comes: "The answer comes here.",
  },
  th: {
    why: {
      low_confidence: "ฉันยังไม่มั่นใจพอที่จะตอบเรื่องนี้เอง",
      policy_all: "คำตอบของแผนกนี้ต้องให้ผู้เชี่ยวชาญตรวจก่อนส่ง",
      sensitive: "สิ่งที่พบเป็นข้อมูลละเอียดอ่อน จึงต้องให้ผู้เชี่ยวชาญตรวจก่อน",
      nothing_found: "ไม่พบคำตอบในเอกสาร",
    },
    asked: (names, department) =>
      names === null
        ? `จึงถามผู้เชี่ยวชาญ${department === null ? "" : `ของ ${department} `}แล้ว`
        : `จึงถาม ${names}${department === null ? "" : ` (${department})`} แล้ว`,
    comes: "คำตอบจะส่งมาที่นี่",
  },
};
