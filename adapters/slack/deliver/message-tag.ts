import { z } from "zod";
import type { TurnId } from "../../../core/ids.ts";

/**
 * What our messages carry as Slack's message metadata, so that a worker who finds one knows whose it is: `expert_message`
 * a delivered part, `expert_progress` what was shown of a turn meanwhile.
 */
export type MessageTag =
  | { readonly kind: "message"; readonly delivery: string; readonly part: number }
  | { readonly kind: "progress"; readonly turn: TurnId };

interface Metadata {
  readonly event_type: string;
  readonly event_payload: Record<string, string | number>;
}

export const tagMessage = (delivery: string, part: number): Metadata => ({
  event_type: "expert_message",
  event_payload: { delivery, part },
});

export const tagProgress = (turn: TurnId): Metadata => ({
  event_type: "expert_progress",
  event_payload: { turn },
});

const metadataSchema = z.discriminatedUnion("event_type", [
  z.object({
    event_type: z.literal("expert_message"),
    event_payload: z.object({ delivery: z.string(), part: z.number() }),
  }),
  z.object({ event_type: z.literal("expert_progress"), event_payload: z.object({ turn: z.string() }) }),
]);

/** Null for a message that carries none of ours. */
export function readTag(metadata: unknown): MessageTag | null {
  const { data } = metadataSchema.safeParse(metadata);
  if (!data) return null;
  if (data.event_type === "expert_progress")
    return { kind: "progress", turn: data.event_payload.turn as TurnId };
  return { kind: "message", ...data.event_payload };
}
