import { conversationOf } from "../conversation/ask-in-thread.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { TenantId } from "../ids.ts";
import { actOnEscalation } from "./act.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { Escalation } from "./escalation.ts";
import type { EscalationPorts } from "./escalation-ports.ts";

export interface CommentInThread {
  readonly identity: Identity;
  /** The channel's own name of the thread. */
  readonly threadKey: string;
  /** Markdown. */
  readonly text: string;
  /** Whose words they are, where they are another's than whoever adds them. */
  readonly writtenBy: string | null;
}

/** What a thread was escalated to; throws `not_found` where nothing in it was. */
export async function escalationOfThread(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  threadKey: string,
): Promise<Escalation> {
  const id = conversationOf(tenant, threadKey);
  const found = await database.withTenant(tenant, ({ escalations }) => escalations.ofConversation(id));
  if (found) return found;
  throw new ExpertError(
    "not_found",
    "Nothing in this thread was escalated, so that there is no ticket here.",
    {
      remedy: "Choose a message in the thread of a question that was.",
      facts: { reason: "escalation_none" satisfies RefusalReason },
    },
  );
}

/**
 * Adds what stands in a thread to its ticket and its incident, as a comment. Throws `not_found` where nothing in the thread
 * was escalated, `invalid_input` where the text has no words, and what `actOnEscalation` throws.
 */
export async function commentInThread(
  ports: EscalationPorts,
  { identity, threadKey, text, writtenBy }: CommentInThread,
): Promise<Escalation> {
  const { id, language } = await escalationOfThread(ports, identity.member.tenantId, threadKey);
  if (text.trim() === "") {
    throw new ExpertError("invalid_input", "This message has no words that could be added.", {
      remedy: "Choose one that has.",
      facts: { reason: "escalation_no_words" satisfies RefusalReason },
    });
  }
  const words = writtenBy === null ? text : escalationTexts[language].wrote(writtenBy, text);
  return await actOnEscalation(ports, { identity, escalationId: id, act: { kind: "comment", text: words } });
}
