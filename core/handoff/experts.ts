import type { Database } from "../database.ts";
import type { Address } from "../delivery/address.ts";
import type { ThreadTurn } from "../conversation/thread-store.ts";
import type { ChannelPerson } from "../identity/channel-identity.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Handoff } from "./handoff.ts";

/** The direct messages with a person, as their channel names them. */
export type DirectThread = (person: ChannelPerson) => {
  readonly threadKey: string;
  readonly address: Address;
};

interface Expert {
  readonly id: UserId;
  readonly name: string;
}

export interface ReachableExpert extends Expert {
  readonly person: ChannelPerson;
}

/** More than this many people are not told of one question … */
const expertsTold = 10;
/** … nor more than this many looked up. */
const expertsLookedUp = 50;

/** Who may take the question over: neither whoever asked it nor whoever asked for a human. */
export async function expertsFor(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  handoff: Pick<Handoff, "departmentId" | "requestedBy">,
  turn: Pick<ThreadTurn, "userId">,
): Promise<readonly Expert[]> {
  const experts = await database.withTenant(tenant, ({ handoffs }) => handoffs.experts(handoff.departmentId));
  return experts.filter(({ id }) => id !== handoff.requestedBy && id !== turn.userId);
}

/** Those of them whom the bot can write to on the hand-off's channel. */
export async function reachable(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  { channel }: Pick<Handoff, "channel">,
  experts: readonly Expert[],
): Promise<readonly ReachableExpert[]> {
  const found = await database.withTenant(tenant, ({ identities }) =>
    Promise.all(
      experts.slice(0, expertsLookedUp).map(async (expert) => {
        const [person] = await identities.addressesOf(expert.id, channel);
        return person ? [{ ...expert, person }] : [];
      }),
    ),
  );
  return found.flat().slice(0, expertsTold);
}
