import type { DirectPlace } from "../../core/handoff/experts.ts";
import type { ThreadRef } from "../../core/delivery/channel.ts";
import type { Address } from "../../core/delivery/address.ts";
import { isId, type UserId } from "../../core/ids.ts";

/** Where somebody is written to: the address is looked up when a mail is sent, so that it is never an old one. */
export const mailPlace = (user: UserId): DirectPlace => ({
  threadKey: `mail:${user}`,
  address: { user },
});

/** Whose place it is; null where it is none. */
export function userOf({ key }: Pick<ThreadRef, "key">, address: Address): UserId | null {
  const user = address["user"] ?? key.replace(/^mail:/, "");
  return isId(user) ? (user as UserId) : null;
}

const plain = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;

/** Whether mail can come there: one plain address, and none that is made up (RFC 2606). */
export const isDeliverable = (email: string): boolean =>
  email.length <= 254 && plain.test(email) && !/\.(?:invalid|localhost)$/i.test(email);
