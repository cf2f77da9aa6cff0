import { z } from "zod";
import {
  closed,
  flag,
  json,
  looseObject,
  looseObjects,
  string,
  text,
  timestamp,
} from "./request-arguments.ts";

/** Of chat.*, after docs.slack.dev/reference/methods and @slack/web-api's request types. */
const eventMetadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});
const metadata = json(eventMetadata).optional();
/** An empty object takes a message's metadata away. */
const newMetadata = json(z.union([eventMetadata, z.strictObject({}).transform(() => null)])).optional();

const content = {
  text: string().optional(),
  blocks: looseObjects().optional(),
  attachments: looseObjects().optional(),
  markdown_text: string().max(12_000).optional(),
  parse: z.enum(["full", "none"]).optional(),
  link_names: flag().optional(),
};
const authorship = {
  username: text().optional(),
  icon_emoji: text().optional(),
  icon_url: text().optional(),
  as_user: flag().optional(),
};

const url = z.strictObject({ type: z.literal("url"), url: z.string(), text: z.string() });
const chunk = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown_text"), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal("task_update"),
    id: z.string().min(1),
    title: z.string().min(1).max(256),
    status: z.enum(["pending", "in_progress", "complete", "error"]),
    details: z.string().optional(),
    output: z.string().optional(),
    sources: z.array(url).optional(),
  }),
  z.strictObject({ type: z.literal("plan_update"), title: z.string().min(1).max(256) }),
  z.strictObject({ type: z.literal("blocks"), blocks: z.array(z.record(z.string(), z.unknown())).max(50) }),
]);
export type Chunk = z.output<typeof chunk>;
const streamed = { markdown_text: string().max(12_000).optional(), chunks: json(z.array(chunk)).optional() };
const message = { channel: text(), ts: timestamp() };

export const chatArguments = {
  postMessage: closed({
    channel: text(),
    ...content,
    ...authorship,
    metadata,
    mrkdwn: flag().optional(),
    thread_ts: timestamp().optional(),
    reply_broadcast: flag().optional(),
    unfurl_links: flag().optional(),
    unfurl_media: flag().optional(),
  }),
  postEphemeral: closed({
    channel: text(),
    user: text(),
    ...content,
    ...authorship,
    thread_ts: timestamp().optional(),
  }),
  update: closed({
    ...message,
    ...content,
    metadata: newMetadata,
    as_user: flag().optional(),
    file_ids: json(z.array(z.string())).optional(),
    reply_broadcast: flag().optional(),
  }),
  delete: closed({ ...message, as_user: flag().optional() }),
  getPermalink: closed({ channel: text(), message_ts: timestamp() }),
  startStream: closed({
    channel: text(),
    thread_ts: timestamp(),
    recipient_user_id: text().optional(),
    recipient_team_id: text().optional(),
    task_display_mode: z.enum(["timeline", "plan"]).optional(),
    username: text().optional(),
    icon_emoji: text().optional(),
    icon_url: text().optional(),
    ...streamed,
  }),
  appendStream: closed({ ...message, ...streamed }),
  stopStream: closed({
    ...message,
    ...streamed,
    blocks: looseObjects().optional(),
    metadata,
    session_status: text().optional(),
  }),
};

/** What is posted to a response_url. */
export const responseUrlBody = z.strictObject({
  text: z.string().optional(),
  blocks: looseObjects().optional(),
  attachments: looseObjects().optional(),
  response_type: z.enum(["in_channel", "ephemeral"]).optional(),
  replace_original: flag().optional(),
  delete_original: flag().optional(),
  thread_ts: timestamp().optional(),
  mrkdwn: flag().optional(),
  unfurl_links: flag().optional(),
  unfurl_media: flag().optional(),
  parse: z.enum(["full", "none"]).optional(),
  metadata: looseObject().optional(),
});
