import type { Carried } from "../dispatch/dispatch-carrier.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { shorten } from "../text/cut-text.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { HeldLink } from "./held-link.ts";
import type { Pager } from "./pager.ts";

type Note = Extract<DispatchBody, { kind: "page_note" }>;
type Responders = Extract<DispatchBody, { kind: "page_responders" }>;

/** An incident appears a moment after it was triggered; so long it is waited for, and looked for so often. */
const appearsWithinMs = 120_000;
const lookAgainMs = 10_000;
/** Of the question, in what those are told who are asked to join. */
const questionLength = 200;

/** Acknowledges or resolves the incident; nothing where there is none, or it stands so already. */
export async function movePage(
  ports: EscalationPorts,
  { connection, link, call }: HeldLink,
  to: "acknowledge" | "resolve",
): Promise<Carried> {
  const { state, key } = link;
  const isThere = state === "resolved" || (to === "acknowledge" && state === "acknowledged");
  if (isThere || state === "failed" || link.createdAt === null) return "done";
  const pager = ports.systems.pager(connection);
  await call(() => (to === "acknowledge" ? pager.acknowledge(key) : pager.resolve(key)));
  return "done";
}

/** Adds a person's words to the incident, where the connection may. */
export async function notePage(ports: EscalationPorts, held: HeldLink<Note>): Promise<Carried> {
  const { dispatch, body, escalation } = held;
  return await withIncident(ports, held, async (pager, externalId) => {
    const note = { key: dispatch.id, by: body.by, text: body.text };
    const written = await held.call(() => pager.note(externalId, note));
    if (!written) logLeft(ports, held, "note", escalation.id);
  });
}

/** Asks people to join, where the connection may. */
export async function askResponders(ports: EscalationPorts, held: HeldLink<Responders>): Promise<Carried> {
  const { body, escalation } = held;
  return await withIncident(ports, held, async (pager, externalId) => {
    const message = shorten(escalation.question, questionLength);
    const unknown = await held.call(() => pager.addResponders(externalId, body.emails, message));
    if (unknown === null) logLeft(ports, held, "responders", escalation.id);
    else if (unknown.length > 0)
      ports.logger.warn("a policy asks people to join whom the pager does not know", {
        connection: held.connection.name,
        count: unknown.length,
      });
  });
}

function logLeft(
  { logger }: EscalationPorts,
  { connection }: HeldLink,
  what: string,
  escalation: string,
): void {
  logger.warn("a connection lacks what an incident's notes and responders need", {
    connection: connection.name,
    what,
    escalation,
  });
}

/** The incident's own id; waited for while it may still appear, and left out where its connection cannot tell it. */
async function withIncident(
  ports: EscalationPorts,
  held: HeldLink,
  work: (pager: Pager, externalId: string) => Promise<void>,
): Promise<Carried> {
  const { tenant, connection, link, call } = held;
  if (link.state === "failed" || link.createdAt === null) return "done";
  const pager = ports.systems.pager(connection);
  const read = link.externalId === null ? await call(() => pager.read(link.key)) : null;
  const externalId = link.externalId ?? read?.externalId ?? null;
  if (externalId === null) {
    const age = ports.clock.now().getTime() - link.createdAt.getTime();
    if (age < appearsWithinMs) return { againAfterMs: lookAgainMs };
    logLeft(ports, held, "incident", held.escalation.id);
    return "done";
  }
  if (read) {
    const { externalKey, url } = read;
    await ports.database.withTenant(tenant, ({ escalations }) =>
      escalations.linkMade(link.id, { externalId, externalKey, url }, []),
    );
  }
  await work(pager, externalId);
  return "done";
}
