import type { ReplyView } from "../../../bots/http/contract/conversation.ts";

interface Words {
  readonly sources: (count: number) => string;
  readonly page: (page: number) => string;
}

/** The answer as Markdown with its numbered sources below, to paste elsewhere. */
export function answerWithSources(reply: ReplyView, words: Words): string {
  if (reply.kind !== "answer" || reply.citations.length === 0) return reply.text;
  const sources = reply.citations.map(({ number, title, headingPath, page }) => {
    const place = [
      ...headingPath.filter((heading) => heading !== title),
      ...(page === null ? [] : [words.page(page)]),
    ];
    return `[${String(number)}] ${[title, ...place].join(" › ")}`;
  });
  return `${reply.text.trim()}\n\n${words.sources(sources.length)}:\n${sources.join("\n")}\n`;
}
