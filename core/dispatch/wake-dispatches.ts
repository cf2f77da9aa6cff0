import type { Clock } from "../clock.ts";
import type { TenantId } from "../ids.ts";
import type { Queue } from "../queue.ts";
import type { NewDispatch } from "./dispatch.ts";

/**
 * Wakes whoever makes these calls, once for each subject, at the time of its first. A wake-up that is lost delays them: the
 * sweeper finds their rows.
 */
export async function wakeDispatches(
  { queue, clock }: { readonly queue: Pick<Queue, "enqueue">; readonly clock: Clock },
  tenantId: TenantId,
  calls: readonly Pick<NewDispatch, "subject" | "notBefore">[],
): Promise<void> {
  const first = new Map<string, Date | null>();
  for (const { subject, notBefore } of calls) if (!first.has(subject)) first.set(subject, notBefore);
  await Promise.all(
    [...first].map(([subject, notBefore]) => {
      const delayMs = notBefore === null ? 0 : Math.max(0, notBefore.getTime() - clock.now().getTime());
      const key =
        notBefore === null ? `dispatch-${subject}` : `dispatch-${subject}-${String(notBefore.getTime())}`;
      return queue
        .enqueue("dispatch", { tenantId, subject }, { key, again: true, ...(delayMs > 0 && { delayMs }) })
        .catch(() => undefined);
    }),
  );
}
