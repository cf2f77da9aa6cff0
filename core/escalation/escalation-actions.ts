import type { Approval } from "../approvals/approval.ts";
import type { EscalationAction } from "./escalation-view.ts";
import type { Escalation } from "./escalation.ts";

/** What there is to do with an escalation as it stands, whoever does it. */
export function openActions(
  { state, links }: Pick<Escalation, "state" | "links">,
  approval: Pick<Approval, "state"> | null,
): readonly EscalationAction[] {
  const sent = approval?.state === "approved" || approval?.state === "corrected";
  return [
    ...(state === "open" ? (["acknowledge"] as const) : []),
    ...(state === "resolved" ? [] : (["resolve"] as const)),
    ...(links.some(takesComments) ? (["comment"] as const) : []),
    ...(sent ? [] : (["answer"] as const)),
  ];
}

/** What could not be made takes no comments; what is still to be made gets them once it is. */
export const takesComments = ({ state }: Escalation["links"][number]): boolean => state !== "failed";
