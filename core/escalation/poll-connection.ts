import { z } from "zod";
import type { Connection } from "../connections/connection.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { applyChange } from "./apply-change.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { readNow } from "./handle-hook.ts";
import { findLink } from "./held-link.ts";
import { ticketGone } from "./ticket-gone.ts";

/** So many open tickets and incidents are asked about in a round. */
const linksAtOnce = 100;
/** Comments from so long before the last whole round are asked for again: clocks differ. */
const overlapMs = 300_000;

/** When a round last began, and when one began that came to its end. */
interface Polled {
  readonly at: Date;
  readonly whole: Date | null;
}

const settings = z.object({ poll_seconds: z.number().nullable() });

/** Whether the connection is to be asked now. */
export function isDue({ kind, state, settings: set, cursor, health }: Connection, now: Date): boolean {
  if (kind === "webhook" || state !== "active") return false;
  if (health.openUntil !== null && health.openUntil > now) return false;
  const { data } = settings.safeParse(set);
  if (data?.poll_seconds == null) return false;
  const polled = readCursor(cursor);
  return polled === null || now.getTime() - polled.at.getTime() >= data.poll_seconds * 1_000;
}

/**
 * Asks a connection how its open tickets and incidents stand, where it is due and nobody else does; tells whether it did.
 * What cannot be read now is read in the next round.
 */
export async function pollConnection(
  ports: EscalationPorts,
  tenant: TenantId,
  connection: Connection,
): Promise<boolean> {
  const now = ports.clock.now();
  if (!isDue(connection, now)) return false;
  const before = readCursor(connection.cursor);
  const begun = writeCursor({ at: now, whole: before?.whole ?? null });
  const claimed = await ports.database.withTenant(tenant, ({ connections }) =>
    connections.moveCursor(connection.id, connection.cursor, begun),
  );
  if (!claimed) return false;
  const links = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.openLinks(connection.id, linksAtOnce),
  );
  // Where there are more than one round asks about, nobody knows since when each was not.
  const since =
    links.length === linksAtOnce || !before?.whole ? null : new Date(before.whole.getTime() - overlapMs);
  let isWhole = true;
  for (const link of links) {
    try {
      const { escalation } = await findLink(ports, tenant, link.id);
      const externalId = link.externalId;
      if (link.kind === "ticket" && externalId === null) continue;
      const about = { escalation, link, externalId: externalId ?? "", since };
      const change = await readNow(ports, tenant, connection, about);
      if (change) await applyChange(ports, tenant, link, change, "polling");
      else await ticketGone(ports, tenant, link, connection, "polling");
    } catch (error) {
      isWhole = false;
      ports.logger.warn("how a ticket or an incident stands could not be asked", {
        link: link.id,
        connection: connection.name,
        error,
      });
      // Whoever is away is away for all of them.
      if (!isExpertError(error, "channel_refused", "not_found", "invalid_input")) break;
    }
  }
  if (isWhole)
    await ports.database.withTenant(tenant, ({ connections }) =>
      connections.moveCursor(connection.id, begun, writeCursor({ at: now, whole: now })),
    );
  return true;
}

const writeCursor = ({ at, whole }: Polled): string =>
  `${at.toISOString()} ${whole?.toISOString() ?? "never"}`;

function readCursor(cursor: string | null): Polled | null {
  const [at, whole] = (cursor ?? "").split(" ").map((text) => new Date(text));
  if (!at || Number.isNaN(at.getTime())) return null;
  return { at, whole: whole && !Number.isNaN(whole.getTime()) ? whole : null };
}
