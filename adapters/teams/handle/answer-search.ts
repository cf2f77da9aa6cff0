import { isExpertError } from "../../../core/errors.ts";
import { labelOf } from "../../../core/answering/citation-label.ts";
import { type LookedUp, lookUpPassages } from "../../../core/knowledge/look-up-passages.ts";
import { saysSomething } from "../../../core/conversation/small-talk.ts";
import type { TenantId } from "../../../core/ids.ts";
import { type Found, renderSearchResult, searchAnswer } from "../render/search-result.ts";
import type { InvokeAnswer, TeamsInquiry } from "../teams-event.ts";
import type { TeamsDesk } from "./desk.ts";
import { handleTexts } from "./texts.ts";
import { languageOf, readerOf } from "./visitor.ts";

/** Teams shows an error after five seconds. */
const searchMs = 3_500;
const mostResults = 25;
/** What is found so far down is no answer any more. */
const deepest = 50;

/**
 * The message extension's search: passages that the person may read, for them to put into a message. What they put there
 * is read by whoever reads the message: that is theirs to decide, as with a copied text.
 */
export async function answerSearch(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Extract<TeamsInquiry, { readonly kind: "search" }>,
): Promise<InvokeAnswer> {
  const { query, skip, count } = inquiry;
  const language = languageOf(inquiry, query);
  const words = handleTexts[language];
  if (!saysSomething(query)) return message(words.searchHint);
  const signal = AbortSignal.timeout(searchMs);
  const limit = Math.min(skip + Math.min(count, mostResults), deepest);
  try {
    const { scope } = await readerOf(desk, tenant, desk.client.bot(inquiry.msTenantId), inquiry);
    const found = await lookUpPassages(desk, tenant, { text: query, scope, limit, signal });
    const shown = found.slice(skip);
    if (shown.length === 0) return message(words.nothingFound);
    const results = shown.map((one) => renderSearchResult(foundOf(one), language, desk.sourceUrl));
    return { status: 200, body: searchAnswer(results) };
  } catch (error) {
    if (!signal.aborted && !isExpertError(error, "cancelled", "rate_limited", "channel_unavailable"))
      throw error;
    return message(words.searchSlow);
  }
}

function foundOf({ passage, quote }: LookedUp): Found {
  const { id: passageId, documentId, title, headingPath, page } = passage;
  return {
    title,
    text: quote,
    sources: [{ number: 1, passageId, documentId, title, headingPath, page, quote, ...labelOf(passage) }],
  };
}

const message = (text: string): InvokeAnswer => ({
  status: 200,
  body: { composeExtension: { type: "message", text } },
});
