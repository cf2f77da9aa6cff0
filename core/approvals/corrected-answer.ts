import type { Reply } from "../conversation/reply.ts";
import type { Database } from "../database.ts";
import type { TenantId } from "../ids.ts";
import type { Approval } from "./approval.ts";

interface CorrectedPorts {
  readonly database: Pick<Database, "withTenant">;
}

/** The note in the thread that brings the answer, and that an undo and a correction take the place of. */
export const answerNote = "answer";

/** A question of an approval: where it was asked, and by whom. */
export type Asked = Pick<
  Approval,
  | "id"
  | "turnId"
  | "conversationId"
  | "channel"
  | "threadKey"
  | "address"
  | "shared"
  | "named"
  | "askedBy"
  | "askedByName"
  | "language"
>;

const askedOf = ({
  id,
  turnId,
  conversationId,
  channel,
  threadKey,
  address,
  shared,
  named,
  askedBy,
  askedByName,
  language,
}: Approval): Asked => ({
  id,
  turnId,
  conversationId,
  channel,
  threadKey,
  address,
  shared,
  named,
  askedBy,
  askedByName,
  language,
});

/** The questions to which an answer was sent that is corrected: its own, and those that were decided together with it. */
export async function correctedOf(
  { database }: CorrectedPorts,
  tenant: TenantId,
  { turnId }: Approval,
): Promise<readonly Asked[]> {
  return await database.withTenant(tenant, async ({ approvals }) => {
    const own = await approvals.ofTurn(turnId);
    if (!own) return [];
    return [own, ...(await approvals.following(own.id))].map(askedOf);
  });
}

/** The answer that whoever asked has now; null where they have none. */
export async function standingReply(
  { database }: CorrectedPorts,
  tenant: TenantId,
  { turnId }: Pick<Approval, "turnId">,
): Promise<Extract<Reply, { kind: "answer" }> | null> {
  const turn = await database.withTenant(tenant, ({ threads }) => threads.turn(turnId));
  return turn?.reply?.kind === "answer" ? turn.reply : null;
}

/** The approval of the answer that whoever asked has now: where it was corrected since, the correction's. */
export async function standingApproval(
  ports: CorrectedPorts,
  tenant: TenantId,
  approval: Approval,
): Promise<Approval> {
  const id = (await standingReply(ports, tenant, approval))?.verified?.approvalId;
  if (id === undefined || id === approval.id) return approval;
  return (await ports.database.withTenant(tenant, ({ approvals }) => approvals.find(id))) ?? approval;
}
