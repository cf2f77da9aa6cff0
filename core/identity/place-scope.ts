import { commonScope, type ReadScope } from "./access.ts";
import type { Identity } from "./directory.ts";
import type { Department } from "./member.ts";
import { everyoneScope, guestScope } from "./policy.ts";

/** Who reads along in a place. */
export type PlaceReaders =
  /** People of other companies too, whom nobody here can count. */
  | { readonly kind: "outside" }
  | {
      readonly kind: "people";
      /** Those whom the tenant knows. */
      readonly identities: readonly Identity[];
      /** Members of the workspace whom the tenant does not know yet: they count as everyone. */
      readonly ownStrangers: number;
      /** Guests of the workspace, and people of others. */
      readonly guests: number;
    };

/** What everyone in a place may read; nothing where it is not known that anybody is there. */
export function placeScope(departments: readonly Department[], readers: PlaceReaders): ReadScope {
  if (readers.kind === "outside") return guestScope(departments);
  const scopes = [
    ...readers.identities.map(({ scope }) => scope),
    ...(readers.ownStrangers > 0 ? [everyoneScope(departments)] : []),
    ...(readers.guests > 0 ? [guestScope(departments)] : []),
  ];
  const [first, ...others] = scopes;
  return first === undefined
    ? { departments: new Map(), principals: new Set() }
    : others.reduce(commonScope, first);
}
