import type { ConfidenceLevel, ConfidenceReasonCode } from "../../../core/answering/confidence.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { Language } from "../../../core/text/language.ts";

interface Texts {
  readonly sources: string;
  readonly page: (page: number) => string;
  /** The page's words for the same things, so that the products say the same; a test compares them. */
  readonly confidence: Readonly<Record<ConfidenceLevel, string>>;
  readonly reason: Readonly<Record<ConfidenceReasonCode, string>>;
  readonly state: Readonly<
    Record<Exclude<TurnState, "answered" | "not_found" | "waiting" | "failed" | "cancelled">, string>
  >;
  /** The same as a status, which Slack shows behind the bot's name. */
  readonly status: Texts["state"];
  /** As a status: the model is busy, and so many questions are before this one. It promises no time. */
  readonly statusWaiting: (place: number) => string;
  readonly quoting: string;
  readonly byHuman: string;
  readonly model: (name: string) => string;
  readonly helpful: string;
  readonly notHelpful: string;
  readonly askHuman: string;
  readonly askHumanLabel: string;
  /** Where only the asker sees the reply, so that nobody could take it over. */
  readonly askHumanElsewhere: string;
  readonly showFuller: string;
  readonly fullerOffer: string;
  readonly showEveryone: string;
  readonly sharedBy: (name: string) => string;
  readonly humanAsked: (name: string, department: string | null) => string;
  readonly nobodyTold: string;
  readonly handoffOffered: (name: string, department: string | null) => string;
  readonly openThread: string;
  readonly takeOver: string;
  readonly takenOver: (name: string) => string;
  readonly giveBack: string;
  readonly givenBack: (name: string) => string;
}

