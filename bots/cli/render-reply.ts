import type { ConfidenceLevel } from "../../core/answering/confidence.ts";
import type { Citation } from "../../core/answering/citation.ts";
import type { NearestDocument, Reply } from "../../core/conversation/reply.ts";
import type { Language } from "../../core/text/language.ts";
import { plain } from "./terminal.ts";

interface Labels {
  readonly sources: string;
  readonly nearest: string;
  readonly page: string;
  readonly confidence: string;
  readonly levels: Readonly<Record<ConfidenceLevel, string>>;
}

const labels: Readonly<Record<Language, Labels>> = {
  en: {
    sources: "Sources",
    nearest: "Nearest documents",
    page: "page",
    confidence: "Confidence",
    levels: { high: "high", medium: "medium", low: "low" },
  },
  th: {
    sources: "แหล่งที่มา",
    nearest: "เอกสารที่ใกล้เคียงที่สุด",
    page: "หน้า",
    confidence: "ความมั่นใจ",
    levels: { high: "สูง", medium: "ปานกลาง", low: "ต่ำ" },
  },
};

/** What follows the text of a reply: its sources by number, or what came nearest, and how sure it is. */
export function renderEvidence(reply: Reply): string {
  const words = labels[reply.language];
  const lines =
    reply.kind === "answer"
      ? list(
          words.sources,
          reply.citations.map((citation) => source(citation, words)),
        )
      : list(words.nearest, reply.kind === "not_found" ? reply.nearest.map(place) : []);
  const { level, value } = reply.confidence;
  lines.push("", `${words.confidence}: ${words.levels[level]} (${value.toFixed(2)})`);
  return plain(lines.join("\n"));
}

const list = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ["", title, ...items.map((item) => `  ${item}`)];

function source(citation: Citation, words: Labels): string {
  const page = citation.page === null ? "" : `, ${words.page} ${String(citation.page)}`;
  return `[${String(citation.number)}] ${titleOf(citation)}${page}`;
}

const place = (document: NearestDocument): string => `- ${titleOf(document)}`;

/** The title and the headings above the passage, the title once. */
const titleOf = ({ title, headingPath }: Pick<Citation, "title" | "headingPath">): string =>
  [title, ...headingPath.filter((heading) => heading !== title)].join(" › ");
