import type { ErrorCode } from "../errors.ts";
import type { Reply } from "./reply.ts";
import type { TurnState } from "./turn.ts";

/** What a channel learns while a turn runs. */
export type TurnEvent =
  | { readonly kind: "state"; readonly state: TurnState }
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
