import { z } from "zod";
import type { TeamsEvent } from "../teams-event.ts";

const text = z.string();
const nullable = text.nullable();
const origin = {
  msTenantId: text,
  serviceUrl: text,
  conversationId: text,
  conversationType: z.enum(["personal", "groupChat", "channel"]),
  teamId: nullable,
  channelId: nullable,
  botId: text,
  locale: nullable,
  userAadId: nullable,
  userId: text,
  userName: text,
  userMsTenantId: text,
  replyToId: nullable,
};
const values = z.record(text, text);
const told = z.enum(["installation", "members"]);
const file = z.object({
  name: text,
  mediaType: nullable,
  access: z.enum(["link", "bot", "none"]),
  url: nullable,
});

const eventSchema: z.ZodType<TeamsEvent> = z.discriminatedUnion("kind", [
  z.object({
    ...origin,
    kind: z.literal("message"),
    message: z.object({ id: text, text, files: z.array(file) }),
    addressed: z.boolean(),
  }),
  z.object({
    ...origin,
    kind: z.literal("card_action"),
    verb: text,
    values,
    messageId: nullable,
    by: z.enum(["execute", "submit"]),
  }),
  z.object({
    ...origin,
    kind: z.literal("feedback"),
    reaction: z.enum(["like", "dislike"]),
    values,
    messageId: nullable,
  }),
  z.object({
    ...origin,
    kind: z.literal("message_action"),
    commandId: text,
    values,
    about: z
      .object({
        id: text,
        text,
        fromAadId: nullable,
        // An earlier version did not keep it.
        fromName: nullable.default(null),
        conversationId: nullable,
      })
      .nullable(),
  }),
  z.object({ ...origin, kind: z.literal("installed"), told, upgrade: z.boolean(), teamName: nullable }),
  z.object({ ...origin, kind: z.literal("removed"), told }),
  z.object({ ...origin, kind: z.literal("members_changed") }),
  z.object({ ...origin, kind: z.literal("place_changed"), eventType: text }),
]);

/** An event as it lies in the inbox; null where another version of the product wrote it in a way that is not read here. */
export function readTeamsEvent(body: unknown): TeamsEvent | null {
  return eventSchema.safeParse(body).data ?? null;
}
