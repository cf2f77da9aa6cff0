import type { TicketDraft } from "../../../core/escalation/ticket-system.ts";

/** What a ticket says of its own, in the department's language. */
export interface TicketWords {
  readonly askedBy: string;
  readonly department: string;
  readonly severity: string;
  readonly severities: Readonly<Record<TicketDraft["severity"], string>>;
  readonly links: string;
  readonly draft: string;
  /** In its place where it was sent. */
  readonly sent: string;
  readonly noDraft: string;
  readonly citations: string;
  readonly withheld: string;
  readonly transcript: string;
  readonly earlierLeftOut: (count: number) => string;
  readonly shortened: string;
}

export const ticketWords: Readonly<Record<TicketDraft["language"], TicketWords>> = {
  en: {
    askedBy: "Asked by",
    department: "Department",
    severity: "Severity",
    severities: { info: "info", warning: "warning", error: "error", critical: "critical" },
    links: "Links",
    draft: "Draft of an answer, not approved",
    sent: "The answer that was sent",
    noDraft: "There is none.",
    citations: "What it rests on",
    withheld:
      "Something was left out here: it rests on documents that may not leave The Expert. Those who may read them find it behind the links.",
    transcript: "Conversation",
    earlierLeftOut: (count) =>
      count === 1
        ? "1 earlier message was left out; it stands in the conversation."
        : `${String(count)} earlier messages were left out; they stand in the conversation.`,
    shortened: "Long texts were shortened (…); the whole stands in the conversation.",
  },
  th: {
    askedBy: "ผู้ถาม",
    department: "ฝ่าย",
    severity: "ความรุนแรง",
    severities: { info: "แจ้งเพื่อทราบ", warning: "เตือน", error: "ผิดพลาด", critical: "วิกฤต" },
    links: "ลิงก์",
    draft: "ร่างคำตอบ ยังไม่ได้รับอนุมัติ",
    sent: "คำตอบที่ส่งแล้ว",
    noDraft: "ไม่มีร่างคำตอบ",
    citations: "แหล่งอ้างอิง",
    withheld: "มีบางส่วนที่ไม่ได้แสดงไว้ที่นี่ เพราะอ้างอิงเอกสารที่ห้ามนำออกนอก The Expert ผู้ที่มีสิทธิ์อ่านดูได้จากลิงก์",
    transcript: "บทสนทนา",
    earlierLeftOut: (count) => `ไม่ได้แสดงข้อความก่อนหน้า ${String(count)} ข้อความ ดูทั้งหมดได้ในบทสนทนา`,
    shortened: "ข้อความยาวถูกย่อไว้ (…) ดูข้อความเต็มได้ในบทสนทนา",
  },
};
