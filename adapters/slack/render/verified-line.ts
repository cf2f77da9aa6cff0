import type { ContextBlock } from "@slack/types";
import type { Verified } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import { slackDate } from "./slack-date.ts";
import { context } from "./split-blocks.ts";
import { writePlain } from "./write-mrkdwn.ts";

interface VerifiedTexts {
  readonly verified: (by: string | null) => string;
  /** The same question was answered before. */
  readonly before: (by: string | null) => string;
}

const verifiedTexts: Readonly<Record<Language, VerifiedTexts>> = {
  en: {
    verified: (by) => `Verified by ${by ?? "an expert"}`,
    before: (by) => `Answered before: verified by ${by ?? "an expert"}`,
  },
  th: {
    verified: (by) => `ตรวจสอบโดย ${by ?? "ผู้เชี่ยวชาญ"}`,
    before: (by) => `เคยตอบแล้ว: ตรวจสอบโดย ${by ?? "ผู้เชี่ยวชาญ"}`,
  },
};

/** Who stands for an answer, and since when; the date in the reader's language. */
export function verifiedLine({ by, at, known }: Verified, language: Language): ContextBlock {
  const words = verifiedTexts[language];
  const who = known === true ? words.before(by) : words.verified(by);
  return context(`✓ *${writePlain(who)}* · ${slackDate(at, language, "{date}")}`);
}
