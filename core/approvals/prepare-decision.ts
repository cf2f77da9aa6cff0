import type { Identity } from "../identity/directory.ts";
import type { ApprovalId } from "../ids.ts";
import { isOpen } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { ApprovalView } from "./approval-view.ts";
import { refreshCards } from "./cards.ts";
import { late } from "./decide.ts";
import { findApproval } from "./find-approval.ts";
import { assertMayDecide } from "./may-decide.ts";
import { viewOf } from "./present-approval.ts";

/**
 * An approval as this person may decide on it now, before they write a word. Throws as `decide` would, and puts the cards
 * right where somebody else has decided.
 */
export async function prepareDecision(
  ports: ApprovalPorts,
  identity: Identity,
  id: ApprovalId,
): Promise<ApprovalView> {
  const tenant = identity.member.tenantId;
  const approval = await findApproval(ports, tenant, id);
  await assertMayDecide(ports, identity, approval);
  if (!isOpen(approval.state)) {
    await refreshCards(ports, tenant, approval);
    throw late(approval);
  }
  return await viewOf(ports, identity, approval);
}
