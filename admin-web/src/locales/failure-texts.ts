import type { FailureCode } from "../api/http-client.ts";
import type { Language } from "../../../core/text/language.ts";

interface FailureText {
  readonly message: string;
  readonly remedy: string | null;
}
type FailureTexts = Readonly<Record<Language, Readonly<Partial<Record<FailureCode, FailureText>>>>>;

const text = (message: string, remedy: string | null = null): FailureText => ({ message, remedy });

/** The server's own words are English and name the facts, so English needs only what the page itself finds. */
export const failureTexts: FailureTexts = {
  en: {
    offline: text("The server could not be reached.", "Check your connection, then try again."),
    answer_unreadable: text(
      "The server's answer was not understood.",
      "Load the page again. If it stays, tell your administrator.",
    ),
  },
  th: {
    offline: text("ติดต่อเซิร์ฟเวอร์ไม่ได้", "ตรวจสอบการเชื่อมต่อ แล้วลองอีกครั้ง"),
    answer_unreadable: text("อ่านคำตอบของเซิร์ฟเวอร์ไม่ได้", "โหลดหน้าใหม่ หากยังเป็นอยู่โปรดแจ้งผู้ดูแลระบบ"),
    invalid_input: text("ข้อมูลที่ส่งไม่ถูกต้อง", "ตรวจสอบสิ่งที่กรอก แล้วลองอีกครั้ง"),
    question_empty: text("ยังไม่มีคำถาม", "พิมพ์คำถาม แล้วส่งอีกครั้ง"),
    question_too_long: text("คำถามยาวเกินไป", "ย่อคำถาม หรือใส่ข้อความยาวไว้ในเอกสาร"),
    department_unknown: text("ไม่มีแผนกนี้ หรือคุณถามแผนกนี้ไม่ได้", "เลือกแผนกอื่น"),
    unauthenticated: text("เซสชันสิ้นสุดแล้ว", "โปรดเข้าสู่ระบบ"),
    forbidden: text("คุณไม่มีสิทธิ์ทำสิ่งนี้", "ขอสิทธิ์จากผู้ดูแลระบบ"),
    not_found: text("ไม่พบสิ่งที่ต้องการ", "อาจถูกลบหรือย้ายไปแล้ว"),
    conflict: text("มีการเปลี่ยนแปลงจากที่อื่นในเวลาเดียวกัน", "โหลดหน้าใหม่ แล้วลองอีกครั้ง"),
    rate_limited: text("มีคำขอมากเกินไปในเวลาสั้น ๆ", "รอสักครู่ แล้วลองอีกครั้ง"),
    upload_too_large: text("ไฟล์ใหญ่เกินไป", "แบ่งไฟล์เป็นส่วนที่เล็กลง"),
    upload_broken: text("การอัปโหลดไม่สมบูรณ์", "อัปโหลดไฟล์อีกครั้ง"),
    document_unsupported: text("ไม่รองรับไฟล์ชนิดนี้", "บันทึกเป็น PDF, Word หรือข้อความ แล้วอัปโหลดอีกครั้ง"),
    document_encrypted: text("ไฟล์นี้มีรหัสผ่าน", "เอารหัสผ่านออก แล้วอัปโหลดอีกครั้ง"),
    document_corrupt: text("ไฟล์เสียหาย", "เปิดไฟล์ในโปรแกรมเดิม บันทึกใหม่ แล้วอัปโหลดอีกครั้ง"),
    document_empty: text("ไฟล์นี้ไม่มีข้อความ", "ตรวจสอบว่าเลือกไฟล์ถูกต้อง"),
    document_image_only: text(
      "ไฟล์นี้มีแต่ภาพ ไม่มีข้อความให้อ่าน",
      "แปลงด้วยโปรแกรมอ่านตัวอักษรจากภาพ (OCR) แล้วอัปโหลดอีกครั้ง",
    ),
    document_undecodable: text("อ่านรหัสอักขระของไฟล์ไม่ได้", "บันทึกไฟล์เป็น UTF-8 แล้วอัปโหลดอีกครั้ง"),
    document_too_complex: text("ไฟล์นี้ใหญ่หรือซับซ้อนเกินกว่าจะอ่านได้", "แบ่งไฟล์เป็นส่วนที่เล็กลง"),
    storage_full: text("พื้นที่จัดเก็บเต็ม", "โปรดแจ้งผู้ดูแลระบบ"),
    storage_unavailable: text("พื้นที่จัดเก็บไม่พร้อมใช้งาน", "ลองอีกครั้งในภายหลัง"),
    database_unavailable: text("ฐานข้อมูลไม่พร้อมใช้งานชั่วคราว", "ลองอีกครั้งในอีกสักครู่"),
    queue_unavailable: text("ระบบคิวไม่พร้อมใช้งานชั่วคราว", "ลองอีกครั้งในอีกสักครู่"),
    model_unavailable: text("โมเดลภาษาไม่พร้อมใช้งาน", "ลองอีกครั้งในอีกสักครู่"),
    model_timeout: text("โมเดลภาษาใช้เวลานานเกินไป", "ลองอีกครั้ง หรือถามให้สั้นลง"),
    model_refused: text("โมเดลภาษาปฏิเสธคำถามนี้", "ลองถามด้วยถ้อยคำอื่น"),
    cancelled: text("คำถามนี้ถูกหยุด", "ถามอีกครั้งได้ทุกเมื่อ"),
    internal: text("เซิร์ฟเวอร์เกิดข้อผิดพลาด", "ลองอีกครั้ง หากยังเป็นอยู่โปรดแจ้งผู้ดูแลระบบ"),
  },
};

/** What happened and what to do, in the person's language where it is translated, else in the server's words. */
export function failureText(
  failure: { readonly code: FailureCode; readonly message: string; readonly remedy: string | null },
  language: Language,
): FailureText {
  return failureTexts[language][failure.code] ?? { message: failure.message, remedy: failure.remedy };
}
