import type { Language } from "../text/language.ts";

/** What tickets and pages say in the product's own words. */
interface SharingTexts {
  /** In place of an answer that may not leave. */
  readonly withheldAnswer: string;
  readonly withheld: string;
  readonly conversation: string;
  readonly thread: string;
  readonly approval: string;
  readonly escalation: string;
  readonly question: string;
  readonly department: string;
  readonly askedBy: string;
  readonly why: string;
  readonly draft: string;
  readonly answer: string;
  readonly sources: string;
  /** In a comment, of somebody named before it. */
  readonly answered: string;
  readonly answeredWithheld: string;
  readonly withdrawn: string;
  readonly takenOver: string;
}

export const sharingTexts: Readonly<Record<Language, SharingTexts>> = {
  en: {
    withheldAnswer: "(The answer rests on documents that may not leave The Expert. Open it there.)",
    withheld: "The answer rests on documents that may not leave The Expert. Open it there to read it.",
    conversation: "The conversation in The Expert, for whoever asked",
    thread: "The thread",
    approval: "The approval in The Expert",
    escalation: "The escalation in The Expert",
    question: "Question",
    department: "Department",
    askedBy: "Asked by",
    why: "Why",
    draft: "Draft",
    answer: "Answer that was sent",
    sources: "Sources",
    answered: "The question was answered in The Expert:",
    answeredWithheld:
      "The question was answered in The Expert. The answer rests on documents that may not leave it. Open it there to read it.",
    withdrawn: "The answer was taken back in The Expert. The question is open again.",
    takenOver: "A human has taken the thread over, and answers in it.",
  },
  th: {
    withheldAnswer: "(คำตอบนี้อ้างอิงเอกสารที่ห้ามนำออกจาก The Expert โปรดเปิดอ่านในระบบ)",
    withheld: "คำตอบอ้างอิงเอกสารที่ห้ามนำออกจาก The Expert โปรดเปิดอ่านในระบบ",
    conversation: "บทสนทนาใน The Expert สำหรับผู้ถาม",
    thread: "เธรด",
    approval: "เรื่องที่รออนุมัติใน The Expert",
    escalation: "เรื่องที่ส่งต่อใน The Expert",
    question: "คำถาม",
    department: "แผนก",
    askedBy: "ผู้ถาม",
    why: "เหตุผล",
    draft: "ร่างคำตอบ",
    answer: "คำตอบที่ส่งแล้ว",
    sources: "แหล่งอ้างอิง",
    answered: "ตอบคำถามนี้แล้วใน The Expert:",
    answeredWithheld: "ตอบคำถามนี้แล้วใน The Expert คำตอบอ้างอิงเอกสารที่ห้ามนำออกจากระบบ โปรดเปิดอ่านในระบบ",
    withdrawn: "ถอนคำตอบใน The Expert แล้ว คำถามนี้เปิดอยู่อีกครั้ง",
    takenOver: "มีคนรับช่วงเธรดนี้ และจะตอบในเธรด",
  },
};
