import type { Language } from "../text/language.ts";
import type { ExhaustedBudget } from "./budget.ts";

interface BudgetWords {
  readonly usedUp: (budget: Pick<ExhaustedBudget, "scope" | "window" | "tooSmall">) => string;
  /** Under an answer of quotes. */
  readonly quoted: string;
  /** When a model answers again, or what helps where waiting does not. */
  readonly again: (budget: Pick<ExhaustedBudget, "window" | "retryAfterMs" | "tooSmall">) => string;
}

/** What a refused asker reads. A day ends at the company's midnight. */
export const budgetWords: Readonly<Record<Language, BudgetWords>> = {
  en: {
    usedUp: ({ scope, window, tooSmall }) => {
      const whose = { tenant: "The company's", department: "The department's", person: "Your" }[scope];
      if (tooSmall)
        return `${whose} budget of the language model for a ${window} is too small for this question.`;
      return `${whose} budget of the language model for ${window === "day" ? "today" : "this minute"} is used up.`;
    },
    quoted: "These are the passages themselves.",
    again: ({ window, retryAfterMs, tooSmall }) =>
      tooSmall
        ? "An admin can raise it."
        : `Written answers again ${window === "day" ? "after 00:00, " : ""}in ${timeLeft(retryAfterMs, "en")}.`,
  },
  th: {
    usedUp: ({ scope, window, tooSmall }) => {
      const whose = { tenant: "ของบริษัท", department: "ของแผนก", person: "ของคุณ" }[scope];
      if (tooSmall) return `งบการใช้โมเดลภาษา${whose}ต่อ${window === "day" ? "วัน" : "นาที"}น้อยเกินไปสำหรับคำถามนี้`;
      return `งบการใช้โมเดลภาษา${whose}สำหรับ${window === "day" ? "วันนี้" : "นาทีนี้"}หมดแล้ว`;
    },
    quoted: "นี่คือข้อความจากเอกสารโดยตรง",
    again: ({ window, retryAfterMs, tooSmall }) =>
      tooSmall
        ? "ผู้ดูแลระบบเพิ่มงบได้"
        : `โมเดลจะเขียนคำตอบได้อีกครั้ง${window === "day" ? "หลัง 00:00 น. " : ""}ในอีก ${timeLeft(retryAfterMs, "th")}`,
  },
};

const units = {
  en: { hours: "h", minutes: "min", seconds: "s" },
  th: { hours: "ชม.", minutes: "นาที", seconds: "วินาที" },
} as const;

/** A wait in words, never shorter than it is: `5 h 12 min`, `12 min`, `40 s`. */
export function timeLeft(ms: number, language: Language): string {
  const { hours, minutes, seconds } = units[language];
  const left = Math.max(1, Math.ceil(ms / 1_000));
  if (left < 60) return `${String(left)} ${seconds}`;
  const inMinutes = Math.ceil(left / 60);
  const rest = inMinutes % 60;
  if (inMinutes < 60) return `${String(rest)} ${minutes}`;
  const whole = `${String(Math.floor(inMinutes / 60))} ${hours}`;
  return rest === 0 ? whole : `${whole} ${String(rest)} ${minutes}`;
}
