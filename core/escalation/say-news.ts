import { shorten } from "../text/cut-text.ts";
import type { Language } from "../text/language.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { EscalationNews, LinkView } from "./escalation-view.ts";
import type { Part } from "./escalation-words.ts";

/** Stand for a link and a moment while a sentence is made; nobody writes them. */
const linkMark = "\ue010";
const momentMark = "\ue011";

/** A sentence with its marks replaced by what they stand for. */
export function partsOf(
  sentence: string,
  {
    link = null,
    moment = null,
  }: { readonly link?: Exclude<Part, string> | null; readonly moment?: string | null },
): readonly Part[] {
  return sentence
    .split(/([\ue010\ue011])/)
    .filter((piece) => piece !== "")
    .flatMap((piece): readonly Part[] => {
      if (piece === linkMark) return link === null ? [] : [link];
      if (piece === momentMark) return moment === null ? [] : [{ moment }];
      return [piece];
    });
}

const longestError = 300;
const longestStatus = 80;
/** What is short enough to stand in the line itself. */
const inLine = 120;

/** News as a line, and what of it somebody wrote: Markdown, to be quoted below. */
export function sayNews(
  news: EscalationNews,
  language: Language,
): { readonly line: readonly Part[]; readonly quote: string | null } {
  const words = escalationTexts[language].news;
  const said = (line: string, quote: string | null = null) => ({ line: [line], quote });
  switch (news.what) {
    case "paged":
      return { line: partsOf(words.paged(news.who, momentMark), { moment: news.at }), quote: null };
    case "ticket_created": {
      const link = { text: news.name, url: news.url };
      return { line: partsOf(words.ticketCreated(linkMark), { link }), quote: null };
    }
    case "acknowledged":
      return said(words.acknowledged(news.by, news.where));
    case "assigned":
      return said(words.assigned(news.name, news.to));
    case "status":
      return said(words.status(news.name, news.status));
    case "resolved": {
      const line = words.resolved(news.by, news.where);
      const resolution = news.resolution?.trim() ?? "";
      if (resolution === "") return said(`${line}${language === "en" ? "." : ""}`);
      const short = resolution.length <= inLine && !resolution.includes("\n");
      return short ? said(`${line}: ${resolution}`) : said(`${line}:`, resolution);
    }
    case "reopened":
      return said(words.reopened(news.by));
    case "comment":
      return said(words.comment(news.name, news.by), news.text);
    case "failed":
      return said(words.failed(news.system, sentence(shorten(news.error, longestError))));
    case "not_done":
      return said(words.notDone(news.system, news.wanted, sentence(shorten(news.error, longestError))));
  }
}

/** What made a page needless; null where it was not that. */
export function sparedBy(error: string | null): "acknowledged" | "resolved" | null {
  const all = Object.values(escalationTexts).map(({ spared }) => spared);
  return (["acknowledged", "resolved"] as const).find((by) => all.some((one) => one[by] === error)) ?? null;
}

/** Where a ticket or an incident stands, and who has it: what follows its name on a card. */
export function sayLink(link: LinkView, language: Language): readonly Part[] {
  const words = escalationTexts[language];
  if (link.state === "pending") return [words.pending[link.kind]];
  const spared = sparedBy(link.error);
  if (link.state === "failed" && spared !== null) return [words.spared[spared]];
  // It was made, and is gone.
  if (link.state === "failed" && link.madeAt !== null && link.error !== null) return [link.error];
  if (link.state === "failed")
    return [words.failed(link.error === null ? null : shorten(link.error, longestError))];
  const status = shorten(link.status ?? "", longestStatus);
  const before = status === "" ? [] : [status, " · "];
  const { kind, madeAt, assignees } = link;
  if (kind === "page" && madeAt !== null)
    return [...before, ...partsOf(words.pagedLine(assignees, momentMark), { moment: madeAt })];
  const isTold = status !== "" || (assignees !== null && assignees.length > 0);
  if (!isTold && madeAt !== null) return partsOf(words.created(momentMark), { moment: madeAt });
  return [...before, words.assigned(assignees)];
}

/** So that another one can follow it. */
const sentence = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
