import type { EscalationTexts } from "./escalation-words.ts";

const systems = { jira: "Jira", servicenow: "ServiceNow", pagerduty: "PagerDuty" } as const;
const at = (where: keyof typeof systems | "here"): string =>
  where === "here" ? "" : `ใน ${systems[where]} `;
const someone = (by: string | null): string => (by === null ? "มีผู้" : `${by} `);
const namesOf = (names: readonly string[]): string => names.join(", ");

const notDone = {
  comment: (system: string) => `ส่งความคิดเห็นไปยัง ${system} ไม่สำเร็จ`,
  move: (system: string) => `ส่งสถานะใหม่ไปยัง ${system} ไม่สำเร็จ`,
  responders: (system: string) => `ขอให้ผู้อื่นเข้ามาช่วยใน ${system} ไม่สำเร็จ`,
} as const;
const severities = { info: "ทั่วไป", warning: "ควรระวัง", error: "รุนแรง", critical: "วิกฤต" } as const;

export const thaiEscalationTexts: EscalationTexts = {
  state: {
    open: () => "ส่งเรื่องต่อแล้ว ยังไม่มีผู้รับเรื่อง",
    acknowledged: (by) => `ส่งเรื่องต่อแล้ว ${someone(by)}รับเรื่องแล้ว`,
    resolved: (by) => (by === null ? "เรื่องที่ส่งต่อแก้ไขแล้ว" : `${by} แก้ไขเรื่องที่ส่งต่อแล้ว`),
  },
  trigger: {
    overdue: "ไม่มีผู้ตัดสินคำตอบภายในเวลา",
    rejected: "ร่างคำตอบถูกปฏิเสธ และยังไม่มีคำตอบอื่น",
    asked_for: "มีผู้ขอให้คนช่วยตอบ",
    critical: "คำถามนี้อาจเป็นเหตุฉุกเฉิน",
    wrong: "มีผู้แจ้งว่าคำตอบที่ส่งไปไม่ถูกต้อง",
  },
  severity: (severity) => `ความรุนแรง: ${severities[severity]}`,
  askedBy: (name) => `ถามโดย ${name}`,
  system: systems,
  kind: { ticket: "ทิกเก็ต", page: "เหตุการณ์" },
  pending: { ticket: "กำลังสร้าง", page: "กำลังแจ้งเตือนผู้ที่อยู่เวร" },
  failed: (error) => (error === null ? "สร้างไม่สำเร็จ" : `สร้างไม่สำเร็จ: ${error}`),
  spared: {
    acknowledged: "ไม่ได้เรียกใคร เพราะมีผู้รับเรื่องไว้ก่อนแล้ว",
    resolved: "ไม่ได้เรียกใคร เพราะเรื่องนี้จบก่อนแล้ว",
  },
  created: (when) => `สร้างเมื่อ ${when}`,
  assigned: (names) => {
    if (names === null) return "มีผู้รับผิดชอบแล้ว";
    return names.length === 0 ? "ยังไม่มีผู้รับผิดชอบ" : `ผู้รับผิดชอบ: ${namesOf(names)}`;
  },
  pagedLine: (names, when) =>
    names === null || names.length === 0 ? `แจ้งเตือนเมื่อ ${when}` : `แจ้งเตือน ${namesOf(names)} เมื่อ ${when}`,
  action: {
    acknowledge: "รับเรื่อง",
    resolve: "แก้ไขแล้ว",
    comment: "เพิ่มความคิดเห็น",
    answer: "เขียนคำตอบ",
  },
  resolveMeans: "ทิกเก็ตและเหตุการณ์ของเรื่องนี้จะถูกปิดด้วย",
  sure: "เรื่องนี้แก้ไขแล้วหรือไม่",
  cancel: "ยกเลิก",
  close: "ปิด",
  loading: "สักครู่…",
  news: {
    paged: (names, when) => {
      if (names === null) return `แจ้งเตือนผู้ที่อยู่เวรแล้วเมื่อ ${when}`;
      return names.length === 0
        ? `แจ้งเตือนแล้วเมื่อ ${when}`
        : `${namesOf(names)} อยู่เวร และได้รับการแจ้งเตือนเมื่อ ${when}`;
    },
    ticketCreated: (name) => `สร้าง ${name} แล้ว`,
    acknowledged: (by, where) => `${someone(by)}รับเรื่อง${at(where)}แล้ว`,
    assigned: (name, to) => {
      if (to === null) return `${name} มีผู้รับผิดชอบแล้ว`;
      return to.length === 0 ? `${name} ไม่มีผู้รับผิดชอบแล้ว` : `ผู้รับผิดชอบ ${name}: ${namesOf(to)}`;
    },
    status: (name, status) => `สถานะของ ${name}: “${status}”`,
    resolved: (by, where) => `แก้ไขแล้ว${at(where).trimEnd()}${by === null ? "" : ` โดย ${by}`}`,
    reopened: (by) => (by === null ? "เรื่องนี้ถูกเปิดอีกครั้ง" : `${by} เปิดเรื่องนี้อีกครั้ง`),
    comment: (name, by) => (by === null ? `ความคิดเห็นใน ${name}:` : `${by} แสดงความคิดเห็นใน ${name}:`),
    failed: (system, error) =>
      system === "pagerduty"
        ? `แจ้งเตือนผ่าน PagerDuty ไม่สำเร็จ: ${error} เรื่องนี้ยังอยู่ในสถานะส่งต่อ โปรดแจ้งผู้ที่อยู่เวรด้วยตนเอง ผู้ดูแลระบบส่งใหม่ได้ในเว็บคอนโซล`
        : `สร้างทิกเก็ตใน ${systems[system]} ไม่สำเร็จ: ${error} เรื่องนี้ยังอยู่ในสถานะส่งต่อโดยไม่มีทิกเก็ต ผู้ดูแลระบบส่งใหม่ได้ในเว็บคอนโซล`,
    notDone: (system, wanted, error) =>
      `${notDone[wanted](systems[system])}: ${error} ผู้ดูแลระบบส่งใหม่ได้ในเว็บคอนโซล`,
  },
  answerWanted: (resolvedAs, askedBy, department) =>
    `คุณแก้ไข ${resolvedAs} แล้ว เรื่องนี้มาจากคำถามที่ ${askedBy} ถาม${department === null ? "ไว้" : ` ${department} ไว้`}:`,
  whatIsTheAnswer: (askedBy) => `คำตอบคืออะไร เมื่ออนุมัติแล้ว ${askedBy} และผู้ที่ถามเรื่องนี้อีกจะได้รับคำตอบนี้`,
  comment: "ความคิดเห็น",
  commentHint: "ผู้ที่เห็นทิกเก็ตจะได้อ่าน พร้อมชื่อของคุณ",
  commentMissing: "โปรดเขียนความคิดเห็น",
  answer: "คำตอบ",
  answerHint: "เขียนให้ผู้ถามอ่าน คำตอบจะถูกส่งพร้อมชื่อของคุณเมื่ออนุมัติแล้ว",
  answerMissing: "โปรดเขียนคำตอบ",
  send: "ส่ง",
  youWrote: "สิ่งที่คุณเขียน:",
  done: {
    comment: "เพิ่มความคิดเห็นของคุณในเรื่องที่ส่งต่อแล้ว",
    answer: "ขอบคุณ คำตอบของคุณจะถูกส่งทันทีที่อนุมัติ",
  },
  addToTicket: "เพิ่มในทิกเก็ต",
  wrote: (name, text) => `${name} เขียนว่า:\n\n${text}`,
};
