import { analyze } from "./analyze.ts";

/** Words that people at work ask with and pages answer with, each group meaning nearly the same. */
const groups = [
  "earn accrue accrual",
  "respond response",
  "freeze frozen",
  "fix repair resolve resolution remedy troubleshoot mitigate mitigation",
  "recover restore recovery",
  "restart reboot",
  "reset change",
  "declare trigger",
  "lost stolen missing",
  "buy purchase order procure",
  "reimburse reimbursement repay refund",
  "ask request apply application",
  "report notify inform",
  "delete remove",
  "laptop computer notebook macbook",
  "mac macbook",
  "vacation holiday",
  "email e-mail",
  "wifi wi-fi wireless",
  "log-in login sign-in signin",
  "maximum max limit cap most exceed",
  "minimum min least",
  "boss manager supervisor",
  "employee staff worker",
  "phone telephone mobile",
  "begin start",
  "stop halt shutdown",
  "approve approval authorise authorize authorization",
  "salary pay wage",
  "enroll enrol enrollment register registration sign-up",
  "expire lapse expiration",
  "allow permit permitted allowed may",
  "meal meals lunch dinner food",
  "close closing shut",
  "แก้ แก้ไข ซ่อม",
  "ไฟไหม้ เพลิงไหม้ ไฟ เพลิง",
  "เริ่ม เปิด",
  "ขอ ยื่น",
  "สูงสุด ไม่เกิน",
];

const byTerm = new Map<string, readonly string[]>();
for (const group of groups) {
  // Words in several pieces, such as e-mail, are known by their whole form, which the analyser gives first.
  const terms = [...new Set(group.split(" ").flatMap((word) => analyze(word).slice(0, 1)))];
  for (const term of terms) {
    const others = terms.filter((other) => other !== term);
    byTerm.set(term, [...(byTerm.get(term) ?? []), ...others]);
  }
}

/** Other analysed words that say nearly the same; none for most. */
export const synonymsOf = (term: string): readonly string[] => byTerm.get(term) ?? [];
