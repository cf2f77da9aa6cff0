import type { OutgoingMessage, Posting } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import type { OutgoingContext } from "../render/render-outgoing.ts";
import type { FoundPlace } from "./find-place.ts";

/** What a message needs to know of where it is shown. */
export function outgoingContext(
  message: OutgoingMessage,
  { address }: Posting,
  { kind, personId }: FoundPlace,
  known: Pick<OutgoingContext, "sourceUrl" | "approvalUrl" | "threadUrl" | "person">,
): OutgoingContext {
  return {
    ...known,
    language: languageOf(message, address["language"]),
    asker: kind === "personal" ? null : (address["userId"] ?? null),
    viewers: personId === null ? [] : [personId],
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
