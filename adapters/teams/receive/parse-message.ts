import { z } from "zod";
import {
  id,
  maybeId,
  maybeText,
  type OnMalformed,
  readFields,
  text,
} from "../../../core/inbox/payload-fields.ts";
import type { ParsedTeamsEvent, TeamsFile, TeamsOrigin } from "../teams-event.ts";
import { splitConversationId } from "../thread-key.ts";
import { inputValues } from "./input-values.ts";
import { plainText } from "./plain-text.ts";

const mentionSchema = z.object({
  type: z.literal("mention"),
  text: maybeText,
  mentioned: z.object({ id: maybeId, name: maybeText }),
});
type Mention = z.output<typeof mentionSchema>;

const attachmentSchema = z.object({
  contentType: maybeText,
  contentUrl: text.nullish(),
  name: maybeText,
  content: z.unknown().optional(),
});
type Attachment = z.output<typeof attachmentSchema>;

const messageSchema = z.object({
  id,
  text: maybeText,
  value: z.unknown().optional(),
  // Kinds that are not known here may look like anything.
  entities: z.array(z.unknown()).nullish(),
  attachments: z.array(attachmentSchema).nullish(),
});

/**
 * A message of a person (`message`, or `messageUpdate` where it was edited): a question, a follow-up in a channel's
 * thread, or a click on a card's `Action.Submit`. Null for what is not addressed to the bot and can be no follow-up:
 * with the right to read along, Teams tells the bot of every message of a team.
 */
export function parseMessage(
  activity: unknown,
  origin: TeamsOrigin,
  edited: boolean,
  onMalformed: OnMalformed,
): ParsedTeamsEvent | null {
  const message = readFields(messageSchema, activity, onMalformed);
  if (!message || isBot(origin)) return null;
  const place = `${origin.conversationId}-${message.id}`;
  if (isSubmit(message)) {
    if (edited) return null;
    const { verb = "", ...values } = inputValues(message.value);
    return {
      eventId: `submit-${place}`,
      event: { ...origin, kind: "card_action", verb, values, messageId: origin.replyToId, by: "submit" },
    };
  }
  const mentions = mentionsOf(message.entities ?? []);
  const named = mentions.some(({ mentioned }) => mentioned.id === origin.botId);
  const direct = origin.conversationType === "personal";
  // What was edited counts anew where it names the bot that it did not name before: the id tells.
  if (edited && !named) return null;
  if (!named && !direct && !(maySucceed(origin, message.id) && mayAsk(message.text, mentions))) return null;
  return {
    eventId: `${named && !direct ? "mention" : "message"}-${place}`,
    event: {
      ...origin,
      kind: "message",
      message: {
        id: message.id,
        text: readText(message.text, mentions, origin.botId) || wordsOfHtml(message),
        files: (message.attachments ?? []).flatMap(readFile),
      },
      addressed: named || direct,
    },
  };
}

/** Other bots are not answered, lest two of them never stop. */
const isBot = ({ userId, botId }: TeamsOrigin): boolean => userId === botId || userId.startsWith("28:");

const isSubmit = ({ text: said, value }: z.output<typeof messageSchema>): boolean =>
  said.trim() === "" && typeof value === "object" && value !== null;

/** Whether a message that does not name the bot stands in a thread that the bot may have answered in. */
function maySucceed({ conversationType, conversationId }: TeamsOrigin, messageId: string): boolean {
  const { threadId } = splitConversationId(conversationId);
  return conversationType === "channel" && threadId !== null && threadId !== messageId;
}

/** What begins with somebody else's name is said to them. */
const mayAsk = (written: string, mentions: readonly Mention[]): boolean =>
  !/^\s*<at\b/i.test(written) &&
  mentions.every(({ text: mark }) => mark === "" || !written.trimStart().startsWith(mark));

const mentionsOf = (entities: readonly unknown[]): readonly Mention[] =>
  entities.flatMap((entity) => {
    const mention = mentionSchema.safeParse(entity);
    return mention.success ? [mention.data] : [];
  });

/** The text without the bot's name, and with other people's names as words. */
function readText(written: string, mentions: readonly Mention[], botId: string): string {
  let plain = written;
  for (const { text: mark, mentioned } of mentions) {
    const marked = mark === "" ? `<at>${mentioned.name}</at>` : mark;
    plain = plain.replaceAll(marked, mentioned.id === botId ? " " : mentioned.name);
  }
  return plain
    .replaceAll(/<\/?at(?: [^<>]*)?>/g, "")
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .trim();
}

/** Some messages, as those with a pasted table, have their words in their HTML alone. */
const wordsOfHtml = ({ text: written, attachments }: z.output<typeof messageSchema>): string => {
  const html = attachments?.find(({ contentType }) => contentType === "text/html")?.content;
  return written.trim() === "" && typeof html === "string" ? plainText(text.parse(html)) : "";
};

const downloadType = "application/vnd.microsoft.teams.file.download.info";
const downloadSchema = z.object({ downloadUrl: text.nullish(), fileType: maybeId });

/** Files and pictures; the message's own text in another form, cards and quotations are none. */
function readFile({ contentType, contentUrl, name, content }: Attachment): readonly TeamsFile[] {
  if (contentType === downloadType) {
    const { downloadUrl, fileType } = downloadSchema.safeParse(content).data ?? {};
    const ending = fileType == null || name.toLowerCase().endsWith(`.${fileType.toLowerCase()}`);
    const url = httpsOnly(downloadUrl);
    return [
      {
        name: ending ? name : `${name}.${fileType}`,
        mediaType: null,
        access: url === null ? "none" : "link",
        url,
      },
    ];
  }
  if (contentType.startsWith("image/")) {
    // Read only where it is of the very service that the token vouched for, on this machine unencrypted.
    const url = contentUrl?.startsWith("http") === true ? contentUrl : null;
    const mediaType = contentType === "image/*" ? null : contentType;
    return [{ name: name || "image", mediaType, access: url === null ? "none" : "bot", url }];
  }
  // A file of a channel or group chat lies in SharePoint, where the bot has no rights of its own.
  if (contentType === "reference")
    return [{ name, mediaType: null, access: "none", url: httpsOnly(contentUrl) }];
  return [];
}

const httpsOnly = (url: string | null | undefined): string | null =>
  url?.startsWith("https://") === true ? url : null;
