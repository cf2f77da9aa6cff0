import { z } from "zod";
import { askSystem } from "../connections/ask-system.ts";
import type { Connection } from "../connections/connection.ts";
import type { HookReader, ToldChange } from "../connections/hook-reader.ts";
import type { StoredHook } from "../connections/receive-hook.ts";
import { retryAfter } from "../dispatch/retry-after.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { ConnectionId, TenantId } from "../ids.ts";
import type { TakenEvent } from "../inbox/event-store.ts";
import type { EventHandler, EventOutcome } from "../inbox/handle-event.ts";
import { applyChange, applyComments } from "./apply-change.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import { ticketGone } from "./ticket-gone.ts";

const stored: z.ZodType<StoredHook> = z.object({
  connectionId: z.uuid(),
  hook: z.custom<object>((value) => typeof value === "object" && value !== null),
});

/** Takes in what one outside system told of tickets or incidents; what is about none of ours is left. */
export function createHookHandler(ports: EscalationPorts, reader: HookReader): EventHandler {
  const told = (body: unknown): (ToldChange & { readonly connectionId: ConnectionId }) | null => {
    const { success, data } = stored.safeParse(body);
    if (!success) return null;
    try {
      return { ...reader.told(data.hook), connectionId: data.connectionId as ConnectionId };
    } catch (error) {
      if (isExpertError(error, "invalid_input")) return null;
      throw error;
    }
  };

  async function takeIn({ id, tenantId: tenant, body }: TakenEvent): Promise<EventOutcome> {
    const heard = told(body);
    if (heard === null) {
      ports.logger.warn("a stored webhook is not understood, and is left", { event: id });
      return "settled";
    }
    const { connectionId, externalId, key, change, comments } = heard;
    const [connection, escalation] = await ports.database.withTenant(tenant, (stores) =>
      Promise.all([
        stores.connections.find(connectionId),
        stores.escalations.ofLink({ connectionId, externalId, key }),
      ]),
    );
    const link = escalation && linkOf(escalation, heard);
    if (!connection || !link) return "settled";
    if (comments) {
      await applyComments(ports, tenant, link, { comments, externalKey: null, externalId });
      return "settled";
    }
    const isGone = heard.gone === true && link.externalId === externalId;
    const now = isGone
      ? null
      : (change ?? (await readNow(ports, tenant, connection, { escalation, link, externalId })));
    if (now) await applyChange(ports, tenant, link, now, "webhook");
    else if (link.externalId === externalId) await ticketGone(ports, tenant, link, connection, "webhook");
    return "settled";
  }

  return {
    async handle(event) {
      try {
        return await takeIn(event);
      } catch (error) {
        throw putOff(ports, event, error);
      }
    },
    lane({ tenantId, body }) {
      const { success, data } = stored.safeParse(body);
      return success ? `${tenantId} ${data.connectionId}` : null;
    },
    giveUp(event, error) {
      ports.logger.error("what an outside system told was given up; asking it brings it later", {
        event: event.id,
        system: event.channel,
        error,
      });
      return Promise.resolve();
    },
  };
}

/** What the system is asked for when it is told is asked for a day, as its calls are, however long it is away. */
function putOff({ clock }: EscalationPorts, { pauses, receivedAt }: TakenEvent, error: unknown): unknown {
  if (!isExpertError(error, "channel_unavailable", "unauthenticated", "configuration_invalid")) return error;
  const waitMs = retryAfter(pauses + 1, receivedAt, clock.now(), Math.random());
  if (waitMs === null) return error;
  return new ExpertError("rate_limited", error.message, {
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    facts: { ...error.facts, retryAfterMs: waitMs },
    cause: error,
  });
}

/** Another ticket of the same key was made twice: its closing is not this one's. */
const linkOf = (
  { links }: Escalation,
  { connectionId, externalId, key }: ToldChange & { readonly connectionId: ConnectionId },
): EscalationLink | undefined => {
  const own = links.filter((link) => link.connectionId === connectionId);
  const isByKey = (link: EscalationLink): boolean =>
    key !== null && link.key === key && (link.kind === "page" || link.externalId === null);
  return own.find((link) => link.externalId === externalId) ?? own.find(isByKey);
};

/** How it stands: the webhook only said that something has changed. */
export async function readNow(
  { systems, ...ports }: EscalationPorts,
  tenant: TenantId,
  connection: Connection,
  {
    escalation: { policy },
    link,
    externalId,
    since = null,
  }: {
    readonly escalation: Pick<Escalation, "policy">;
    readonly link: EscalationLink;
    readonly externalId: string;
    readonly since?: Date | null;
  },
): Promise<ExternalChange | null> {
  return await askSystem(ports, tenant, connection, async () =>
    link.kind === "page"
      ? await systems.pager(connection).read(link.key)
      : await systems
          .tickets(connection)
          .read(externalId, policy.ticket?.answer_from ?? "last_comment", since),
  );
}
