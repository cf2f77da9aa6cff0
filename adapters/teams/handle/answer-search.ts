import { createHash } from "node:crypto";
import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import { mayBeVerified } from "../../../core/approvals/verified-document.ts";
import { isExpertError } from "../../../core/errors.ts";
import { labelOf } from "../../../core/answering/citation-label.ts";
import { type LookedUp, lookUpPassages } from "../../../core/knowledge/look-up-passages.ts";
import { saysSomething } from "../../../core/conversation/small-talk.ts";
import type { TenantId, UserId } from "../../../core/ids.ts";
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
  const signal = AbortSignal.timeout(desk.timeoutMs ?? searchMs);
  const limit = Math.min(skip + Math.min(count, mostResults), deepest);
  try {
    const { scope, identity } = await readerOf(desk, tenant, desk.client.bot(inquiry.msTenantId), inquiry);
    const found = await lookUpPassages(desk, tenant, {
      text: query,
      scope,
      limit,
      signal,
      userId: identity?.member.id ?? null,
    });
    const shown = await verifiedFirst(desk, tenant, found.slice(skip));
    desk.searches.note(tenant, searched(inquiry, identity?.member.id ?? null, shown));
    if (shown.length === 0) return message(words.nothingFound);
    const results = shown.map((one) => renderSearchResult(foundOf(one), language, desk.sourceUrl));
    return { status: 200, body: searchAnswer(results) };
  } catch (error) {
    if (!signal.aborted && !isExpertError(error, "cancelled", "rate_limited", "channel_unavailable"))
      throw error;
    return message(words.searchSlow);
  }
}

/** Within what is shown at once: what an expert has approved stands before what was found in files. */
async function verifiedFirst(
  { database, clock }: TeamsDesk,
  tenant: TenantId,
  found: readonly LookedUp[],
): Promise<readonly LookedUp[]> {
  const ids = found.map(({ passage }) => passage.documentId);
  if (!found.some(({ passage }) => mayBeVerified(passage.title))) return found;
  const answers = await database.withTenant(tenant, ({ verified }) => verified.among(ids, clock.now()));
  const approved = new Set(answers.map(({ documentId }) => documentId));
  return found.toSorted(
    (one, other) =>
      Number(approved.has(other.passage.documentId)) - Number(approved.has(one.passage.documentId)),
  );
}

/** What was shown to whom, as of a question; what was looked for is kept as its hash alone, since nobody sent it. */
const searched = (
  { query, msTenantId, userMsTenantId, userAadId }: Extract<TeamsInquiry, { readonly kind: "search" }>,
  userId: UserId | null,
  shown: readonly LookedUp[],
): AuditEvent => ({
  event: "search.query",
  status: "success",
  userId,
  requestHash: createHash("sha256").update(query).digest("hex"),
  metadata: {
    channel: "teams",
    by: "message_extension",
    workspaceId: msTenantId,
    // Whom the company does not know is told by what Microsoft calls them.
    ...(userId === null && { person: userAadId, personWorkspaceId: userMsTenantId }),
    passages: shown.length,
    shown: shown.map(({ passage }) => ({ documentId: passage.documentId, passageId: passage.id })),
  },
});

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
