import type { ApprovalReason } from "../../../core/approvals/approval.ts";
import type { ApprovalAction, ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { ChannelName } from "../../../core/delivery/channel-name.ts";
import type { Language } from "../../../core/text/language.ts";

type DecidedKind = NonNullable<ApprovalView["decided"]>["kind"];

/** What a card of an approval says. Names are plain text; a `when` is a date of Slack's. */
interface ApprovalTexts {
  readonly why: Readonly<Record<ApprovalReason, string>>;
  readonly askedBy: (name: string | null) => string;
  /** Where the question was asked, if it opens for its asker alone or not in Slack. */
  readonly askedWhere: Readonly<Record<ChannelName, string>>;
  readonly draft: string;
  readonly answer: string;
  readonly noDraft: string;
  readonly cut: string;
  readonly moreSources: string;
  readonly inConsole: string;
  readonly calibrated: (approved: number, labels: number) => string;
  readonly agreed: (names: readonly string[], required: number) => string;
  readonly alsoAsked: (count: number) => string;
  readonly overdue: (when: string) => string;
  readonly escalated: string;
  readonly action: Readonly<Record<ApprovalAction, string>>;
  /** Of `correct` where there is no draft. */
  readonly write: string;
  /** On the button that confirms what a menu offers. */
  readonly goOn: string;
  readonly sure: string;
  readonly cancel: string;
  readonly takeOverMeans: string;
  readonly escalateMeans: string;
  readonly undoMeans: string;
  readonly decided: Readonly<Record<DecidedKind, (by: string) => string>>;
  readonly reason: string;
  readonly reminder: string;
  readonly reminderAbove: string;
}

export const approvalTexts: Readonly<Record<Language, ApprovalTexts>> = {
  en: {
    why: {
      low_confidence: "I was not sure enough to answer this by myself.",
      policy_all: "This department's answers are all checked before they are sent.",
      sensitive: "The answer rests on sensitive documents.",
      nothing_found: "I found no answer in the documents.",
      review: "This answer was verified before; since then it has expired, or a source of it has changed.",
      resolved: "Whoever resolved the escalation of this question wrote this answer.",
    },
    askedBy: (name) => `Asked by ${name ?? "somebody"}`,
    askedWhere: {
      slack: "asked privately in Slack",
      teams: "asked in Microsoft Teams",
      web: "asked in the web console",
      mail: "asked by e-mail",
    },
    draft: "Draft",
    answer: "Answer",
    noDraft: "There is no draft. You can write the answer.",
    cut: "The draft is longer than this card. Read all of it in the web console before you decide.",
    moreSources: "More sources are in the web console.",
    inConsole: "Open in the web console",
    calibrated: (approved, labels) =>
      `Approved as it stood in ${String(approved)} of 100 such cases (${String(labels)} ${labels === 1 ? "decision" : "decisions"})`,
    agreed: (names, required) =>
      `${String(names.length)} of ${String(required)} agreed${names.length === 0 ? "" : `: ${names.join(", ")}`}`,
    alsoAsked: (count) =>
      count === 1 ? "1 other waits for the same answer" : `${String(count)} others wait for the same answer`,
    overdue: (when) => `It goes on to others ${when}, unless somebody decides.`,
    escalated: "Nobody decided in time, so it was escalated. You can still decide.",
    action: {
      approve: "Approve",
      edit: "Edit and approve",
      correct: "Correct",
      reject: "Reject",
      take_over: "Take over",
      escalate: "Escalate",
      undo: "Take the answer back",
    },
    write: "Write the answer",
    goOn: "Go on",
    sure: "Are you sure?",
    cancel: "Cancel",
    takeOverMeans:
      "Take over: you answer in the thread yourself, and I stay silent there until you give it back.",
    escalateMeans: "Escalate: it goes on to others at once. You can still decide.",
    undoMeans:
      "The answer is taken back in its thread and in those of all who waited for it, and is served to nobody any more.",
    decided: {
      approved: (by) => `${by} approved this answer`,
      edited: (by) => `${by} edited and approved this answer`,
      corrected: (by) => `${by} corrected this answer`,
      rejected: (by) => `${by} rejected this answer`,
      taken_over: (by) => `${by} took over the thread`,
      withdrawn: (by) => `${by} took this answer back`,
    },
    reason: "Reason",
    reminder: "This still waits for your decision:",
    reminderAbove: "The card with the draft is above in this conversation.",
  },
  th: {
    why: {
      low_confidence: "ฉันยังไม่มั่นใจพอที่จะตอบเรื่องนี้เอง",
      policy_all: "คำตอบของแผนกนี้ต้องตรวจก่อนส่งทุกครั้ง",
      sensitive: "คำตอบอ้างอิงเอกสารที่เป็นข้อมูลละเอียดอ่อน",
      nothing_found: "ไม่พบคำตอบในเอกสาร",
      review: "คำตอบนี้เคยผ่านการตรวจแล้ว แต่หมดอายุ หรือแหล่งที่มามีการเปลี่ยนแปลง",
      resolved: "ผู้ที่แก้ปัญหาตามคำถามนี้เป็นผู้เขียนคำตอบนี้",
    },
    askedBy: (name) => (name === null ? "มีผู้ถาม" : `ถามโดย ${name}`),
    askedWhere: {
      slack: "ถามเป็นการส่วนตัวใน Slack",
      teams: "ถามใน Microsoft Teams",
      web: "ถามในเว็บคอนโซล",
      mail: "ถามทางอีเมล",
    },
    draft: "ร่างคำตอบ",
    answer: "คำตอบ",
    noDraft: "ไม่มีร่างคำตอบ คุณเขียนคำตอบเองได้",
    cut: "ร่างคำตอบยาวกว่าที่การ์ดนี้แสดงได้ โปรดอ่านทั้งหมดในเว็บคอนโซลก่อนตัดสินใจ",
    moreSources: "แหล่งที่มาเพิ่มเติมอยู่ในเว็บคอนโซล",
    inConsole: "เปิดในเว็บคอนโซล",
    calibrated: (approved, labels) =>
      `กรณีแบบนี้ได้รับอนุมัติโดยไม่แก้ไข ${String(approved)} จาก 100 ครั้ง (จากการตัดสิน ${String(labels)} ครั้ง)`,
    agreed: (names, required) =>
      `เห็นชอบแล้ว ${String(names.length)} จาก ${String(required)} คน${names.length === 0 ? "" : `: ${names.join(", ")}`}`,
    alsoAsked: (count) => `มีอีก ${String(count)} คนรอคำตอบเดียวกัน`,
    overdue: (when) => `หากยังไม่มีผู้ตัดสิน เรื่องจะถูกส่งต่อให้ผู้อื่น ${when}`,
    escalated: "ไม่มีผู้ตัดสินใจภายในเวลา จึงส่งต่อเรื่องนี้แล้ว คุณยังตัดสินได้",
    action: {
      approve: "อนุมัติ",
      edit: "แก้ไขแล้วอนุมัติ",
      correct: "ตอบใหม่ให้ถูกต้อง",
      reject: "ปฏิเสธ",
      take_over: "รับเรื่อง",
      escalate: "ส่งต่อ",
      undo: "เพิกถอนคำตอบ",
    },
    write: "เขียนคำตอบ",
    goOn: "ดำเนินการ",
    sure: "แน่ใจหรือไม่",
    cancel: "ยกเลิก",
    takeOverMeans: "รับเรื่อง: คุณตอบในเธรดเอง ฉันจะไม่ตอบที่นั่นจนกว่าคุณจะส่งคืน",
    escalateMeans: "ส่งต่อ: เรื่องจะไปถึงผู้อื่นทันที คุณยังตัดสินได้",
    undoMeans: "คำตอบจะถูกเพิกถอนในเธรดของผู้ถามและของทุกคนที่รอคำตอบนี้ และจะไม่ถูกนำไปตอบใครอีก",
    decided: {
      approved: (by) => `${by} อนุมัติคำตอบนี้`,
      edited: (by) => `${by} แก้ไขและอนุมัติคำตอบนี้`,
      corrected: (by) => `${by} ตอบใหม่แทนคำตอบนี้`,
      rejected: (by) => `${by} ปฏิเสธคำตอบนี้`,
      taken_over: (by) => `${by} รับเรื่องไปตอบเอง`,
      withdrawn: (by) => `${by} เพิกถอนคำตอบนี้`,
    },
    reason: "เหตุผล",
    reminder: "เรื่องนี้ยังรอการตัดสินใจของคุณ:",
    reminderAbove: "การ์ดพร้อมร่างคำตอบอยู่ด้านบนในการสนทนานี้",
  },
};
