import { type ErrorCode, ExpertError, isExpertError } from "../errors.ts";
import { thaiReason } from "../identity/reason-texts-th.ts";
import type { Language } from "../text/language.ts";

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

/** Whether to tell the person. A chat's own rate limit, which says how long it lasts, is waited for; ours is told. */
export const isForPerson = (error: unknown): error is ExpertError =>
  isExpertError(error) &&
  (theirs.has(error.code) || (error.code === "rate_limited" && error.facts["retryAfterMs"] === undefined));

/** A sentence for each reason of the channel's own, and for what every channel refuses. */
export type RefusalTexts<Reason extends string> = Readonly<Record<Reason | "couldNot", string>> & {
  /** A human, named so, answers in the thread. */
  held(name: string): string;
};

export interface ChatRefusals<Reason extends string> {
  /** A refusal in words of the channel's own, in both languages. */
  refusal(code: "forbidden" | "invalid_input", reason: Reason): ExpertError;
  /** A human answers in the thread. */
  heldBy(name: string): ExpertError;
  /** What went wrong and what to do, in a person's language. Only English has the words of every case. */
  explainError(error: ExpertError, language: Language): string;
}

interface ChatRefusalOptions<Reason extends string> {
  readonly reasons: readonly Reason[];
  readonly texts: Readonly<Record<Language, RefusalTexts<Reason>>>;
  /** What the channel calls itself. */
  readonly channel: string;
  /** In Thai: something changed meanwhile; where to look, as the channel calls its threads. */
  readonly thaiConflict: (facts: ExpertError["facts"]) => string;
}

export function createChatRefusals<Reason extends string>({
  reasons,
  texts,
  channel,
  thaiConflict,
}: ChatRefusalOptions<Reason>): ChatRefusals<Reason> {
  const isOwnReason = (value: unknown): value is Reason => reasons.some((reason) => reason === value);

  const thai = ({ code, facts }: ExpertError): string => {
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
        return thaiConflict(facts);
      case "rate_limited":
        return "คุณถามเร็วเกินไป โปรดรอสักครู่แล้วลองใหม่";
      case "channel_refused":
        return `${channel} ไม่ยอมให้ทำสิ่งนี้ โปรดลองใหม่ หรือแจ้งผู้ดูแลระบบ`;
      default:
        return texts.th.couldNot;
    }
  };

  return {
    refusal: (code, reason) => new ExpertError(code, texts.en[reason], { facts: { reason } }),
    heldBy: (name) => new ExpertError("conflict", texts.en.held(name), { facts: { heldBy: name } }),
    explainError(error, language) {
      const { reason, heldBy } = error.facts;
      if (typeof heldBy === "string") return texts[language].held(heldBy);
      if (isOwnReason(reason)) return texts[language][reason];
      if (language === "th") return thaiReason(error.facts) ?? thai(error);
      return error.remedy === undefined ? error.message : `${error.message} ${error.remedy}`;
    },
  };
}
