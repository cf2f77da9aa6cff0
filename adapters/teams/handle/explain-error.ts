import { type ErrorCode, ExpertError, isExpertError } from "../../../core/errors.ts";
import { thaiReason } from "../../../core/identity/reason-texts-th.ts";
import type { Language } from "../../../core/text/language.ts";
import { handleTexts } from "./texts.ts";

/** What the person did or may not do: trying it again by ourselves would change nothing, telling them does. */
const theirs: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_input",
  "question_empty",
  "question_too_long",
  "department_unknown",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "channel_refused",
]);

/** Teams' own rate limit, which says how long it lasts, is waited for; ours is told. */
export const isForPerson = (error: unknown): error is ExpertError =>
  isExpertError(error) &&
  (theirs.has(error.code) || (error.code === "rate_limited" && error.facts["retryAfterMs"] === undefined));

const reasons = [
  "switchedOff",
  "unknownPerson",
  "nothingToAsk",
  "unknownButton",
  "anonymous",
  "notSeen",
  "notChecked",
  "noChat",
] as const;
type OwnReason = (typeof reasons)[number];
const isOwnReason = (value: unknown): value is OwnReason => reasons.some((reason) => reason === value);

/** A refusal in words of our own, in both languages. */
export const refusal = (code: "forbidden" | "invalid_input", reason: OwnReason): ExpertError =>
  new ExpertError(code, handleTexts.en[reason], { facts: { reason } });

/** A human answers there. */
export const heldBy = (name: string): ExpertError =>
  new ExpertError("conflict", handleTexts.en.held(name), { facts: { heldBy: name } });

/** What went wrong and what to do, in a person's language. Only English has the words of every case. */
export function explainError(error: ExpertError, language: Language): string {
  const { reason, heldBy: holder } = error.facts;
  if (typeof holder === "string") return handleTexts[language].held(holder);
  if (isOwnReason(reason)) return handleTexts[language][reason];
  if (language === "th") return thaiReason(error.facts) ?? thai(error);
  return error.remedy === undefined ? error.message : `${error.message} ${error.remedy}`;
}

function thai({ code, facts }: ExpertError): string {
  switch (code) {
    case "question_empty":
      return "คำถามว่างเปล่า โปรดพิมพ์สิ่งที่คุณอยากรู้";
    case "question_too_long":
      return `คำถามยาวเกินไป อ่านได้ไม่เกิน ${String(facts["limit"] ?? 8_000)} ตัวอักษร โปรดย่อให้สั้นลง หรือส่งส่วนที่ยาวเป็นไฟล์แล้วถามเกี่ยวกับไฟล์นั้น`;
    case "department_unknown":
      return "ไม่มีแผนกนี้ให้คุณถาม โปรดเลือกแผนกจากรายการ หรือให้ The Expert เลือกให้";
    case "forbidden":
      return "คุณไม่มีสิทธิ์ทำสิ่งนี้ โปรดติดต่อผู้ดูแลระบบหรือหัวหน้าแผนก";
    case "not_found":
      return "ไม่พบสิ่งนี้แล้ว โปรดถามใหม่";
    case "conflict":
      return typeof facts["takenBy"] === "string"
        ? `${facts["takenBy"]} รับเรื่องนี้ไปแล้ว โปรดคุยกับเขาหรือคุยในเธรด`
        : "สิ่งนี้เปลี่ยนไปแล้ว โปรดดูในการสนทนา";
    case "rate_limited":
      return "คุณถามเร็วเกินไป โปรดรอสักครู่แล้วลองใหม่";
    case "channel_refused":
      return "Teams ไม่ยอมให้ทำสิ่งนี้ โปรดลองใหม่ หรือแจ้งผู้ดูแลระบบ";
    default:
      return handleTexts.th.couldNot;
  }
}
