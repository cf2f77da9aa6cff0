import type {
  ConversationReferenceStore,
  ReferenceKey,
} from "../../../core/delivery/conversation-reference.ts";
import { record, type Tables } from "./tables.ts";

const keyOf = ({ channel, workspaceId, kind, externalId }: ReferenceKey): string =>
  [channel, workspaceId, kind, externalId].join(" ");

export function fakeConversationReferenceStore(tables: Tables): ConversationReferenceStore {
  const { references, now } = tables;
  return {
    find: async (key) => references.get(keyOf(key))?.reference ?? null,
    list: async (channel, workspaceId) =>
      [...references.values()]
        .map(({ reference }) => reference)
        .filter((one) => one.channel === channel && one.workspaceId === workspaceId)
        .toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
    async keep(reference, { at, welcome, audit }) {
      const key = keyOf(reference);
      const known = references.get(key);
      if (known && known.toldAt > at.getTime()) return;
      references.set(key, {
        reference: { ...reference, name: reference.name ?? known?.reference.name ?? null },
        toldAt: at.getTime(),
        welcomed: known ? known.welcomed : !welcome,
        welcomingUntil: known?.welcomingUntil ?? null,
      });
      if (!known) record(tables, audit);
    },
    async forget(key, { at, audit }) {
      if (key.kind === "team") {
        for (const [id, { reference, toldAt }] of references) {
          const below = reference.channel === key.channel && reference.workspaceId === key.workspaceId;
          if (below && reference.teamId === key.externalId && toldAt <= at.getTime()) references.delete(id);
        }
      }
      const known = references.get(keyOf(key));
      if (!known || known.toldAt > at.getTime()) return false;
      references.delete(keyOf(key));
      record(tables, audit);
      return true;
    },
    async claimWelcome(key, leaseMs) {
      const known = references.get(keyOf(key));
      if (!known || known.welcomed) return "done";
      if (known.welcomingUntil !== null && known.welcomingUntil >= now()) return "held";
      known.welcomingUntil = now() + leaseMs;
      return "claimed";
    },
    async welcomed(key) {
      const known = references.get(keyOf(key));
      if (known) known.welcomed = true;
    },
  };
}

const orderOf = ({ kind, name, externalId }: ReferenceKey & { readonly name: string | null }): string =>
  [kind, name ?? "\uffff", externalId].join(" ");
