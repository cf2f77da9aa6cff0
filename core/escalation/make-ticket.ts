import { v5 } from "uuid";
import type { Carried } from "../dispatch/dispatch-carrier.ts";
import { isExpertError } from "../errors.ts";
import type { DispatchId } from "../ids.ts";
import { composeTicket } from "./compose-ticket.ts";
import { fileLabel } from "./escalated-access.ts";
import { mayLeave } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import type { HeldLink } from "./held-link.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";
import type { CreatedTicket, TicketSystem } from "./ticket-system.ts";

/**
 * How long a ticket may appear after its vendor was asked for it: vendors may work on what they no longer answer, and their
 * searches lag behind. The product's own choice.
 */
export const settleMs = 180_000;
/** How often it is looked for meanwhile. */
const lookAgainMs = 10_000;
/** Files of a question that are attached. */
const filesLimit = 20;

/**
 * Makes the ticket of an escalation, once: where an earlier attempt may have come through it is looked for before, and once
 * more after everything has settled; of two, the one that was linked or else the oldest stays. Tells the thread, and adds
 * the question's files.
 */
export async function makeTicket(ports: EscalationPorts, held: HeldLink): Promise<Carried> {
  const { dispatch, connection, link, call } = held;
  const tickets = ports.systems.tickets(connection);
  const isDoubted = dispatch.doubtSince !== null;
  const standing = link.externalId === null ? null : ticketOf(link.externalId, held);
  const found = standing || isDoubted ? await call(() => tickets.find(link.key)) : [];
  const adopted = standing ?? found[0] ?? null;
  const age = isDoubted ? ports.clock.now().getTime() - dispatch.doubtSince.getTime() : settleMs;
  if (adopted === null && age < settleMs)
    return { againAfterMs: Math.min(lookAgainMs, Math.max(1, settleMs - age)) };
  const made = adopted ?? (await create(ports, held, tickets));
  const escalation = await keep(ports, held, made);
  await tellMade(ports, held, escalation, made);
  await attachFiles(ports, held, tickets, made);
  const all = isDoubted && adopted === null ? await call(() => tickets.find(link.key)) : found;
  for (const other of all) {
    if (other.externalId !== made.externalId)
      await call(() => tickets.closeDuplicate(other.externalId, made));
  }
  if (isDoubted) await lookOnceMore(ports, held);
  return "done";
}

const ticketOf = (externalId: string, { link }: HeldLink): CreatedTicket => ({
  externalId,
  externalKey: link.externalKey ?? externalId,
  url: link.url ?? "",
});

async function create(ports: EscalationPorts, held: HeldLink, tickets: TicketSystem): Promise<CreatedTicket> {
  const draft = await composeTicket(ports, held.tenant, held.escalation);
  return await held.callOnce(() => tickets.create(draft, held.link.key));
}

async function keep(
  ports: EscalationPorts,
  { tenant, link, connection, escalation, dispatch }: HeldLink,
  { externalId, externalKey, url }: CreatedTicket,
): Promise<Escalation> {
  const made = { externalId, externalKey, url: url === "" ? null : url };
  const kept = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.linkMade(link.id, made, [
      {
        event: "escalation.ticket_created",
        status: "success",
        userId: null,
        resourceType: "escalation",
        resourceId: escalation.id,
        metadata: {
          turn: escalation.turnId,
          connection: connection.id,
          ticket: externalKey,
          dispatch: dispatch.id,
        },
      },
    ]),
  );
  return kept ?? escalation;
}

async function tellMade(
  ports: EscalationPorts,
  { tenant, link }: HeldLink,
  escalation: Escalation,
  { externalKey: name, url }: CreatedTicket,
): Promise<void> {
  await tellStatus(ports, tenant, escalation);
  const news = { what: "ticket_created", name, url: url === "" ? null : url } as const;
  await tellNews(ports, tenant, escalation, news, `ticket_created ${link.id}`);
}

/** A file of a name is attached once. What the system does not take, or is gone here, is left out. */
async function attachFiles(
  { database, blobs, logger }: EscalationPorts,
  { tenant, escalation, call }: HeldLink,
  tickets: TicketSystem,
  { externalId }: CreatedTicket,
): Promise<void> {
  if (!mayLeave(escalation.policy, { label: fileLabel, readers: null })) return;
  const files = await database.withTenant(tenant, ({ attachments }) =>
    attachments.of(escalation.conversationId, filesLimit),
  );
  for (const { turnId, contentHash, name, mediaType } of files) {
    if (turnId !== escalation.turnId || contentHash === null) continue;
    try {
      const content = await blobs.get(tenant, contentHash);
      await call(() => tickets.attach(externalId, { name, mediaType, content }));
    } catch (error) {
      if (!isExpertError(error, "not_found", "channel_refused")) throw error;
      logger.info("a file was not attached to a ticket", { escalation: escalation.id, error });
    }
  }
}

/** A call of its own, so that what follows in the subject need not wait for it. */
async function lookOnceMore(
  ports: EscalationPorts,
  { tenant, dispatch: { id, connectionId, subject, body } }: HeldLink,
): Promise<void> {
  const notBefore = new Date(ports.clock.now().getTime() + settleMs);
  await ports.database.withTenant(tenant, ({ dispatches }) =>
    dispatches.write([
      {
        id: v5("once more", id) as DispatchId,
        connectionId,
        subject: `${subject}/once-more`,
        body,
        notBefore,
      },
    ]),
  );
}
