import { systemOf } from "../connections/system-of.ts";
import { askSystem } from "../connections/ask-system.ts";
import type { Connection } from "../connections/connection.ts";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { askResolver } from "./ask-resolver.ts";
import { subjectOf } from "./choose-links.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink, ExternalPerson } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import { answerOf } from "./find-answer.ts";
import { endedWith } from "./news-of-change.ts";
import { moveBody, resolvedWith } from "./state-calls.ts";
import { takeAnswer } from "./take-answer.ts";

/**
 * What follows once a ticket or an incident is resolved: its answer is taken, or else whoever resolved it is asked for it,
 * and what else stands for the question is to be resolved too. Before it is kept that it is; again it changes nothing.
 */
export async function followResolved(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: Escalation,
  {
    link,
    connection,
    change,
  }: { readonly link: EscalationLink; readonly connection: Connection; readonly change: ExternalChange },
): Promise<void> {
  const others = escalation.links.filter(({ id, state }) => id !== link.id && state !== "failed");
  const taken =
    link.kind === "ticket" &&
    (await takeTicketAnswer(ports, tenant, escalation, { link, connection, change }));
  // What follows from something that is resolved already was resolved by this product.
  const isFirst = escalation.state !== "resolved" && !others.some((other) => endedWith(escalation, other));
  if (!isFirst) return;
  await resolveOthers(ports, tenant, escalation, others, link);
  if (!taken)
    await askResolver(
      ports,
      tenant,
      escalation,
      link,
      await resolverOf(ports, tenant, { link, connection, change }),
    );
}

interface Resolved {
  readonly link: EscalationLink;
  readonly connection: Connection;
  readonly change: ExternalChange;
}

/** Whether it brought an answer. Whatever is wrong with its words, the ticket is resolved all the same. */
async function takeTicketAnswer(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: Escalation,
  { link, connection, change }: Resolved,
): Promise<boolean> {
  const answerFrom = escalation.policy.ticket?.answer_from ?? "last_comment";
  const told = answerOf(change, answerFrom);
  // Webhooks tell no comments, or one.
  const read = told
    ? null
    : await askSystem(ports, tenant, connection, () =>
        ports.systems.tickets(connection).read(change.externalId, answerFrom, null),
      );
  const answer = told ?? (read && answerOf({ ...read, by: change.by ?? read.by }, answerFrom));
  // What was last said in what this product closed is no answer: it was settled elsewhere.
  const isOurs = (change.isOurs ?? read?.isOurs) === true && answerFrom === "last_comment";
  if (answer === null || isOurs) return false;
  const email = answer.by?.email ?? null;
  const userId =
    email === null
      ? null
      : await ports.database.withTenant(tenant, ({ identities }) => identities.userByEmail(email));
  try {
    const name = answer.by?.name ?? connection.name;
    const by = { userId, name, email, via: systemOf(connection) };
    // What stands for this question elsewhere brought the answer, and is not told it.
    const others: EscalationPorts = {
      ...ports,
      tellEscalated: async (ofTenant, approval) => {
        if (approval.turnId !== escalation.turnId) await ports.tellEscalated?.(ofTenant, approval);
      },
    };
    await takeAnswer(others, tenant, { escalation, text: answer.text, by });
  } catch (error) {
    if (!isExpertError(error, "invalid_input", "conflict")) throw error;
    ports.logger.info("the answer of a resolved ticket was not taken", { link: link.id, error });
    return isExpertError(error, "conflict");
  }
  return true;
}

/** Who resolved it, with their address, which webhooks of pagers do not tell. */
async function resolverOf(
  ports: EscalationPorts,
  tenant: TenantId,
  { link, connection, change: { by } }: Resolved,
): Promise<ExternalPerson | null> {
  if (link.kind === "ticket" || (by !== null && by.email !== null)) return by;
  try {
    const read = await askSystem(ports, tenant, connection, () =>
      ports.systems.pager(connection).read(link.key),
    );
    return read?.state === "resolved" ? (read.by ?? by) : by;
  } catch (error) {
    if (!isExpertError(error) || isExpertError(error, "database_unavailable")) throw error;
    ports.logger.info("who resolved an incident could not be asked", { link: link.id, error });
    return by;
  }
}

async function resolveOthers(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: Escalation,
  others: readonly EscalationLink[],
  link: EscalationLink,
): Promise<void> {
  const calls = others.flatMap((other): readonly NewDispatch[] => {
    const body = moveBody(other, escalation.policy, "resolve");
    if (body === null) return [];
    const { connectionId } = other;
    const id = resolvedWith(link, escalation, other);
    return [{ id, connectionId, subject: subjectOf(other), body, notBefore: null }];
  });
  if (calls.length === 0) return;
  await ports.database.withTenant(tenant, ({ dispatches }) => dispatches.write(calls));
  await wakeDispatches(ports, tenant, calls);
}
