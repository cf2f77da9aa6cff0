import type { ThreadTurn } from "../conversation/thread-store.ts";
import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { HandoffId, TenantId } from "../ids.ts";
import type { Handoff } from "./handoff.ts";

/** A hand-off and the question that it is about; throws `not_found`. */
export async function findHandoff(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  id: HandoffId,
): Promise<{ readonly handoff: Handoff; readonly turn: ThreadTurn }> {
  return await database.withTenant(tenant, async ({ handoffs, threads }) => {
    const handoff = await handoffs.find(id);
    const turn = handoff && (await threads.turn(handoff.turnId));
    if (turn) return { handoff, turn };
    throw new ExpertError("not_found", "This request for a human does not exist any more.", {
      remedy: "Ask a human again, below the answer.",
      facts: { reason: "handoff_gone" satisfies RefusalReason },
    });
  });
}
