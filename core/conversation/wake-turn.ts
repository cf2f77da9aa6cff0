import type { TenantId, TurnId } from "../ids.ts";
import type { Queue } from "../queue.ts";

/** The row is the truth and the sweeper finds it: a queue that is away delays the answer, and loses nothing. */
export const wakeTurn = (
  { queue }: { readonly queue: Pick<Queue, "enqueue"> },
  tenantId: TenantId,
  turnId: TurnId,
): Promise<void> =>
  queue.enqueue("turn", { tenantId, turnId }, { key: `turn-${turnId}` }).catch(() => undefined);
