import { z } from "zod";
import type { SlackEvent } from "../slack-event.ts";

const file = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
  downloadUrl: z.string().nullable(),
  permalink: z.string().nullable(),
});
const message = z.object({
  ts: z.string(),
  threadTs: z.string().nullable(),
  text: z.string(),
  files: z.array(file),
});
const workspace = { teamId: z.string(), organisationId: z.string().nullable() };
const origin = { ...workspace, userId: z.string(), userTeamId: z.string() };
const values = z.record(z.string(), z.string());

const eventSchema: z.ZodType<SlackEvent> = z.discriminatedUnion("kind", [
  z.object({
    ...origin,
    kind: z.literal("message"),
    channelId: z.string(),
    channelType: z.enum(["channel", "group", "im", "mpim"]).nullable(),
    message,
    addressed: z.boolean(),
  }),
  z.object({
    ...origin,
    kind: z.literal("command"),
    text: z.string(),
    channelId: z.string(),
    triggerId: z.string(),
    responseUrl: z.string(),
  }),
  z.object({
    ...origin,
    kind: z.literal("shortcut"),
    callbackId: z.string(),
    channelId: z.string(),
    message: message.extend({ userId: z.string().nullable() }),
    triggerId: z.string(),
    responseUrl: z.string(),
  }),
  z.object({
    ...origin,
    kind: z.literal("click"),
    actionId: z.string(),
    value: z.string(),
    container: z.enum(["message", "ephemeral", "home", "modal"]),
    channelId: z.string().nullable(),
    messageTs: z.string().nullable(),
    threadTs: z.string().nullable(),
    viewId: z.string().nullable(),
    values,
    triggerId: z.string(),
    responseUrl: z.string().nullable(),
  }),
  z.object({
    ...origin,
    kind: z.literal("form"),
    callbackId: z.string(),
    viewId: z.string(),
    privateMetadata: z.string(),
    values,
    triggerId: z.string(),
  }),
  z.object({
    ...origin,
    kind: z.literal("home_opened"),
    tab: z.enum(["home", "messages"]),
    channelId: z.string(),
  }),
  z.object({ ...workspace, kind: z.literal("readers_changed"), channelId: z.string() }),
  z.object({ ...workspace, kind: z.literal("person_changed"), userId: z.string() }),
  z.object({
    ...workspace,
    kind: z.literal("installation_ended"),
    how: z.enum(["tokens_revoked", "app_uninstalled"]),
  }),
]);

/** An event as it lies in the inbox; null where another version of the product wrote it in a way that is not read here. */
export function readSlackEvent(body: unknown): SlackEvent | null {
  return eventSchema.safeParse(body).data ?? null;
}
