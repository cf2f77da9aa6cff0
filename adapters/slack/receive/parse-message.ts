import { z } from "zod";
import type { SlackChannelType, SlackEvent, SlackFile, SlackMessageText } from "../slack-event.ts";
import { id, maybeId, maybeText, type OnMalformed, readFields } from "./payload-fields.ts";

/** Where an event came from; `botUserId` is the bot's own id there, where the event tells. */
export interface EventOrigin {
  readonly teamId: string;
  readonly organisationId: string | null;
  readonly botUserId: string | null;
}

const fileSchema = z.object({
  id,
  name: maybeId,
  title: maybeId,
  mimetype: maybeId,
  size: z.number().int().min(0).nullish(),
  mode: z.string().nullish(),
  is_external: z.boolean().nullish(),
  url_private: maybeId,
  url_private_download: maybeId,
  permalink: maybeId,
});

/** Files of a message; what is no file is left out, since the message can be answered without it. */
const files = z
  .array(z.unknown())
  .nullish()
  .transform((list) =>
    (list ?? []).flatMap((item) => {
      const file = fileSchema.safeParse(item);
      return file.success ? [describeFile(file.data)] : [];
    }),
  );

/** Deleted files, those beyond a free plan's limit, and those that lie elsewhere cannot be fetched with our token. */
const unreachable = new Set(["tombstone", "hidden_by_limit", "external"]);

function describeFile(file: z.output<typeof fileSchema>): SlackFile {
  const reachable = file.is_external !== true && !unreachable.has(file.mode ?? "");
  return {
    id: file.id,
    name: file.name ?? file.title ?? file.id,
    mediaType: file.mimetype ?? "application/octet-stream",
    sizeBytes: file.size ?? 0,
    downloadUrl: reachable ? (file.url_private_download ?? file.url_private) : null,
    permalink: file.permalink,
  };
}

/** The part of a message that events and shortcuts share. */
export const messageFields = { ts: id, thread_ts: maybeId, text: maybeText, files };

export function messageText(message: {
  ts: string;
  thread_ts: string | null;
  text: string;
  files: SlackFile[];
}): SlackMessageText {
  return {
    ts: message.ts,
    // The first message of a thread names itself.
    threadTs: message.thread_ts === message.ts ? null : message.thread_ts,
    text: message.text,
    files: message.files,
  };
}

const messageSchema = z.object({
  ...messageFields,
  user: id,
  channel: id,
  channel_type: z.string().nullish(),
  team: maybeId,
  user_team: maybeId,
  source_team: maybeId,
});

/** What people write; every other subtype is an edit, a deletion, a notice of Slack's, or a bot's. */
const writtenByPeople = new Set<unknown>([
  undefined,
  null,
  "",
  "file_share",
  "thread_broadcast",
  "me_message",
]);

interface UnreadMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * `app_mention` and `message`. Null where nobody asks us: own and other bots' messages, edits and notices, channel
 * talk outside a thread; and what a second event tells as well: a mention arrives both as `message` and as
 * `app_mention`, of which the latter counts in channels and the former in direct messages. Slack sends `app_mention`
 * again for every edit of a message that names the bot; those are edits like any other.
 */
export function parseMessage(
  event: UnreadMessage,
  origin: EventOrigin,
  onMalformed: OnMalformed,
): SlackEvent | null {
  if (!writtenByPeople.has(event["subtype"]) || event["hidden"] === true) return null;
  if (event["bot_id"] || event["bot_profile"] || event["edited"]) return null;
  const message = readFields(messageSchema, event, onMalformed);
  if (!message || message.user === origin.botUserId) return null;
  const channelType = channelTypeOf(message.channel, message.channel_type);
  const parsed = messageText(message);
  let addressed = true;
  if (event.type === "app_mention") {
    if (channelType === "im") return null;
  } else if (channelType !== "im") {
    if (parsed.threadTs === null || mentions(parsed.text, origin.botUserId)) return null;
    addressed = false;
  }
  return {
    kind: "message",
    teamId: origin.teamId,
    organisationId: origin.organisationId,
    userId: message.user,
    userTeamId: message.user_team ?? message.source_team ?? message.team ?? origin.teamId,
    channelId: message.channel,
    channelType,
    message: parsed,
    addressed,
  };
}

const channelTypes: Readonly<Record<string, SlackChannelType>> = {
  channel: "channel",
  group: "group",
  im: "im",
  mpim: "mpim",
};

const channelTypeOf = (channelId: string, told: string | null | undefined): SlackChannelType | null =>
  channelTypes[told ?? ""] ?? (channelId.startsWith("D") ? "im" : null);

const mentions = (text: string, userId: string | null): boolean =>
  userId !== null && (text.includes(`<@${userId}>`) || text.includes(`<@${userId}|`));
