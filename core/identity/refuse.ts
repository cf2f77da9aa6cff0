import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Member } from "./member.ts";
import type { ReasonFacts, RefusalReason } from "./refusal-reason.ts";

/** What was refused, and in which words the person is told. */
export interface Refusal {
  readonly resourceType: "turn" | "handoff" | "approval" | "escalation";
  readonly resourceId: string;
  readonly reason: RefusalReason;
  readonly message: string;
  readonly remedy: string;
  readonly facts?: ReasonFacts;
}

/** Records that a person may not do something, and throws `forbidden`. */
export async function refuse(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  { id: userId, tenantId }: Member,
  { resourceType, resourceId, reason, message, remedy, facts = {} }: Refusal,
): Promise<never> {
  await database.withTenant(tenantId, ({ audit }) =>
    audit.append([
      {
        event: "policy.denied",
        status: "denied",
        userId,
        resourceType,
        resourceId,
        metadata: { reason: message },
      },
    ]),
  );
  throw new ExpertError("forbidden", message, { remedy, facts: { ...facts, reason } });
}
