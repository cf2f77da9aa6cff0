import type { AuditEvent } from "../audit/audit-event.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import { isExpertError } from "../errors.ts";
import { type EscalationId, newId, type TenantId } from "../ids.ts";
import { addToStanding } from "./add-to-standing.ts";
import {
  callsToMake,
  callsToPageAgain,
  newLink,
  pagedNotBefore,
  severer,
  subjectOf,
  type WantedLink,
  wantedLinks,
} from "./choose-links.ts";
import { accessOfQuestion, readEscalated } from "./escalated-question.ts";
import { countAsResolved } from "./count-as-resolved.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";
import { sparedBy } from "./say-news.ts";
import type { Escalate, RaiseRequest } from "./raise-request.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";
import type { Severity } from "./trigger.ts";
import { failWhatIsOff, isOff, wantedConnections, type WantedConnections } from "./wanted-connections.ts";

export type RaisePorts = Pick<EscalationPorts, "database" | "queue" | "clock" | "logger">;

/**
 * Makes a question a ticket, a page or both, as its department's policy wants for what has happened; shows it in the thread
 * and wakes whoever makes them. Null where the policy wants nothing. Again it changes nothing.
 */
export async function raiseEscalation(
  ports: RaisePorts,
  tenant: TenantId,
  request: RaiseRequest,
): Promise<Escalation | null> {
  const escalation = await keepEscalation(ports, tenant, request);
  if (escalation) await tellRaised(ports, tenant, escalation);
  return escalation;
}

/** The same for steps that something else follows: what no other try mends is logged. */
export const createEscalate =
  (ports: RaisePorts): Escalate =>
  async (tenant, request) => {
    try {
      await raiseEscalation(ports, tenant, request);
    } catch (error) {
      if (isExpertError(error, "database_unavailable", "storage_full")) throw error;
      const { turnId: turn, trigger } = request;
      ports.logger.error("a question could not be escalated", { turn, trigger, error });
    }
  };

/** Keeps that a question is escalated, with the calls that it asks for; nobody is told or woken yet. */
export async function keepEscalation(
  ports: RaisePorts,
  tenant: TenantId,
  request: RaiseRequest,
): Promise<Escalation | null> {
  const { trigger, by, handoffId = null } = request;
  const asked = await readEscalated(ports, tenant, request);
  if (asked === null) return null;
  const { turn, approval, standing, policy, departmentId, named } = asked;
  const severity = severer(policy.severity[trigger], standing?.severity ?? "info");
  const wanted = wantedLinks(policy, trigger, severity);
  if (wanted.length === 0) return null;
  const connections = await wantedConnections(ports, tenant, wanted);
  const access = request.access ?? (await accessOfQuestion(ports, tenant, asked));
  const isNew = standing?.raised.every((one) => one.trigger !== trigger) === true;
  if (standing) await addToStanding(ports, tenant, standing, trigger);
  // Before it is kept, so that a crash in between loses no line.
  if (isNew && standing?.state === "resolved") {
    await tellNews(ports, tenant, standing, { what: "reopened", by: null }, `reopened ${trigger}`);
    await countAsResolved(ports, tenant, standing);
  }
  const now = ports.clock.now();
  const id = standing?.id ?? newId<EscalationId>();
  const links = connections.known.map(({ kind, connection }) => newLink(kind, connection.id));
  const again = standing && isNew ? linksToPageAgain(standing, wanted) : [];
  const { escalation } = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.raise(
      {
        id,
        turnId: turn.id,
        approvalId: approval?.id ?? null,
        handoffId,
        departmentId,
        named,
        question: approval?.question ?? turn.standaloneQuestion,
        ...access,
        severity,
        policy,
        raised: { trigger, at: now, by },
        links,
      },
      [
        ...links.flatMap((link) => callsToMake(link, policy, severity, now)),
        ...again.flatMap((link) => callsToPageAgain(link, policy, severity, trigger, now)),
      ],
      auditOf(id, request, severity, connections),
    ),
  );
  return await failWhatIsOff(ports, tenant, escalation, connections.known);
}

/** The page of something that was settled, or that nobody was paged for: it wakes somebody once more. */
function linksToPageAgain(
  { state, links }: Escalation,
  wanted: readonly WantedLink[],
): readonly EscalationLink[] {
  const wantsPage = wanted.some(({ kind }) => kind === "page");
  return links.filter(
    ({ kind, error }) => kind === "page" && wantsPage && (state === "resolved" || sparedBy(error) !== null),
  );
}

/** Shows what was raised in the thread, and wakes whoever makes its ticket and its page. */
export async function tellRaised(ports: RaisePorts, tenant: TenantId, escalation: Escalation): Promise<void> {
  await tellStatus(ports, tenant, escalation);
  const { links, policy, severity } = escalation;
  const begins = pagedNotBefore(policy, severity, ports.clock.now());
  await wakeDispatches(
    ports,
    tenant,
    links
      .filter(({ state, kind }) => state === "pending" || kind === "page")
      .map((link) => ({ subject: subjectOf(link), notBefore: link.kind === "page" ? begins : null })),
  );
}

function auditOf(
  id: EscalationId,
  { turnId: turn, trigger, by, word }: RaiseRequest,
  severity: Severity,
  { known, missing }: WantedConnections,
): readonly AuditEvent[] {
  const event = {
    event: "escalation.raised",
    userId: by,
    resourceType: "escalation",
    resourceId: id,
  } as const;
  const made = Object.fromEntries(known.map(({ kind, connection }) => [kind, connection.name]));
  const faults = [
    ...missing.map(({ connection }) => ({ connection, fault: "unknown" })),
    ...known.filter(isOff).map(({ connection: { name } }) => ({ connection: name, fault: "off" })),
  ];
  return [
    {
      ...event,
      status: "success",
      metadata: { turn, trigger, severity, ...made, ...(word === undefined ? {} : { word }) },
    },
    ...faults.map((fault): AuditEvent => ({
      ...event,
      status: "error",
      metadata: { turn, trigger, ...fault },
    })),
  ];
}
