import type { Connection } from "../connections/connection.ts";
import { systemOf } from "../connections/system-of.ts";
import type { TenantId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { ChangeSource } from "./apply-change.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { EscalationLink } from "./escalation.ts";
import { findLink } from "./held-link.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

/** As its status, and as a sentence on the card. */
const goneWords: Readonly<
  Record<Language, (system: string) => { readonly status: string; readonly error: string }>
> = {
  en: (system) => ({ status: `deleted in ${system}`, error: `It was deleted in ${system}.` }),
  th: (system) => ({ status: `ถูกลบใน ${system}`, error: `ทิกเก็ตนี้ถูกลบใน ${system} แล้ว` }),
};

/**
 * Takes in that a ticket is at its vendor no more: tells the thread, once, and notes it, so that it is asked about no more. An
 * incident is never gone: its pager forgets old ones, or shows none without a REST key. Again it changes nothing.
 */
export async function ticketGone(
  ports: EscalationPorts,
  tenant: TenantId,
  { id }: Pick<EscalationLink, "id">,
  connection: Connection,
  source: ChangeSource,
): Promise<void> {
  const { escalation, link } = await findLink(ports, tenant, id);
  if (link.kind !== "ticket" || link.externalId === null) return;
  // Also where it is noted already: whoever noted it may have died before the card was changed.
  if (link.state === "failed") await tellStatus(ports, tenant, escalation);
  if (link.state !== "open" && link.state !== "acknowledged") return;
  const { language, turnId: turn } = escalation;
  const { status, error } = goneWords[language](escalationTexts[language].system[systemOf(connection)]);
  const name = link.externalKey ?? link.externalId;
  await tellNews(ports, tenant, escalation, { what: "status", name, status }, `gone ${link.id}`);
  const noted = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.linkGone(link.id, error, [
      {
        event: "escalation.ticket_gone",
        status: "success",
        userId: null,
        resourceType: "escalation",
        resourceId: escalation.id,
        metadata: { turn, where: connection.kind, connection: connection.id, name, source },
      },
    ]),
  );
  if (noted) await tellStatus(ports, tenant, noted);
}
