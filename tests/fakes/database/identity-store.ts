import {
  type ChannelPerson,
  guestEmail,
  type IdentityStore,
} from "../../../core/identity/channel-identity.ts";
import { newId, type UserId } from "../../../core/ids.ts";
import { record, type Tables } from "./tables.ts";

const keyOf = ({ channel, workspaceId, externalId }: ChannelPerson): string =>
  `${channel} ${workspaceId} ${externalId}`;

export function fakeIdentityStore(tables: Tables): IdentityStore {
  const { identities, members, now } = tables;
  const keep = (person: ChannelPerson, userId: UserId, matchedBy: "email" | "guest"): void => {
    const createdAt = identities.get(keyOf(person))?.createdAt ?? now();
    identities.set(keyOf(person), { person, userId, matchedBy, checkedAt: now(), createdAt });
  };

  return {
    async find(person) {
      const row = identities.get(keyOf(person));
      return row
        ? { userId: row.userId, matchedBy: row.matchedBy, checkedAt: new Date(row.checkedAt) }
        : null;
    },
    async userByEmail(email) {
      const alike = [...members.values()].filter(
        (member) => member.email.toLowerCase() === email.toLowerCase() && !member.roles.includes("guest"),
      );
      return (alike.find((member) => member.email === email) ?? alike[0])?.id ?? null;
    },
    async link(person, user) {
      if (!members.has(user) || identities.get(keyOf(person))?.matchedBy === "email") return;
      keep(person, user, "email");
      record(tables, [
        {
          event: "identity.linked",
          status: "success",
          userId: user,
          resourceType: "user",
          resourceId: user,
          metadata: {
            channel: person.channel,
            workspace: person.workspaceId,
            externalId: person.externalId,
            matchedBy: "email",
          },
        },
      ]);
    },
    async guest(person, name) {
      const known = identities.get(keyOf(person));
      if (known) {
        known.checkedAt = now();
        return known.userId;
      }
      const id = newId<UserId>();
      members.set(id, {
        id,
        tenantId: tables.tenantId,
        name,
        email: guestEmail(person),
        roles: ["guest"],
        departments: new Map(),
        sessionsValidAfter: null,
      });
      keep(person, id, "guest");
      record(tables, [
        {
          event: "admin.user_created",
          status: "success",
          userId: null,
          resourceType: "user",
          resourceId: id,
          metadata: { roles: ["guest"], channel: person.channel },
        },
      ]);
      return id;
    },
    addressesOf: async (user, channel) =>
      [...identities.values()]
        .filter(({ person, userId }) => userId === user && person.channel === channel)
        .toSorted(
          (one, other) =>
            other.createdAt - one.createdAt || (keyOf(one.person) < keyOf(other.person) ? -1 : 1),
        )
        .map(({ person }) => person),
  };
}
