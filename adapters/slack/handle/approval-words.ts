import type { ApprovalAction } from "../../../core/approvals/approval-view.ts";
import type { Language } from "../../../core/text/language.ts";

/** What is said to those who decide, besides what their cards say. Dates are Slack's or plain. */
interface ApprovalWords {
  /** Titles of forms and of windows, which have 24 characters. */
  readonly title: Readonly<Record<"edit" | "correct" | "reject", string>>;
  readonly submit: Readonly<Record<"edit" | "correct" | "reject", string>>;
  readonly answer: string;
  readonly sourcesHint: string;
  readonly correctHint: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly tooLong: string;
  readonly close: string;
  readonly openConsole: string;
  readonly decidedAt: (when: string) => string;
  readonly youWrote: string;
  /** On the Home tab. */
  readonly done: Readonly<Record<ApprovalAction, string>>;
  readonly toApprove: string;
  readonly readOnCard: string;
  readonly awayUntil: (when: string) => string;
  readonly delegateDecides: (name: string) => string;
  readonly nobodyDecides: string;
  readonly back: string;
  readonly awayHow: string;
  readonly delegateUnknown: string;
}

export const approvalWords: Readonly<Record<Language, ApprovalWords>> = {
  en: {
    title: { edit: "Edit and approve", correct: "Correct the answer", reject: "Reject the answer" },
    submit: { edit: "Approve", correct: "Send", reject: "Reject" },
    answer: "Answer",
    sourcesHint:
      "Numbers in square brackets name the sources. Leave those out that the answer no longer needs.",
    correctHint: "Your answer is sent in place of the draft, with your name.",
    reason: "Reason",
    reasonHint: "Whoever asked reads it.",
    tooLong: "This draft is longer than a form of Slack takes. Edit it in the web console.",
    close: "Close",
    openConsole: "Open the web console",
    decidedAt: (when) => `That was ${when}.`,
    youWrote: "What you wrote:",
    done: {
      approve: "Approved.",
      edit: "Approved with your changes.",
      correct: "Your answer was sent.",
      reject: "Rejected.",
      take_over: "You have taken over. Answer in the thread.",
      escalate: "Escalated.",
      undo: "The answer was taken back.",
    },
    toApprove: "Answers to approve",
    readOnCard:
      "It is longer than fits here: read it on its card or in the web console before you approve it.",
    awayUntil: (when) => `You are away until ${when}.`,
    delegateDecides: (name) => `Until then ${name} decides in your place.`,
    nobodyDecides: "Until then the others of your department decide.",
    back: "You are back: answers to approve come to you again.",
    awayHow:
      "Write until when you are away, and who decides meanwhile: `/expert away until 2026-12-01 for @Ben`. `/expert back` ends it.",
    delegateUnknown: "I do not know who that is. Mention them with @, or write their e-mail address.",
  },
  th: {
    title: { edit: "แก้ไขแล้วอนุมัติ", correct: "ตอบใหม่ให้ถูกต้อง", reject: "ปฏิเสธคำตอบ" },
    submit: { edit: "อนุมัติ", correct: "ส่ง", reject: "ปฏิเสธ" },
    answer: "คำตอบ",
    sourcesHint: "ตัวเลขในวงเล็บเหลี่ยมคือแหล่งที่มา ลบหมายเลขที่คำตอบไม่ได้ใช้แล้วออกได้",
    correctHint: "คำตอบของคุณจะถูกส่งแทนร่าง พร้อมชื่อของคุณ",
    reason: "เหตุผล",
    reasonHint: "ผู้ถามจะได้อ่านเหตุผลนี้",
    tooLong: "ร่างคำตอบนี้ยาวเกินกว่าที่แบบฟอร์มของ Slack รับได้ โปรดแก้ไขในเว็บคอนโซล",
    close: "ปิด",
    openConsole: "เปิดเว็บคอนโซล",
    decidedAt: (when) => `เมื่อ ${when}`,
    youWrote: "สิ่งที่คุณเขียน:",
    done: {
      approve: "อนุมัติแล้ว",
      edit: "อนุมัติพร้อมการแก้ไขของคุณแล้ว",
      correct: "ส่งคำตอบของคุณแล้ว",
      reject: "ปฏิเสธแล้ว",
      take_over: "คุณรับเรื่องแล้ว โปรดตอบในเธรด",
      escalate: "ส่งต่อแล้ว",
      undo: "เพิกถอนคำตอบแล้ว",
    },
    toApprove: "คำตอบที่รออนุมัติ",
    readOnCard: "คำตอบยาวกว่าที่แสดงได้ที่นี่ โปรดอ่านที่การ์ดหรือในเว็บคอนโซลก่อนอนุมัติ",
    awayUntil: (when) => `คุณไม่อยู่จนถึง ${when}`,
    delegateDecides: (name) => `ระหว่างนี้ ${name} ตัดสินแทนคุณ`,
    nobodyDecides: "ระหว่างนี้ผู้อื่นในแผนกของคุณเป็นผู้ตัดสิน",
    back: "คุณกลับมาแล้ว คำตอบที่รออนุมัติจะส่งถึงคุณอีกครั้ง",
    awayHow:
      "โปรดระบุวันที่คุณจะกลับ และผู้ที่ตัดสินแทน: `/expert away until 2026-12-01 for @Ben` ส่วน `/expert back` คือกลับมาแล้ว",
    delegateUnknown: "ไม่รู้จักผู้ที่ระบุ โปรดกล่าวถึงด้วย @ หรือพิมพ์อีเมลของเขา",
  },
};
