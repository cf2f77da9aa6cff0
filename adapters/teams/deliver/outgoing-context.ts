import type { OutgoingMessage, Posting } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import type { PersonToWriteTo } from "../render/mention-person.ts";
import type { OutgoingContext } from "../render/render-outgoing.ts";
import type { SourceUrl } from "../render/sources.ts";
import { parseThreadKey } from "../thread-key.ts";
import { threadUrl } from "../thread-url.ts";
import type { FoundPlace } from "./find-place.ts";

/** What a message needs to know of where it is shown. */
export function outgoingContext(
  message: OutgoingMessage,
  { address }: Posting,
  { kind, personId }: FoundPlace,
  sourceUrl: SourceUrl,
  person: PersonToWriteTo | null,
): OutgoingContext {
  return {
    language: languageOf(message, address["language"]),
    sourceUrl,
    threadUrl: openedAt(message),
    asker: kind === "personal" ? null : (address["userId"] ?? null),
    viewers: personId === null ? [] : [personId],
    person,
  };
}

/** An answer that was asked for in the personal chat itself has no conversation that it could be shown in. */
export function withPlaceToShare(message: OutgoingMessage, { address }: Posting): OutgoingMessage {
  if (message.kind !== "reply" || message.reply.kind !== "answer" || address["about"] !== undefined)
    return message;
  const { shareable, ...reply } = message.reply;
  return shareable === undefined ? message : { ...message, reply };
}

function languageOf(message: OutgoingMessage, ofAddress: string | undefined): Language {
  if (message.kind === "note") return message.language;
  if (message.kind === "reply") return message.reply.language;
  return ofAddress === "th" ? "th" : "en";
}

/** Where the thread that an expert is asked into is opened, or the one that the asker's own question is about. */
function openedAt(message: OutgoingMessage): string | null {
  if (message.kind !== "note") return null;
  const { note } = message;
  if (note.kind === "handoff_offered") return threadUrl(parseThreadKey(note.threadKey));
  const about = note.kind === "asker_waits" ? note.address["about"] : undefined;
  return about?.startsWith("teams:") === true ? threadUrl(parseThreadKey(about)) : null;
}
