import { describe, expect, it } from "@jest/globals";
import { sameQuestion } from "./same-question.ts";

const same: readonly (readonly [string, string])[] = [
  ["How do I reset my VPN password?", "how can I reset the VPN password"],
  ["How do I reset my VPN password?", "Could you please tell me how to reset my VPN password?"],
  ["How do I reset my VPN password?", "What are the steps to reset the VPN password?"],
  ["How do I restart the boiler?", "How can we reboot the boiler?"],
  ["What is the maximum hotel price?", "What's the max price for a hotel?"],
  ["How long is maternity leave?", "How long is maternity leave at our company?"],
  ["What should I do when the VPN shows error 809?", "VPN shows error 809, what do I do?"],
  [
    "What must I do after the compressor trips with TR-22?",
    "What do I have to do when the compressor tripped with TR-22?",
  ],
  ["Can I carry over vacation days?", "Is it possible to carry over vacation days?"],
  ["May I carry over holidays?", "Can I carry over vacation?"],
  ["Who approves travel expenses?", "Who has to approve travel expenses?"],
  ["When do salaries get paid?", "When are salaries paid?"],
  ["Where do I report a lost laptop?", "Where should I report a stolen computer?"],
  ["How do I move files from Dropbox to Drive?", "How can I move my files to Drive from Dropbox?"],
  ["Hi, I want to know how much the parking costs", "How much does parking cost?"],
  ["ลาป่วยได้กี่วัน", "ลาป่วยได้กี่วันครับ"],
  ["จะขอลาพักร้อนต้องทำอย่างไร", "ขอลาพักร้อนยังไงคะ"],
  ["VPN ขึ้นรหัส 809 ต้องทำอย่างไร", "VPN ขึ้นรหัส ๘๐๙ ทำยังไง"],
  ["ใครอนุมัติค่าเดินทาง", "อยากทราบว่าใครอนุมัติค่าเดินทางครับ"],
  ["จะแก้เครื่องพิมพ์เสียอย่างไร", "ซ่อมเครื่องพิมพ์เสียยังไง"],
];

const different: readonly (readonly [string, string, string])[] = [
  ["another code", "What do I do about error 809?", "What do I do about error 691?"],
  ["a code or none", "What do I do about error 809?", "What do I do about errors?"],
  ["another number", "Can I take 3 days off?", "Can I take 5 days off?"],
  ["another number in words", "Can I take two weeks of leave?", "Can I take three weeks of leave?"],
  ["another machine", "How do I start pump P-12?", "How do I start pump P-13?"],
  ["another version", "How do I install Java 8.1?", "How do I install Java 8.2?"],
  ["a denial", "Can I work from home on Fridays?", "Why can't I work from home on Fridays?"],
  ["when and before", "What must I do when the pump trips?", "What must I do before the pump trips?"],
  ["asking when and after", "When is leave granted?", "Is leave granted after a year?"],
  ["a denial in one", "Which visitors are allowed?", "Which visitors are not allowed?"],
  ["how and when", "How do I submit expenses?", "When do I submit expenses?"],
  ["who and how", "Who orders a laptop?", "How do I order a laptop?"],
  ["how long and how much", "How long is the warranty?", "How much is the warranty?"],
  ["may and how", "Can I get a second monitor?", "How can I get a second monitor?"],
  ["may and must", "May I use my private phone?", "Must I use my private phone?"],
  ["in and out", "How do I sign in to the portal?", "How do I sign out of the portal?"],
  ["on and off", "How do I turn on the pump?", "How do I turn off the pump?"],
  ["before and after", "What do I check before the audit?", "What do I check after the audit?"],
  [
    "the other way",
    "How do I move files from Drive to Dropbox?",
    "How do I move files from Dropbox to Drive?",
  ],
  ["another object", "How do I reset my laptop password?", "How do I reset my VPN password?"],
  [
    "one word of many",
    "How do I reset the administrator password of the Jira cloud project?",
    "How do I reset the administrator password of the Confluence cloud project?",
  ],
  ["the opposite", "How do I enable notifications?", "How do I disable notifications?"],
  ["more is asked", "Who approves travel expenses?", "Who approves travel expenses abroad?"],
  ["another kind", "How many sick days do I get?", "How many vacation days do I get?"],
  ["nothing is asked about", "How do I do this?", "How can I do that?"],
  ["another code, Thai", "VPN ขึ้นรหัส 809 ต้องทำอย่างไร", "VPN ขึ้นรหัส 691 ต้องทำอย่างไร"],
  ["another kind, Thai", "ลาป่วยได้กี่วัน", "ลาพักร้อนได้กี่วัน"],
  ["a denial, Thai", "ลาป่วยต้องมีใบรับรองแพทย์ไหม", "ลาป่วยไม่ต้องมีใบรับรองแพทย์ใช่ไหม"],
  ["how and when, Thai", "จ่ายเงินเดือนอย่างไร", "จ่ายเงินเดือนเมื่อไร"],
  ["may and must, Thai", "ใช้โทรศัพท์ส่วนตัวได้ไหม", "ต้องใช้โทรศัพท์ส่วนตัวไหม"],
  ["before and after, Thai", "ต้องตรวจอะไรก่อนเดินเครื่อง", "ต้องตรวจอะไรหลังเดินเครื่อง"],
  ["two languages", "How many days of sick leave?", "ลาป่วยได้กี่วัน"],
];

describe("sameQuestion", () => {
  it.each(same)("takes %j and %j for the same", (one, other) => {
    expect(sameQuestion(one, other)).toBe(true);
    expect(sameQuestion(other, one)).toBe(true);
  });

  it.each(different)("tells by %s", (_why, one, other) => {
    expect(sameQuestion(one, other)).toBe(false);
    expect(sameQuestion(other, one)).toBe(false);
  });
});
