import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { TeamsBot } from "../client/teams-client.ts";
import { canTakeOver } from "../../../core/identity/policy.ts";
import { type ApprovalId, type HandoffId, isId, type TenantId, type TurnId } from "../../../core/ids.ts";
import type { AdaptiveCard } from "../render/card.ts";
import { renderHandoffCard } from "../render/handoff-card.ts";
import { renderReplyCard } from "../render/render-reply.ts";
import { verbs } from "../render/verbs.ts";
import type { InvokeAnswer, TeamsInquiry } from "../teams-event.ts";
import { parseThreadKey, threadKey } from "../thread-key.ts";
import { threadOf } from "./ask.ts";
import type { TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import { handoffView } from "./handoff-view.ts";
import { languageOf, readerOf } from "./visitor.ts";
import { readApproval } from "../../../core/approvals/read-approval.ts";
import { renderApprovalCard } from "../render/approval-card.ts";
import { questionUrl } from "../thread-url.ts";

type Refresh = Extract<TeamsInquiry, { readonly kind: "refresh_card" }>;

/** A card as whoever looks at it may see it now; throws `not_found` where there is nothing to show them. */
export async function refreshCard(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Refresh,
): Promise<InvokeAnswer> {
  const { id = "" } = inquiry.values;
  if (!isId(id)) throw refusal("invalid_input", "unknownButton");
  switch (inquiry.verb) {
    case verbs.refreshReply:
      return show(await replyCard(desk, tenant, inquiry, id as TurnId));
    case verbs.refreshHandoff:
      return show(await handoffCard(desk, tenant, inquiry, id as HandoffId));
    case verbs.refreshApproval:
      return show(await approvalCard(desk, tenant, inquiry, id as ApprovalId));
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

const show = (card: AdaptiveCard): InvokeAnswer => ({
  status: 200,
  body: { statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: card },
});

/** With the offer of the fuller answer for the asker; whoever else asks sees what everyone there does. */
async function replyCard(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Refresh,
  id: TurnId,
): Promise<AdaptiveCard> {
  const bot = desk.client.bot(inquiry.msTenantId);
  const [turn, { identity }] = await Promise.all([
    desk.database.withTenant(tenant, ({ threads }) => threads.turn(id)),
    readerOf(desk, tenant, bot, inquiry),
  ]);
  const asks = turn !== null && turn.userId === identity?.member.id;
  // Whoever sees the thread sees its card; elsewhere nobody learns of it.
  const sees = asks || (turn?.shared === true && turn.threadKey === threadKey(threadOf(inquiry)));
  if (!turn?.reply || !sees) throw refusal("invalid_input", "unknownButton");
  const context = {
    sourceUrl: desk.sourceUrl,
    language: languageOf(inquiry, turn.question),
    asker: turn.shared ? (turn.address["userId"] ?? null) : null,
  };
  return renderReplyCard(turn.reply, context, asks ? "asker" : "everyone");
}

/** For those who may take it over, or have. */
async function handoffCard(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Refresh,
  id: HandoffId,
): Promise<AdaptiveCard> {
  const bot = desk.client.bot(inquiry.msTenantId);
  const [handoff, { identity }] = await Promise.all([
    desk.database.withTenant(tenant, ({ handoffs }) => handoffs.find(id)),
    readerOf(desk, tenant, bot, inquiry),
  ]);
  const may =
    handoff !== null &&
    identity !== null &&
    (handoff.takenBy === identity.member.id || canTakeOver(identity.member, handoff));
  if (!may) throw refusal("invalid_input", "unknownButton");
  const language = languageOf(inquiry, handoff.question);
  return renderHandoffCard(handoffView(handoff, identity, language), language, [inquiry.userId]);
}

/** For those who may decide on it, or have. */
async function approvalCard(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Refresh,
  id: ApprovalId,
): Promise<AdaptiveCard> {
  const bot = desk.client.bot(inquiry.msTenantId);
  const { identity } = await readerOf(desk, tenant, bot, inquiry);
  if (!identity) throw refusal("forbidden", "unknownPerson");
  const view = await readApproval(desk.approvals, identity, id);
  return renderApprovalCard(view, {
    ...desk,
    language: languageOf(inquiry, view.question),
    threadUrl: await openedFor(desk, bot, inquiry, view),
    viewers: [inquiry.userId],
  });
}

/** Where the question is opened; null where the viewer does not read there, or Teams does not tell. */
async function openedFor(
  { logger }: TeamsDesk,
  bot: TeamsBot,
  { serviceUrl, userId }: Refresh,
  view: ApprovalView,
): Promise<string | null> {
  const url = questionUrl(view);
  if (url === null) return null;
  const thread = parseThreadKey(view.threadKey);
  if (thread.kind === "direct" || thread.msTenantId !== bot.msTenantId) return null;
  const place = { serviceUrl, conversationId: thread.conversationId };
  const member = await bot.member(place, userId).catch((error: unknown) => {
    logger.info("who reads the conversation of a question could not be asked", { error });
    return null;
  });
  return member && url;
}
