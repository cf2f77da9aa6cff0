import { type NotePorts, noteId, type OutgoingNote, writeNotes } from "../delivery/write-notes.ts";
import type { TenantId } from "../ids.ts";
import { directChannels, findDirectPlace, type Reached } from "../handoff/find-direct-place.ts";
import type { Approval, ApprovalCard } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { Approver } from "./approval-store.ts";

/**
 * Gives these people their cards, each in the channel where they want them or are known; who has one already is left out.
 * Whoever is known in no channel finds the approval in the web inbox. Tells how many were reached.
 */
export async function offerCards(
  ports: ApprovalPorts,
  tenant: TenantId,
  approval: Approval,
  approvers: readonly Approver[],
): Promise<number> {
  const standing = await ports.database.withTenant(tenant, ({ approvals }) => approvals.cards(approval.id));
  const having = new Set(standing.map(({ userId }) => userId));
  const reached = await Promise.all(
    approvers
      .filter(({ id }) => !having.has(id))
      .map(async (approver) => ({ approver, found: await findPlace(ports, tenant, approver) })),
  );
  const cards = reached.flatMap(({ approver, found }) =>
    found === null ? [] : [cardOf(approval, approver, found)],
  );
  await writeNotes(
    ports,
    tenant,
    cards.map((card) => noteOf(approval, card, whichOffer(card))),
  );
  for (const card of cards)
    await ports.database.withTenant(tenant, ({ approvals }) => approvals.cardShown(approval.id, card));
  return cards.length;
}

const whichOffer = ({ userId, channel }: Pick<ApprovalCard, "userId" | "channel">): string =>
  `card ${userId} ${channel}`;

const cardOf = ({ id }: Approval, { id: userId }: Approver, { channel, place }: Reached): ApprovalCard => ({
  userId,
  channel,
  ...place,
  deliveryId: noteId({ about: id, which: whichOffer({ userId, channel }) }),
});

const noteOf = (
  { id: approvalId, turnId, language }: Approval,
  { userId: viewer, channel, threadKey, address }: ApprovalCard,
  which: string,
): OutgoingNote => ({
  about: approvalId,
  which,
  channel,
  threadKey,
  address,
  turnId,
  language,
  note: { kind: "approval_card", approvalId, viewer },
});

/** Where the bot can write to an approver directly; null where it can nowhere, or they want their cards on the web. */
export const findPlace = async (
  ports: ApprovalPorts,
  tenant: TenantId,
  approver: Approver,
): Promise<Reached | null> =>
  approver.channel === "web"
    ? null
    : await findDirectPlace(ports, tenant, approver, directChannels(approver.channel)).catch(() => null);

/** Shows each card of the approval as it stands now. Doing it again for the same change posts nothing. */
export async function refreshCards(
  ports: Pick<ApprovalPorts, "database" | "queue">,
  tenant: TenantId,
  approval: Approval,
  change = `v${String(approval.version)}`,
): Promise<void> {
  const { database }: Pick<NotePorts, "database"> = ports;
  const cards = await database.withTenant(tenant, ({ approvals }) => approvals.cards(approval.id));
  const changed = cards.map((card) => {
    const which = `${whichOffer(card)} ${change}`;
    return { card, which, deliveryId: noteId({ about: approval.id, which }) };
  });
  const fresh = changed.filter(({ card, deliveryId }) => card.deliveryId !== deliveryId);
  await writeNotes(
    ports,
    tenant,
    fresh.map(({ card, which }) => ({ ...noteOf(approval, card, which), replaces: card.deliveryId })),
  );
  for (const { card, deliveryId } of fresh)
    await database.withTenant(tenant, ({ approvals }) =>
      approvals.cardShown(approval.id, { ...card, deliveryId }),
    );
}

/** Reminds those who have a card; once for each occasion, which is the level unless told. */
export async function remindApprovers(
  ports: Pick<ApprovalPorts, "database" | "queue">,
  tenant: TenantId,
  approval: Approval,
  occasion = String(approval.level),
): Promise<void> {
  const cards = await ports.database.withTenant(tenant, ({ approvals }) => approvals.cards(approval.id));
  await writeNotes(
    ports,
    tenant,
    cards.map((card) => ({
      ...noteOf(approval, card, `reminder ${card.userId} ${occasion}`),
      note: { kind: "approval_card", approvalId: approval.id, viewer: card.userId, reminder: true },
    })),
  );
}
