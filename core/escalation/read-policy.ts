import { type EscalationPolicy, escalationPolicy, noEscalation } from "./policy.ts";

/**
 * A policy as it is kept (null: none was written). One that cannot be read, such as a newer version's, escalates nothing and
 * is told apart by its `fault`: nobody may be paged by a guess.
 */
export function readEscalationPolicy(kept: unknown): {
  readonly policy: EscalationPolicy;
  readonly fault: Error | null;
} {
  if (kept === null || kept === undefined) return { policy: noEscalation, fault: null };
  const { data, error } = escalationPolicy.safeParse(kept);
  return data ? { policy: data, fault: null } : { policy: noEscalation, fault: error };
}
