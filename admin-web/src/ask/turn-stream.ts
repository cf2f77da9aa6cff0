import {
  streamEventSchemas,
  type ReplyView,
  type TurnView,
} from "../../../bots/http/contract/conversation.ts";
import type { TurnState } from "./turn-state.ts";
import type { ServerSentEvent } from "../api/event-stream.ts";

export type TurnFailure = NonNullable<TurnView["failure"]>;
export type StreamedEvent =
  | { readonly kind: "accepted"; readonly turnId: string; readonly conversationId: string }
  | { readonly kind: "state"; readonly state: TurnState }
  | { readonly kind: "waiting"; readonly place: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reply"; readonly reply: ReplyView }
  | { readonly kind: "error"; readonly failure: TurnFailure };

/** A server-sent event as an event of a turn; null for one that this page does not know. */
export function readStreamedEvent({ event, data }: ServerSentEvent): StreamedEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  switch (event) {
    case "accepted": {
      const parsed = streamEventSchemas.accepted.safeParse(value);
      return parsed.success ? { kind: "accepted", ...parsed.data } : null;
    }
    case "state": {
      const parsed = streamEventSchemas.state.safeParse(value);
      return parsed.success ? parsed.data : null;
    }
    case "waiting": {
      const parsed = streamEventSchemas.waiting.safeParse(value);
      return parsed.success ? parsed.data : null;
    }
    case "text": {
      const parsed = streamEventSchemas.text.safeParse(value);
      return parsed.success ? parsed.data : null;
    }
    case "reply": {
      const parsed = streamEventSchemas.reply.safeParse(value);
      return parsed.success ? parsed.data : null;
    }
    case "error": {
      const parsed = streamEventSchemas.error.safeParse(value);
      if (!parsed.success) return null;
      const { code, message, remedy } = parsed.data;
      return { kind: "error", failure: { code, message, remedy } };
    }
    default:
      return null;
  }
}
