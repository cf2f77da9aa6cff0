import type { Address } from "../../../core/delivery/address.ts";
import type { OutgoingMessage, ThreadRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import type { PersonToWriteTo } from "../render/mention-person.ts";
import { threadKey } from "../thread-key.ts";
import { chatUrl } from "../thread-url.ts";
import type { PlaceFinder } from "./find-place.ts";

/** A mention stands on one line of a card. */
const longestName = 100;

/**
 * Whom a note tells its reader to write to, as Teams knows them by the roster of their own chat with the bot; null for any
 * other message, and where Teams does not tell. Never throws: the note says who it is all the same.
 */
export async function findPerson(
  { places, logger }: { readonly places: PlaceFinder; readonly logger: Logger },
  thread: ThreadRef,
  message: OutgoingMessage,
): Promise<PersonToWriteTo | null> {
  const told = personIn(message);
  const { user, team } = told?.address ?? {};
  if (!told || !user || !team || told.address["serviceUrl"] === undefined) return null;
  try {
    const key = threadKey({ kind: "direct", msTenantId: team, userAadId: user, nonce: null });
    const { bot, place } = await places.find({ ...thread, key }, told.address);
    const member = await bot.member(place, user);
    if (!member) return null;
    const { id, userPrincipalName } = member;
    const url = userPrincipalName === null ? null : chatUrl(team, userPrincipalName);
    return { id, name: told.name.slice(0, longestName), chatUrl: url };
  } catch (error) {
    if (!isExpertError(error)) throw error;
    logger.info("a person whom somebody shall write to could not be looked up in Teams", { error });
    return null;
  }
}

function personIn(message: OutgoingMessage): { readonly name: string; readonly address: Address } | null {
  if (message.kind !== "note") return null;
  const { note } = message;
  if (note.kind === "expert_found") return note.expert;
  return note.kind === "asker_waits" ? { name: note.askedBy, address: note.address } : null;
}