/** The words around an answer. What the core says itself stands in core/conversation/reply-texts.ts. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    sources: "Sources",
    page: (page) => `p. ${page}`,
    confidence: { high: "High confidence", medium: "Medium confidence", low: "Low confidence" },
    reason: {
      words_covered: "The sources contain the words of your question",
      words_missing: "Some words of your question stand in no source",
      strong_match: "The best source matches your question closely",
      weak_match: "Even the best source matches your question only loosely",
      meaning_match: "The sources mean what your question asks, in other words",
      sources_agree: "Several sources say the same",
      single_source: "Only one source supports it",
      fully_supported: "Every statement stands in a source",
      partly_supported: "Some statements stand in no source",
      names_or_numbers_missing: "Names or numbers of your question are missing from the sources",
      question_unclear: "The question can be read in more than one way",
      nothing_found: "No document holds an answer",
      verified_before: "An expert has approved this answer to the same question before",
    },
    state: {
      received: "Finding the right department",
      routed: "Searching the documents",
      retrieved: "Writing the answer",
      drafted: "Checking the answer against its sources",
      checked: "Finishing",
    },
    status: {
      received: "is finding the right department…",
      routed: "is searching the documents…",
      retrieved: "is writing the answer…",
      drafted: "is checking the answer against its sources…",
      checked: "is finishing…",
    },
    statusWaiting: (place) =>
      place === 0
        ? "is waiting for the model: you are next…"
        : `is waiting for the model: ${place} ${place === 1 ? "question" : "questions"} before yours…`,
    quoting: "Answered by quoting",
    byHuman: "Written by an expert",
    model: (name) => `Written by ${name}`,
    helpful: "Helpful",
    notHelpful: "Not helpful",
    askHuman: "Ask a human",
    askHumanLabel: "Ask a human expert to answer this question",
    askHumanElsewhere:
      "A human cannot be asked from here, because you alone see this. Ask again in a channel or in a direct message to me: there you can ask a human.",
    showFuller: "Show me the fuller answer",
    fullerOffer:
      "The reply above uses only what everyone in this channel may read. You may read more about it: I can show the fuller answer to you alone.",
    showEveryone: "Show to everyone",
    sharedBy: (name) => `Shared by ${name}`,
    humanAsked: (name, department) =>
      department === null ? `${name} asked for a human.` : `${name} asked for a human in ${department}.`,
    nobodyTold: "No expert could be reached. The question is kept; an administrator can name one.",
    handoffOffered: (name, department) =>
      department === null ? `${name} asks for a human.` : `${name} asks for a human in ${department}.`,
    openThread: "Open the thread",
    takeOver: "Take over",
    takenOver: (name) => `${name} has taken over. I stay silent here until the thread is given back.`,
    giveBack: "Give back",
    givenBack: (name) => `${name} has given the thread back. I answer here again.`,
  },
  th: {
    sources: "แหล่งที่มา",
    page: (page) => `หน้า ${page}`,
    confidence: { high: "ความมั่นใจสูง", medium: "ความมั่นใจปานกลาง", low: "ความมั่นใจต่ำ" },
    reason: {
      words_covered: "แหล่งที่มามีคำในคำถามของคุณ",
      words_missing: "บางคำในคำถามไม่ปรากฏในแหล่งที่มาใดเลย",
      strong_match: "แหล่งที่มาที่ดีที่สุดตรงกับคำถามอย่างมาก",
      weak_match: "แม้แหล่งที่มาที่ดีที่สุดก็ตรงกับคำถามเพียงเล็กน้อย",
      meaning_match: "แหล่งที่มามีความหมายตรงกับคำถาม แม้ใช้คำต่างกัน",
      sources_agree: "หลายแหล่งที่มากล่าวตรงกัน",
      single_source: "มีแหล่งที่มาสนับสนุนเพียงแห่งเดียว",
      fully_supported: "ทุกข้อความมีอยู่ในแหล่งที่มา",
      partly_supported: "บางข้อความไม่มีอยู่ในแหล่งที่มา",
      names_or_numbers_missing: "ชื่อหรือตัวเลขในคำถามไม่ปรากฏในแหล่งที่มา",
      question_unclear: "คำถามตีความได้มากกว่าหนึ่งแบบ",
      nothing_found: "ไม่มีเอกสารใดมีคำตอบ",
      verified_before: "ผู้เชี่ยวชาญเคยรับรองคำตอบนี้สำหรับคำถามเดียวกันแล้ว",
    },
    state: {
      received: "กำลังหาแผนกที่เหมาะสม",
      routed: "กำลังค้นหาในเอกสาร",
      retrieved: "กำลังเขียนคำตอบ",
      drafted: "กำลังตรวจคำตอบกับแหล่งที่มา",
      checked: "ใกล้เสร็จแล้ว",
    },
    status: {
      received: "กำลังหาแผนกที่เหมาะสม…",
      routed: "กำลังค้นหาในเอกสาร…",
      retrieved: "กำลังเขียนคำตอบ…",
      drafted: "กำลังตรวจคำตอบกับแหล่งที่มา…",
      checked: "ใกล้ตอบเสร็จแล้ว…",
    },
    statusWaiting: (place) =>
      place === 0 ? "กำลังรอโมเดล: ถึงคิวคุณเป็นรายถัดไป…" : `กำลังรอโมเดล: มีคำถามก่อนหน้าคุณ ${place} ข้อ…`,
    quoting: "ตอบโดยยกข้อความจากเอกสาร",
    byHuman: "เขียนโดยผู้เชี่ยวชาญ",
    model: (name) => `เขียนโดย ${name}`,
    helpful: "มีประโยชน์",
    notHelpful: "ไม่มีประโยชน์",
    askHuman: "ถามคน",
    askHumanLabel: "ขอให้ผู้เชี่ยวชาญตอบคำถามนี้",
    askHumanElsewhere:
      "จากที่นี่ขอให้คนตอบไม่ได้ เพราะคุณเห็นข้อความนี้คนเดียว โปรดถามใหม่ในช่องหรือในข้อความส่วนตัวถึงฉัน ที่นั่นขอให้คนช่วยตอบได้",
    showFuller: "ดูคำตอบฉบับเต็ม",
    fullerOffer:
      "คำตอบด้านบนใช้เฉพาะเอกสารที่ทุกคนในช่องนี้อ่านได้ คุณมีสิทธิ์อ่านมากกว่านี้ ขอดูคำตอบฉบับเต็มที่แสดงให้คุณเห็นเพียงคนเดียวได้",
    showEveryone: "แสดงให้ทุกคนเห็น",
    sharedBy: (name) => `แบ่งปันโดย ${name}`,
    humanAsked: (name, department) =>
      department === null ? `${name} ขอให้คนช่วยตอบ` : `${name} ขอให้คนในแผนก ${department} ช่วยตอบ`,
    nobodyTold: "ยังติดต่อผู้เชี่ยวชาญไม่ได้ คำถามถูกเก็บไว้แล้ว ผู้ดูแลระบบสามารถกำหนดผู้เชี่ยวชาญได้",
    handoffOffered: (name, department) =>
      department === null ? `${name} ขอให้คนช่วยตอบ` : `${name} ขอให้คนในแผนก ${department} ช่วยตอบ`,
    openThread: "เปิดเธรด",
    takeOver: "รับเรื่อง",
    takenOver: (name) => `${name} รับเรื่องนี้แล้ว ฉันจะไม่ตอบในเธรดนี้จนกว่าจะส่งคืน`,
    giveBack: "ส่งคืน",
    givenBack: (name) => `${name} ส่งเธรดคืนแล้ว ฉันจะตอบที่นี่ต่อ`,
  },
};
