import type { TurnInHand } from "../conversation/turn-in-hand.ts";
import { covers } from "../identity/access.ts";
import { everyoneScope } from "../identity/policy.ts";

/**
 * May those who read the reply know the company's people by name? Guests may not. In a place, what all may read tells whether
 * guests are among them, as long as some department is closed to guests.
 */
export function mayBeNamed({
  turn: { placeScope },
  identity: { member, departments },
}: Pick<TurnInHand, "turn" | "identity">): boolean {
  if (member.roles.includes("guest")) return false;
  if (placeScope === null) return true;
  const closed = departments.some(({ audience, guests }) => audience === "everyone" && !guests);
  return closed && covers(placeScope, everyoneScope(departments));
}
