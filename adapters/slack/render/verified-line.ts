import type { ContextBlock } from "@slack/types";
import type { Verified } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import { slackDate } from "./slack-date.ts";
import { context } from "./split-blocks.ts";
import { writePlain } from "./write-mrkdwn.ts";

interface VerifiedTexts {
  readonly verified: (by: string | null) => string;
  /** It takes the place of an answer that was sent before. */
  readonly corrected: (by: string | null) => string;
  /** The same question was answered before. */
  readonly before: (by: string | null) => string;
}

const verifiedTexts: Readonly<Record<Language, VerifiedTexts>> = {
  en: {
    verified: (by) => `Verified by ${by ?? "an expert"}`,
    corrected: (by) => `Corrected answer: verified by ${by ?? "an expert"}`,
    before: (by) => `Answered before: verified by ${by ?? "an expert"}`,
  },
  th: {
    verified: (by) => `ตรวจสอบโดย ${by ?? "ผู้เชี่ยวชาญ"}`,
    corrected: (by) => `แก้ไขคำตอบก่อนหน้า: ตรวจสอบโดย ${by ?? "ผู้เชี่ยวชาญ"}`,
    before: (by) => `เคยตอบแล้ว: ตรวจสอบโดย ${by ?? "ผู้เชี่ยวชาญ"}`,
  },
};

/** Who stands for an answer, and since when; the date in the reader's language. */
export function verifiedLine({ by, at, known, corrects }: Verified, language: Language): ContextBlock {
  const words = verifiedTexts[language];
  const say = corrects === true ? words.corrected : known === true ? words.before : words.verified;
  return context(`✓ *${writePlain(say(by))}* · ${slackDate(at, language, "{date}")}`);
}
