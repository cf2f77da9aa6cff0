import type { AuditEvent } from "../audit/audit-event.ts";
import type { Connection } from "../connections/connection.ts";
import { systemOf } from "../connections/system-of.ts";
import type { TenantId } from "../ids.ts";
import { shorten } from "../text/cut-text.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import { followResolved } from "./follow-resolved.ts";
import { findLink } from "./held-link.ts";
import { isOutdated, newsOfChange } from "./news-of-change.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

/** Whether the vendor told it, or was asked. */
export type ChangeSource = "webhook" | "polling";

/** What is asked again and again is shown again for so long after it happened. */
const shownAgainMs = 3_600_000;

/** Longest comment of an outside system that is told in a thread, in characters. */
const commentLength = 3_000;

/**
 * Takes in what happened to a ticket or an incident at its vendor: tells the thread, once, of everything new and of public
 * comments that are not ours; has what follows from its end done; and keeps how it stands. What is older than what is known
 * changes nothing but brings its comments. That it is kept and shown are the last steps, so that whatever interrupts them is done again.
 */
export async function applyChange(
  ports: EscalationPorts,
  tenant: TenantId,
  link: Pick<EscalationLink, "id">,
  change: ExternalChange,
  source: ChangeSource,
): Promise<void> {
  const { escalation, link: before } = await findLink(ports, tenant, link.id);
  const connection = await ports.database.withTenant(tenant, ({ connections }) =>
    connections.find(before.connectionId),
  );
  if (!connection) return;
  await tellComments(ports, tenant, escalation, before, change);
  if (isOutdated(before, change)) return;
  const system = systemOf(connection);
  for (const news of newsOfChange(escalation, before, change, system))
    await tellNews(
      ports,
      tenant,
      escalation,
      news,
      `${news.what} ${before.id} v${String(escalation.version)}`,
    );
  if (change.state === "resolved" && before.state !== "resolved")
    await followResolved(ports, tenant, escalation, { link: before, connection, change });
  const { comments: _comments, answer: _answer, ...shown } = change;
  const kept = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.change(before.id, shown, auditOf(escalation, before, change, connection, source)),
  );
  // Where it was kept before, whoever kept it may have died before it was shown.
  const age = ports.clock.now().getTime() - change.at.getTime();
  if (kept ?? (source === "webhook" || age < shownAgainMs))
    await tellStatus(ports, tenant, kept?.escalation ?? escalation);
}

/** Tells the thread of comments alone, of which the vendor told without how the rest stands. */
export async function applyComments(
  ports: EscalationPorts,
  tenant: TenantId,
  link: Pick<EscalationLink, "id">,
  told: Pick<ExternalChange, "comments" | "externalKey" | "externalId">,
): Promise<void> {
  const { escalation, link: before } = await findLink(ports, tenant, link.id);
  await tellComments(ports, tenant, escalation, before, told);
}

async function tellComments(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: Escalation,
  link: EscalationLink,
  { comments, externalKey, externalId }: Pick<ExternalChange, "comments" | "externalKey" | "externalId">,
): Promise<void> {
  const name = externalKey ?? link.externalKey ?? externalId;
  for (const { id, by, text, isPublic, isOurs } of comments) {
    if (!isPublic || isOurs || text.trim() === "") continue;
    const news = { what: "comment", name, by: by.name, text: shorten(text.trim(), commentLength) } as const;
    await tellNews(ports, tenant, escalation, news, `comment ${link.id} ${id}`);
  }
}

function auditOf(
  { id, turnId: turn }: Escalation,
  link: EscalationLink,
  { state, by }: ExternalChange,
  connection: Connection,
  source: ChangeSource,
): readonly AuditEvent[] {
  const event = state === link.state ? null : eventOf(link.state, state);
  if (event === null) return [];
  return [
    {
      event,
      status: "success",
      userId: null,
      resourceType: "escalation",
      resourceId: id,
      metadata: {
        turn,
        where: connection.kind,
        connection: connection.id,
        ...(link.externalKey !== null && { name: link.externalKey }),
        ...(by !== null && { by: by.name }),
        source,
      },
    },
  ];
}

function eventOf(from: EscalationLink["state"], to: ExternalChange["state"]): AuditEvent["event"] | null {
  if (to === "resolved") return "escalation.resolved";
  if (from === "resolved") return "escalation.reopened";
  return to === "acknowledged" ? "escalation.acknowledged" : null;
}
