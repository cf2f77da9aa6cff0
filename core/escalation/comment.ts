import { v5 } from "uuid";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import { ExpertError } from "../errors.ts";
import type { Member } from "../identity/member.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { DispatchId } from "../ids.ts";
import { commentKinds } from "./add-to-standing.ts";
import { subjectOf } from "./choose-links.ts";
import { takesComments } from "./escalation-actions.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";

/** Longest comment, in characters; less than what Jira takes (32,767) and PagerDuty (25,000). */
const commentLengthLimit = 8_000;

/**
 * Adds a person's words to the ticket and the incident. The same words by the same person are added once. Throws
 * `invalid_input`, and `conflict` where neither stands or is still to be made.
 */
export async function addComment(
  ports: Pick<EscalationPorts, "database" | "queue" | "clock">,
  { tenantId, id: userId, name }: Member,
  { id, links, turnId }: Escalation,
  words: string,
): Promise<void> {
  const text = writeComment(words);
  const taking = links.filter(takesComments);
  if (taking.length === 0) {
    throw new ExpertError("conflict", "There is no ticket and no incident to comment on.", {
      remedy: "Write it in the thread instead.",
      facts: { reason: "escalation_no_link" satisfies RefusalReason },
    });
  }
  const calls = taking.map((link): NewDispatch => ({
    id: v5(`comment ${userId} ${text}`, link.id) as DispatchId,
    connectionId: link.connectionId,
    subject: subjectOf(link),
    body: { kind: commentKinds[link.kind], linkId: link.id, by: name, text },
    notBefore: null,
  }));
  await ports.database.withTenant(tenantId, ({ dispatches }) =>
    dispatches.write(calls, [
      {
        event: "escalation.commented",
        status: "success",
        userId,
        resourceType: "escalation",
        resourceId: id,
        metadata: { turn: turnId, where: "here" },
      },
    ]),
  );
  await wakeDispatches(ports, tenantId, calls);
}

function writeComment(words: string): string {
  const text = words.toWellFormed().replaceAll("\u0000", "").trim();
  if (text === "")
    throw new ExpertError("invalid_input", "The comment has no text.", {
      remedy: "Write the comment.",
      facts: { reason: "comment_empty" satisfies RefusalReason },
    });
  if (text.length > commentLengthLimit) {
    throw new ExpertError("invalid_input", "The comment is too long.", {
      remedy: `Shorten it to ${String(commentLengthLimit)} characters.`,
      facts: { reason: "comment_too_long" satisfies RefusalReason, limit: commentLengthLimit },
    });
  }
  return text;
}
