import type { z } from "zod";
import type { Identity } from "../../core/identity/directory.ts";
import type { EscalationView, LinkView } from "../../core/escalation/escalation-view.ts";
import type { Escalation } from "../../core/escalation/escalation.ts";
import { sparedBy } from "../../core/escalation/say-news.ts";
import type { ListedEscalation, ReadEscalation } from "../../core/escalation/read-escalations.ts";
import type {
  escalationSchema,
  escalationSummarySchema,
  EscalationLinkView,
  turnEscalationSchema,
} from "./contract/escalation.ts";

const presentLink = (link: LinkView): EscalationLinkView => ({
  kind: link.kind,
  system: link.system,
  state: link.state,
  name: link.name,
  url: link.url,
  status: link.status,
  assignees: link.assignees && [...link.assignees],
  resolution: link.resolution,
  madeAt: link.madeAt,
  error: link.error,
  needless: sparedBy(link.error) !== null,
});

const presentDone = (done: Escalation["resolved"], named = true) =>
  done && { by: named ? done.by : null, at: done.at.toISOString() };

/** A row of a list. */
export const presentEscalationSummary = (
  { departments }: Identity,
  { escalation, links }: ListedEscalation,
): z.infer<typeof escalationSummarySchema> => ({
  escalationId: escalation.id,
  state: escalation.state,
  version: escalation.version,
  severity: escalation.severity,
  triggers: escalation.raised.map(({ trigger }) => trigger),
  question: escalation.question,
  department: departments.find(({ id }) => id === escalation.departmentId)?.name[escalation.language] ?? null,
  askedBy: escalation.askedByName,
  language: escalation.language,
  channel: escalation.channel,
  raisedAt: escalation.createdAt.toISOString(),
  acknowledged: presentDone(escalation.acknowledged),
  resolved: presentDone(escalation.resolved),
  links: links.map(presentLink),
});

/** An escalation as one person sees it; where its thread is stays inside. */
export const presentEscalationDetail = (
  { member }: Identity,
  { escalation, view, undelivered }: ReadEscalation,
): z.infer<typeof escalationSchema> => ({
  ...presentView(view),
  raised: escalation.raised.map(({ trigger, at }) => ({ trigger, at: at.toISOString() })),
  approvalId: escalation.approvalId,
  conversationId: escalation.askedBy === member.id ? escalation.conversationId : null,
  answerWanted: escalation.answerWantedFrom !== null,
  undelivered,
  actions: [...view.actions],
});

const presentView = (view: EscalationView) => ({
  escalationId: view.escalationId,
  state: view.state,
  version: view.version,
  severity: view.severity,
  triggers: [...view.triggers],
  question: view.question,
  department: view.department,
  askedBy: view.askedBy,
  language: view.language,
  channel: view.channel,
  raisedAt: view.raisedAt,
  acknowledged: view.acknowledged && { ...view.acknowledged },
  resolved: view.resolved && { ...view.resolved },
  links: view.links.map(presentLink),
});

/** What the asker sees of it in their conversation. */
export const presentTurnEscalation = (
  { id, state, named, acknowledged, resolved }: Escalation,
  links: readonly LinkView[],
): z.infer<typeof turnEscalationSchema> => ({
  escalationId: id,
  state,
  acknowledged: presentDone(acknowledged, named),
  resolved: presentDone(resolved, named),
  links: links.map(presentLink),
});
