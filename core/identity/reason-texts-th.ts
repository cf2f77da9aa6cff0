import type { ReasonFacts, RefusalReason } from "./refusal-reason.ts";

type Sentences = Readonly<Record<RefusalReason, (facts: ReasonFacts) => string>>;

/** What the core refuses, in Thai; its English is the error's own. */
export const thaiReasons: Sentences = {
  question_gone: () => "ไม่มีคำถามนี้แล้ว โปรดถามใหม่",
  answer_gone: () => "ไม่มีคำตอบนี้แล้ว โปรดถามคำถามใหม่",
  nothing_to_show: () => "ไม่มีคำตอบที่จะแสดง โปรดถามคำถามใหม่",
  share_not_yours: () => "เฉพาะผู้ถามเท่านั้นที่แสดงคำตอบนี้ให้ทุกคนเห็นได้ โปรดถามคำถามนี้เอง",
  share_document_gone: () => "เอกสารที่คำตอบนี้อ้างถึงไม่มีแล้ว หรือคุณไม่มีสิทธิ์อ่านแล้ว โปรดถามคำถามใหม่",
  share_uncited: () => "คำตอบนี้ไม่ได้อ้างถึงเอกสารใด จึงไม่รู้ว่าใครอ่านได้บ้าง โปรดถามใหม่ในเธรด",
  share_restricted: () => "คำตอบนี้อ้างถึงเอกสารที่ไม่ได้เปิดให้ทุกคนอ่าน โปรดบอกผู้ที่มีสิทธิ์รู้ด้วยตัวคุณเอง",
  share_department_closed: ({ departmentTh }) =>
    `${departmentTh === undefined ? "แผนกหนึ่งที่คำตอบนี้อ้างถึง" : `แผนก ${departmentTh}`} ไม่อนุญาตให้แสดงคำตอบให้ทุกคนเห็น โปรดติดต่อหัวหน้าแผนก`,
  share_outsiders: () =>
    "มีผู้เยี่ยมชมหรือคนจากบริษัทอื่นอ่านอยู่ที่นั่น และเอกสารที่คำตอบนี้อ้างถึงไม่ได้เปิดให้พวกเขา โปรดแสดงในช่องที่มีเฉพาะคนในบริษัทของคุณ",
  fuller_not_yours: () => "คำตอบฉบับเต็มมีไว้สำหรับผู้ถาม โปรดถามคำถามนี้เอง แล้วคุณจะได้คำตอบตามสิทธิ์ของคุณ",
  human_not_yours: () => "เฉพาะผู้ถามเท่านั้นที่ขอให้คนช่วยตอบคำถามนี้ได้ โปรดถามคำถามนี้เอง",
  handoff_gone: () => "ไม่มีคำขอให้คนช่วยตอบนี้แล้ว โปรดกดขอให้คนช่วยตอบอีกครั้งใต้คำตอบ",
  handoff_own_question: ({ names }) =>
    `ไม่มีใครรับเรื่องที่ตนเองถามได้ ${names === undefined ? "โปรดปล่อยให้แผนกจัดการ" : `ผู้ที่รับเรื่องได้: ${names}`}`,
  handoff_not_expert: ({ names }) =>
    `คุณรับเรื่องนี้ไม่ได้ เฉพาะหัวหน้าและผู้อนุมัติของแผนกเท่านั้น ${names === undefined ? "โปรดปล่อยให้แผนกจัดการ" : `ผู้ที่รับเรื่องได้: ${names}`}`,
  handoff_taken: ({ name }) => `${name ?? "ผู้อื่น"} รับเรื่องนี้ไปแล้ว โปรดคุยกับเขาหรือคุยในเธรด`,
  handoff_closed: () => "เรื่องนี้มีคนตอบและส่งคืนแล้ว โปรดอ่านในเธรด หากต้องการเพิ่มเติมให้ถามต่อในเธรดนั้น",
  approval_gone: () => "ไม่มีเรื่องที่รออนุมัตินี้แล้ว โปรดดูรายการที่รอคุณในเว็บคอนโซล",
  approval_own_question: () => "ไม่มีใครตัดสินคำตอบของคำถามของตนเองได้ โปรดให้ผู้อื่นที่ถูกถามตัดสิน",
  approval_not_approver: () =>
    "คุณตัดสินคำตอบนี้ไม่ได้ เพราะนโยบายของแผนกกำหนดผู้อื่นไว้ หรือคุณไม่มีสิทธิ์อ่านเอกสารที่ใช้ โปรดถามหัวหน้าแผนก",
  approval_sign_in: () => "นโยบายของแผนกกำหนดให้ลงชื่อเข้าใช้เว็บคอนโซลก่อน โปรดลงชื่อเข้าใช้แล้วตัดสินอีกครั้ง",
  approval_late: ({ name }) => `${name ?? "ผู้อื่น"} ตัดสินเรื่องนี้ไปแล้ว ดูผลได้ที่การ์ด`,
  approval_changed: () => "ข้อความของคำตอบเปลี่ยนไปหลังจากที่คุณอ่าน โปรดอ่านการ์ดอีกครั้งแล้วตัดสิน",
  approval_not_sent: () => "ไม่มีคำตอบให้เพิกถอน การ์ดแสดงสถานะล่าสุด",
  handoff_not_taken: () => "ยังไม่มีใครรับเรื่องนี้ โปรดรับเรื่องก่อน",
  give_back_not_yours: ({ name }) => `คุณส่งเรื่องนี้คืนไม่ได้ โปรดติดต่อ ${name ?? "ผู้ที่รับเรื่อง"} หรือหัวหน้าแผนก`,
};

const reasons: ReadonlySet<unknown> = new Set(Object.keys(thaiReasons));

/** Null where the error gives none of the core's reasons. */
export function thaiReason({ reason, ...facts }: Readonly<Record<string, unknown>>): string | null {
  return reasons.has(reason) ? thaiReasons[reason as RefusalReason](facts) : null;
}
