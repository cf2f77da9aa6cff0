import { budgetWords } from "../budgets/budget-words.ts";
import type { ExhaustedBudget } from "../budgets/budget.ts";
import type { TurnId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import type { Language } from "../text/language.ts";
import type { Confidence } from "../answering/confidence.ts";
import type { Draft } from "../answering/draft.ts";
import type { NearestDocument, Reply } from "./reply.ts";
import type { DraftSupport } from "./turn-store.ts";

type AnswerReply = Extract<Reply, { kind: "answer" }>;
type NotFoundReply = Extract<Reply, { kind: "not_found" }>;

/** Where an answer was looked for. */
export interface Searched {
  /** The department's name, or null where all that the asker may read was searched. */
  readonly department: string | null;
  /** Passages in the tenant's index; 0 says that nothing has been uploaded yet. */
  readonly collectionSize: number;
  /** Others see the reply, so that only what all of them may read was searched; `nothing` where that leaves none of it. */
  readonly place?: "something" | "nothing" | null;
}

interface ReplyTexts {
  readonly notFound: (searched: Searched) => string;
  /** Where others see the reply. */
  readonly notFoundHere: (searched: Searched) => string;
  /** Where others see the reply and may read nothing of what was asked. */
  readonly onlyForEveryone: string;
  readonly nearest: string;
  readonly nextSteps: string;
  readonly nothingToSearch: string;
  readonly incomplete: string;
  readonly failed: string;
  /** The asker stopped it. */
  readonly stopped: string;
  /** The remedy where trying later may help. */
  readonly tryAgain: string;
  readonly quotedInstead: string;
  /** In place of a model's draft that the passages do not support. */
  readonly unsupported: string;
  /** In place of the little that a model had said before it broke off. */
  readonly brokenOff: string;
  /** Of a model's draft, the sentences that the passages support. */
  readonly shortened: string;
  /** Under the first lines of a file that was asked for itself, where no model sums it up. */
  readonly beginning: string;
  /** Where no model sees. */
  readonly picture: (name: string) => string;
  /** Where one does: a picture that was not looked at for its size, or for another reason. */
  readonly pictureTooLarge: (name: string, largestMb: number) => string;
  readonly pictureMissed: (name: string) => string;
  /** What a model saw in pictures, which no document supports. */
  readonly sight: (seen: string) => string;
  readonly unreadable: (name: string) => string;
  /** The asker's account no longer may. */
  readonly switchedOff: string;
  readonly askAdministrator: string;
}

/** The product's own sentences. Channels show them as they are. */
export const replyTexts: Readonly<Record<Language, ReplyTexts>> = {
  en: {
    notFound: ({ department }) =>
      department === null
        ? "I found no answer to this in the documents that you may read here."
        : `I found no answer to this in the documents of ${department} that you may read here.`,
    nearest: "The documents below came nearest; they may still help.",
    nextSteps:
      "You can ask again with the exact name, error code or term that the documents use, ask in another department, or ask a colleague to add the missing document.",
    nothingToSearch:
      "There is no document here yet that you may read, so I cannot answer. Ask whoever looks after the documents to upload some.",
    incomplete: "This answer was cut off before its end. Ask again, or open the sources below.",
    failed: "Something went wrong and I could not answer.",
    stopped: "Stopped, as you asked.",
    tryAgain: "Your question is kept; please try again in a moment.",
    quotedInstead: "The language model could not be reached, so I quote the documents directly.",
    brokenOff: "The language model broke off, so I quote the documents directly.",
    unsupported:
      "The language model's answer did not rest on the documents, so I quote the documents directly.",
    shortened: "Sentences that the documents do not support were left out.",
    notFoundHere: ({ department }) =>
      department === null
        ? "I found no answer to this in the documents that everyone here may read."
        : `I found no answer to this in the documents of ${department} that everyone here may read.`,
    onlyForEveryone:
      "Others read along here, so I answer only from what everyone here may read. That holds nothing to search for this question.\n\nAsk me in a direct message for what you may read yourself.",
    beginning: "This is how it begins: I quote files, and do not sum them up.",
    picture: (name) => `I cannot look at pictures yet: ${name} is kept with the question.`,
    pictureTooLarge: (name, largest) =>
      `I did not look at ${name}: I look at pictures of at most ${largest} MB. It is kept with the question.`,
    pictureMissed: (name) => `I did not look at ${name} this time. It is kept with the question.`,
    sight: (seen) => `What I see in the picture, not from a document: ${seen}`,
    unreadable: (name) => `I could not read ${name}.`,
    switchedOff: "This account is switched off.",
    askAdministrator: "Ask your administrator.",
  },
  th: {
    notFound: ({ department }) =>
      department === null
        ? "ไม่พบคำตอบสำหรับคำถามนี้ในเอกสารที่คุณมีสิทธิ์อ่านที่นี่"
        : `ไม่พบคำตอบสำหรับคำถามนี้ในเอกสารของ ${department} ที่คุณมีสิทธิ์อ่านที่นี่`,
    nearest: "เอกสารด้านล่างใกล้เคียงที่สุด อาจมีข้อมูลที่ช่วยได้",
    nextSteps:
      "ลองถามใหม่โดยใช้ชื่อ รหัสข้อผิดพลาด หรือคำเฉพาะตามที่ใช้ในเอกสาร ถามในแผนกอื่น หรือขอให้เพื่อนร่วมงานเพิ่มเอกสารที่ขาดอยู่",
    nothingToSearch: "ที่นี่ยังไม่มีเอกสารที่คุณมีสิทธิ์อ่าน จึงยังตอบไม่ได้ โปรดขอให้ผู้ดูแลเอกสารอัปโหลดเอกสารก่อน",
    incomplete: "คำตอบนี้ถูกตัดก่อนจบ โปรดถามอีกครั้งหรือเปิดดูแหล่งที่มาด้านล่าง",
    failed: "เกิดข้อผิดพลาดจึงยังตอบไม่ได้",
    stopped: "หยุดแล้วตามที่คุณขอ",
    tryAgain: "คำถามของคุณถูกเก็บไว้แล้ว โปรดลองใหม่ในอีกสักครู่",
    quotedInstead: "ติดต่อโมเดลภาษาไม่ได้ จึงขอยกข้อความจากเอกสารมาโดยตรง",
    brokenOff: "โมเดลภาษาหยุดตอบกลางคัน จึงขอยกข้อความจากเอกสารมาโดยตรง",
    unsupported: "คำตอบของโมเดลภาษาไม่ตรงกับเอกสาร จึงขอยกข้อความจากเอกสารมาโดยตรง",
    shortened: "ตัดประโยคที่ไม่มีเอกสารรองรับออกแล้ว",
    notFoundHere: ({ department }) =>
      department === null
        ? "ไม่พบคำตอบสำหรับคำถามนี้ในเอกสารที่ทุกคนในที่นี้มีสิทธิ์อ่าน"
        : `ไม่พบคำตอบสำหรับคำถามนี้ในเอกสารของ ${department} ที่ทุกคนในที่นี้มีสิทธิ์อ่าน`,
    onlyForEveryone:
      "ที่นี่มีผู้อื่นอ่านอยู่ด้วย จึงตอบได้เฉพาะสิ่งที่ทุกคนในที่นี้มีสิทธิ์อ่าน ซึ่งไม่มีเอกสารให้ค้นสำหรับคำถามนี้\n\nโปรดถามในข้อความส่วนตัวสำหรับสิ่งที่คุณมีสิทธิ์อ่านเอง",
    beginning: "นี่คือส่วนต้นของไฟล์ ฉันยกข้อความจากไฟล์มาโดยไม่สรุป",
    picture: (name) => `ยังดูรูปภาพไม่ได้ เก็บ ${name} ไว้กับคำถามแล้ว`,
    pictureTooLarge: (name, largest) =>
      `ไม่ได้ดูรูป ${name} เพราะดูได้เฉพาะรูปที่มีขนาดไม่เกิน ${largest} MB แต่เก็บไว้กับคำถามแล้ว`,
    pictureMissed: (name) => `ครั้งนี้ไม่ได้ดูรูป ${name} แต่เก็บไว้กับคำถามแล้ว`,
    sight: (seen) => `สิ่งที่เห็นในรูป ซึ่งไม่ได้มาจากเอกสาร: ${seen}`,
    unreadable: (name) => `อ่านไฟล์ ${name} ไม่ได้`,
    switchedOff: "บัญชีนี้ถูกปิดใช้งานแล้ว",
    askAdministrator: "โปรดติดต่อผู้ดูแลระบบ",
  },
};

/** The reply for a draft with text; says so where the draft is incomplete or a model had to be replaced. */
export function answerReply(input: {
  readonly turnId: TurnId;
  readonly language: Language;
  readonly draft: Draft;
  readonly confidence: Confidence;
  /** True where quotes stand in for a model that could not be reached. */
  readonly quotedInstead?: boolean;
  /** What kept the model from being asked. */
  readonly exhaustedBudget?: ExhaustedBudget | null;
  readonly support?: DraftSupport;
  /** The answer is the beginning of a file. */
  readonly beginning?: boolean;
  /** What became of the files that came with the question. */
  readonly fileNotes?: readonly string[];
  readonly fuller?: boolean;
  readonly shareable?: boolean;
}): AnswerReply {
  const { draft, language } = input;
  const texts = replyTexts[language];
  const parts = [draft.text];
  if (!draft.complete) parts.push(`_${texts.incomplete}_`);
  if (input.quotedInstead === true) parts.push(`_${texts.quotedInstead}_`);
  if (input.exhaustedBudget) parts.push(`_${budgetNotice(language, input.exhaustedBudget, true)}_`);
  if (input.support === "broken_off") parts.push(`_${texts.brokenOff}_`);
  if (input.support === "quoted") parts.push(`_${texts.unsupported}_`);
  if (input.support === "shortened") parts.push(`_${texts.shortened}_`);
  if (input.beginning === true) parts.push(`_${texts.beginning}_`);
  parts.push(...(input.fileNotes ?? []));
  return {
    kind: "answer",
    turnId: input.turnId,
    language,
    text: parts.join("\n\n"),
    citations: draft.citations,
    confidence: input.confidence,
    answeredBy: draft.answeredBy,
    ...(input.fuller === true ? { fuller: true } : {}),
    ...(input.shareable === true ? { shareable: true } : {}),
  };
}

/**
 * The reply where the documents hold no answer: what was searched, what to do next, and last of all that these documents
 * came nearest, since channels list them below it.
 */
export function notFoundReply(input: {
  readonly turnId: TurnId;
  readonly language: Language;
  readonly searched: Searched;
  readonly hits: readonly SearchHit[];
  readonly confidence: Confidence;
  readonly fileNotes?: readonly string[];
  readonly exhaustedBudget?: ExhaustedBudget | null;
  readonly fuller?: boolean;
}): NotFoundReply {
  const { language, searched, fileNotes = [], exhaustedBudget } = input;
  const nearest = nearestDocuments(input.hits);
  const texts = replyTexts[language];
  const parts = [
    ...notFoundParts(texts, searched),
    ...fileNotes,
    ...(exhaustedBudget ? [`_${budgetNotice(language, exhaustedBudget, false)}_`] : []),
    ...(nearest.length > 0 ? [texts.nearest] : []),
  ];
  return {
    kind: "not_found",
    turnId: input.turnId,
    language,
    text: parts.join("\n\n"),
    nearest,
    confidence: input.confidence,
    ...(input.fuller === true ? { fuller: true } : {}),
  };
}

/** Which budget is used up, that passages are quoted instead, and when a model answers again. */
function budgetNotice(language: Language, budget: ExhaustedBudget, quoted: boolean): string {
  const words = budgetWords[language];
  return [words.usedUp(budget), ...(quoted ? [words.quoted] : []), words.again(budget)].join(" ");
}

function notFoundParts(texts: ReplyTexts, searched: Searched): readonly string[] {
  if (searched.place === "nothing") return [texts.onlyForEveryone];
  if (searched.collectionSize === 0) return [texts.nothingToSearch];
  const found = searched.place === "something" ? texts.notFoundHere(searched) : texts.notFound(searched);
  return [found, texts.nextSteps];
}

/** The first passage of each of the best `limit` documents. */
export function nearestDocuments(hits: readonly SearchHit[], limit = 3): readonly NearestDocument[] {
  const nearest = new Map<string, NearestDocument>();
  for (const { passage } of hits) {
    if (nearest.size === limit) break;
    if (nearest.has(passage.documentId)) continue;
    nearest.set(passage.documentId, {
      documentId: passage.documentId,
      passageId: passage.id,
      title: passage.title,
      headingPath: passage.headingPath,
    });
  }
  return [...nearest.values()];
}
