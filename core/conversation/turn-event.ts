import type { ErrorCode } from "../errors.ts";
import type { Reply } from "./reply.ts";
import type { TurnState } from "./turn.ts";

/** What a channel learns while a turn runs. */
export type TurnEvent =
  /** From `retrieved` on the text begins, anew where another worker goes on with the turn. */
  | { readonly kind: "state"; readonly state: TurnState }
  /** The model is busy: about how many questions are before this one, 0 where it is next. An estimate; never after text, and kept nowhere. */
  | { readonly kind: "waiting"; readonly place: number }
  /** Text to append to what was streamed so far. */
  | { readonly kind: "text"; readonly text: string }
  /** The final reply: replaces whatever was streamed, and ends the stream. */
  | { readonly kind: "reply"; readonly reply: Reply }
  /** The turn failed; ends the stream. */
  | {
      readonly kind: "error";
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | null;
    };

export const endsStream = (event: TurnEvent): boolean => event.kind === "reply" || event.kind === "error";

/** An event and the one right behind it as one that says the same to a reader who is late; null where both are needed. */
export function joinEvents(earlier: TurnEvent, later: TurnEvent): TurnEvent | null {
  if (earlier.kind === "text" && later.kind === "text")
    return { kind: "text", text: earlier.text + later.text };
  return earlier.kind === "waiting" && later.kind === "waiting" ? later : null;
}
