import type { TurnRecord } from "../../core/conversation/conversation-store.ts";
import type { Database } from "../../core/database.ts";
import { presentLinks } from "../../core/escalation/present-links.ts";
import type { Member } from "../../core/identity/member.ts";
import type { ConversationId } from "../../core/ids.ts";
import type { TurnView } from "./contract/conversation.ts";
import { presentTurnEscalation } from "./present-escalation.ts";
import { presentTurn } from "./present.ts";

/** Turns of a conversation, with what becomes of the approvals that they wait for, and of their escalations. */
export async function presentTurns(
  database: Pick<Database, "withTenant">,
  { tenantId, roles }: Member,
  conversation: ConversationId,
  turns: readonly TurnRecord[],
): Promise<readonly TurnView[]> {
  return await database.withTenant(tenantId, async ({ approvals, escalations, connections }) => {
    const escalated = (await escalations.ofConversation(conversation)) !== null;
    const known = escalated ? await connections.list() : [];
    return await Promise.all(
      turns.map(async (turn) => {
        const [approval, escalation] = await Promise.all([
          turn.state === "waiting" ? approvals.ofTurn(turn.id) : null,
          escalated ? escalations.ofTurn(turn.id) : null,
        ]);
        if (!escalation) return presentTurn(turn, approval);
        const named = escalation.named || !roles.includes("guest");
        const seen = { ...escalation, named };
        return presentTurn(turn, approval, presentTurnEscalation(seen, presentLinks(seen, known, named)));
      }),
    );
  });
}
