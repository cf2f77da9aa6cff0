import { refusals } from "./connector-refusal.ts";
import type { Json } from "./teams-platform.ts";

const known = {
  activity: [
    "type",
    "id",
    "channelId",
    "serviceUrl",
    "from",
    "recipient",
    "conversation",
    "replyToId",
    "locale",
    "text",
    "textFormat",
    "summary",
    "attachments",
    "attachmentLayout",
    "entities",
    "channelData",
  ],
  attachment: ["contentType", "content", "name", "contentUrl"],
  channelData: ["feedbackLoop", "notification", "tenant", "channel", "onBehalfOf"],
  streaminfo: ["type", "streamId", "streamType", "streamSequence"],
  mention: ["type", "text", "mentioned"],
  "https://schema.org/Message": [
    "type",
    "@type",
    "@context",
    "@id",
    "additionalType",
    "citation",
    "usageInfo",
  ],
  claim: ["@type", "@id", "position", "appearance"],
  appearance: [
    "@type",
    "name",
    "url",
    "abstract",
    "text",
    "encodingFormat",
    "image",
    "keywords",
    "usageInfo",
  ],
  usageInfo: ["type", "@type", "@id", "name", "description", "position", "pattern"],
} as const;

/** Characters; https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content */
const citationLimits = { count: 20, name: 80, abstract: 160 } as const;
/** Bytes in UTF-16: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages */
const sizes = { text: 40_000, card: 28_000, message: 100_000 } as const;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function expectKnown(value: Json, what: keyof typeof known): void {
  const names: readonly string[] = known[what];
  const strange = Object.keys(value).filter((name) => !names.includes(name));
  if (strange.length > 0) throw refusals.syntax(`unknown in ${what}: ${strange.join(", ")}`);
}

/** What Teams refuses of an activity, and what it would pass over in silence. @throws ConnectorRefusal */
export function checkActivity(activity: Json): void {
  expectKnown(activity, "activity");
  const { type, text, attachments, entities, channelData } = activity;
  if (type !== "message" && type !== "typing") throw refusals.syntax(`no activity to send: ${String(type)}`);
  const cards = listOf(attachments);
  if (type === "message" && textOf(text) === "" && cards.length === 0)
    throw refusals.syntax("Activity must include non empty 'text' field or at least 1 attachment");
  if (textOf(text) !== "" && cards.length > 0)
    throw refusals.syntax("a text and an attachment make two messages, and the id of neither is told");
  if (channelData !== undefined) {
    if (!isObject(channelData)) throw refusals.syntax("channelData must be an object");
    expectKnown(channelData, "channelData");
  }
  checkSize(activity, textOf(text), cards);
  for (const card of cards) checkAttachment(card);
  checkEntities(listOf(entities), textOf(text));
}

const bytesOf = (value: unknown): number => JSON.stringify(value).length * 2;

function checkSize(activity: Json, text: string, cards: readonly Json[]): void {
  if (text.length * 2 > sizes.text) throw refusals.tooBig(`text of ${String(text.length * 2)} bytes`);
  for (const { content } of cards)
    if (bytesOf(content) > sizes.card) throw refusals.tooBig(`card of ${String(bytesOf(content))} bytes`);
  if (bytesOf(activity) > sizes.message)
    throw refusals.tooBig(`message of ${String(bytesOf(activity))} bytes`);
}

function checkAttachment(attachment: Json): void {
  expectKnown(attachment, "attachment");
  const { contentType, content } = attachment;
  if (contentType !== "application/vnd.microsoft.card.adaptive") return;
  if (!isObject(content) || content["type"] !== "AdaptiveCard") throw refusals.argument("no Adaptive Card");
  const version = Number(content["version"]);
  if (!(version >= 1 && version <= 1.5))
    throw refusals.argument(`cards of version ${String(version)} are not shown everywhere`);
}

function checkEntities(entities: readonly Json[], text: string): void {
  const messages = entities.filter(({ type }) => type === "https://schema.org/Message");
  if (messages.length > 1) throw refusals.argument("more than one message entity");
  for (const entity of entities) {
    const { type } = entity;
    if (type === "streaminfo") expectKnown(entity, type);
    else if (type === "mention") {
      expectKnown(entity, type);
      if (!text.includes(textOf(entity["text"])))
        throw refusals.argument("a mention that the text does not hold");
    } else if (type === "https://schema.org/Message") checkMessageEntity(entity, text);
    else throw refusals.syntax(`unknown entity: ${String(type)}`);
  }
}

function checkMessageEntity(entity: Json, text: string): void {
  expectKnown(entity, "https://schema.org/Message");
  if (entity["@type"] !== "Message" || entity["@context"] !== "https://schema.org")
    throw refusals.argument("a message entity without its @type and @context");
  const kinds = entity["additionalType"];
  if (!Array.isArray(kinds) || kinds.some((kind) => kind !== "AIGeneratedContent"))
    throw refusals.argument("additionalType");
  const usage = entity["usageInfo"];
  if (isObject(usage)) expectKnown(usage, "usageInfo");
  const claims = listOf(entity["citation"]);
  if (claims.length > citationLimits.count) throw refusals.argument("more than 20 citations");
  const positions = claims.map(({ position }) => position);
  if (new Set(positions).size < positions.length) throw refusals.argument("two citations of one position");
  for (const claim of claims) {
    expectKnown(claim, "claim");
    const { position, appearance } = claim;
    if (!text.includes(`[${String(position)}]`))
      throw refusals.argument(`the text does not name [${String(position)}]`);
    if (!isObject(appearance)) throw refusals.argument("a citation without appearance");
    expectKnown(appearance, "appearance");
    const { name, abstract = "", usageInfo } = appearance;
    if (textOf(name) === "" || textOf(name).length > citationLimits.name)
      throw refusals.argument("a citation's name");
    if (textOf(abstract).length > citationLimits.abstract) throw refusals.argument("a citation's abstract");
    if (usageInfo !== undefined && !isObject(usage))
      throw refusals.argument("a label that the message does not have");
  }
}
