import type { Approval } from "../approvals/approval.ts";
import type { ApprovalId } from "../ids.ts";
import { isSent, sharedDraft } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { fitting } from "./find-answer.ts";
import type { HeldLink } from "./held-link.ts";
import { sharingTexts } from "./sharing-texts.ts";
import { unmarked } from "./take-answer.ts";

/**
 * What a ticket is told of the answer that was given here: the answer and its sources as far as they may leave now, else only
 * that there is one. Null where there is nothing to tell: it was taken back since, or is what stands in the ticket already.
 */
export async function answerComment(
  ports: EscalationPorts,
  held: HeldLink,
  answers: ApprovalId,
): Promise<string | null> {
  const { tenant, escalation } = held;
  const approval = await ports.database.withTenant(tenant, ({ approvals }) => approvals.find(answers));
  if (!approval || !isSent(approval) || (await standsThere(ports, held, approval))) return null;
  const texts = sharingTexts[escalation.language];
  const { draft, citations } = await sharedDraft(ports, tenant, escalation, { approval, reply: null });
  if (draft === null) return texts.answeredWithheld;
  const sources = citations.map(
    ({ title, url }, index) => `[${String(index + 1)}] ${title}${url === null ? "" : ` ${url}`}`,
  );
  const told = [texts.answered, draft, ...(sources.length === 0 ? [] : [`${texts.sources}:`, ...sources])];
  return told.join("\n\n");
}

/** Whether somebody wrote these very words in the ticket: then they came from there. */
async function standsThere(
  { systems }: EscalationPorts,
  { connection, link: { externalId }, escalation: { policy }, call }: HeldLink,
  { answer }: Approval,
): Promise<boolean> {
  // What names sources was written here.
  if (externalId === null || answer === null || answer.citations.length > 0) return false;
  const answerFrom = policy.ticket?.answer_from ?? "last_comment";
  const read = await call(() => systems.tickets(connection).read(externalId, answerFrom, null));
  if (!read) return false;
  const written = [
    ...(read.answer === null ? [] : [read.answer]),
    ...read.comments.filter(({ isOurs }) => !isOurs).map(({ text }) => text),
  ];
  return written.some((text) => unmarked(fitting(text)).trim() === answer.text);
}
