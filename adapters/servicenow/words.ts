import type { TicketDraft } from "../../core/escalation/ticket-system.ts";

/** What an incident says of its own, in the department's language. */
export interface IncidentWords {
  readonly askedBy: string;
  readonly department: string;
  readonly item: string;
  readonly owner: string;
  readonly status: string;
  readonly unknownItem: string;
  readonly links: string;
  readonly draft: string;
  /** In its place where it was sent. */
  readonly sent: string;
  readonly noDraft: string;
  readonly citations: string;
  readonly withheld: string;
  readonly transcript: string;
  readonly leftOut: string;
}

export const incidentWords: Readonly<Record<TicketDraft["language"], IncidentWords>> = {
  en: {
    askedBy: "Asked by",
    department: "Department",
    item: "Configuration item",
    owner: "owner",
    status: "status",
    unknownItem: "not found, or not the only one of this name",
    links: "Links",
    draft: "Draft of an answer, not approved",
    sent: "The answer that was sent",
    noDraft: "There is none.",
    citations: "What it rests on",
    withheld:
      "Something was left out here: it rests on documents that may not leave The Expert. Those who may read them find it behind the links.",
    transcript: "Conversation",
    leftOut: "Some of it was left out or shortened (…); the whole stands behind the links.",
  },
  th: {
    askedBy: "ผู้ถาม",
    department: "ฝ่าย",
    item: "รายการอุปกรณ์ (CI)",
    owner: "ผู้รับผิดชอบ",
    status: "สถานะ",
    unknownItem: "ไม่พบ หรือมีมากกว่าหนึ่งรายการที่ใช้ชื่อนี้",
    links: "ลิงก์",
    draft: "ร่างคำตอบ ยังไม่ได้รับอนุมัติ",
    sent: "คำตอบที่ส่งแล้ว",
    noDraft: "ไม่มีร่างคำตอบ",
    citations: "แหล่งอ้างอิง",
    withheld: "มีบางส่วนที่ไม่ได้แสดงไว้ที่นี่ เพราะอ้างอิงเอกสารที่ห้ามนำออกนอก The Expert ผู้ที่มีสิทธิ์อ่านดูได้จากลิงก์",
    transcript: "บทสนทนา",
    leftOut: "บางส่วนถูกตัดออกหรือย่อไว้ (…) ดูทั้งหมดได้จากลิงก์",
  },
};
