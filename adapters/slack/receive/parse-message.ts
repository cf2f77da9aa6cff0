import { z } from "zod";
import type { SlackChannelType, SlackEvent, SlackFile, SlackMessageText } from "../slack-event.ts";
import { id, maybeId, maybeText, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";

/** Where an event came from; `botUserId` is the bot's own id there, where the event tells. */
export interface EventOrigin {
  readonly teamId: string;
  readonly organisationId: string | null;
  /** Of the workspace, or of the organisation that installed the bot for all of its workspaces. */
  readonly installationId: string;
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

export interface ParsedMessage {
  readonly event: Extract<SlackEvent, { kind: "message" }>;
  /** Tells a message that may name the bot in whichever event it comes; null where Slack's own id of the event does. */
  readonly mentionId: string | null;
}

/**
 * `app_mention` and `message`. Null where nobody asks us: own and other bots' messages, notices, channel talk outside a
 * thread, and edits, unless they bring our name into a message that lacked it.
 *
 * What names the bot arrives as `message`, as `app_mention`, or as both, in either order; and as `app_mention` again
 * with every edit. All of these are one event by their `mentionId`, so that the first that comes asks. Where Slack does
 * not tell the bot's id, whatever names anybody may name the bot: the handler knows.
 */
export function parseMessage(
  event: UnreadMessage,
  origin: EventOrigin,
  onMalformed: OnMalformed,
): ParsedMessage | null {
  if (event["subtype"] === "message_changed") {
    const edited = bringsOurName(event, origin);
    return edited && readMessage(edited, origin, onMalformed);
  }
  if (event["hidden"] === true || (event["edited"] && event.type !== "app_mention")) return null;
  return readMessage(event, origin, onMalformed);
}

function readMessage(
  event: UnreadMessage,
  origin: EventOrigin,
  onMalformed: OnMalformed,
): ParsedMessage | null {
  if (!writtenByPeople.has(event["subtype"]) || event["bot_id"] || event["bot_profile"]) return null;
  const message = readFields(messageSchema, event, onMalformed);
  if (!message || message.user === origin.botUserId) return null;
  const channelType = channelTypeOf(message.channel, message.channel_type);
  const parsed = messageText(message);
  const direct = channelType === "im";
  const told = event.type === "app_mention";
  if (told && direct) return null;
  const named = told || (!direct && mayName(parsed.text, origin.botUserId));
  if (!direct && !named && parsed.threadTs === null) return null;
  return {
    mentionId: named ? `mention-${origin.installationId}-${message.channel}-${parsed.ts}` : null,
    event: {
      kind: "message",
      teamId: origin.teamId,
      organisationId: origin.organisationId,
      userId: message.user,
      userTeamId: message.user_team ?? message.source_team ?? message.team ?? origin.teamId,
      channelId: message.channel,
      channelType,
      message: parsed,
      addressed: direct || told || (named && origin.botUserId !== null),
    },
  };
}

/** The message as it is now, where an edit named the bot that was not named before; null for every other edit. */
function bringsOurName(
  { message, previous_message: before, channel, channel_type }: UnreadMessage,
  { botUserId }: EventOrigin,
): UnreadMessage | null {
  // Without the bot's id, `app_mention` alone tells.
  if (botUserId === null || !isObject(message) || !isObject(before)) return null;
  if (!namesBot(textOf(message), botUserId) || namesBot(textOf(before), botUserId)) return null;
  return { ...message, type: "message", channel, channel_type };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const textOf = ({ text }: Readonly<Record<string, unknown>>): string =>
  typeof text === "string" ? text : "";

const channelTypes: Readonly<Record<string, SlackChannelType>> = {
  channel: "channel",
  group: "group",
  im: "im",
  mpim: "mpim",
};

const channelTypeOf = (channelId: string, told: string | null | undefined): SlackChannelType | null =>
  channelTypes[told ?? ""] ?? (channelId.startsWith("D") ? "im" : null);

const anyName = /<@[UW][A-Z0-9]+[|>]/;

const mayName = (text: string, botUserId: string | null): boolean =>
  botUserId === null ? anyName.test(text) : namesBot(text, botUserId);

/** Whether a text in Slack's format names the bot. */
export const namesBot = (text: string, botUserId: string): boolean =>
  text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
