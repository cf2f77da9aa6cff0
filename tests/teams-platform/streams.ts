import { isObject, listOf, textOf } from "./check-activity.ts";
import { ConnectorRefusal, refusals } from "./connector-refusal.ts";
import { type MessageRecord, type PlaceRecord, type PlatformState, streamState } from "./platform-state.ts";
import type { Json } from "./teams-platform.ts";

/** The streaming part of an activity; null where it has none. */
export const streamInfoOf = (activity: Json): Json | null =>
  listOf(activity["entities"]).find(({ type }) => type === "streaminfo") ?? null;

const words = {
  notAllowed: "Content stream is not allowed",
  completed: "Content stream is not allowed on an already completed streamed message",
  over: "Content stream finished due to exceeded streaming time.",
  stopped: "Content stream was canceled by user.",
  shrunk: "Request streamed content should contain the previously streamed content",
} as const;

/**
 * A part of a stream, by Teams' rules: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux.
 * That a chat has one stream at a time is Teams' too; how it says so is not documented, and is assumed here.
 * @returns the id for a first part, null for a later one.
 * @throws ConnectorRefusal
 */
export function streamPart(
  state: PlatformState,
  place: PlaceRecord,
  activity: Json,
  info: Json,
): string | null {
  const { streamId, streamType = "streaming", streamSequence } = info;
  if (place.kind !== "personal" || !state.streams.allowed) throw refusals.stream(words.notAllowed);
  const isFinal = streamType === "final";
  if (activity["type"] !== (isFinal ? "message" : "typing"))
    throw new ConnectorRefusal(400, "BadRequest", "the type of a stream's activity");
  if (textOf(activity["text"]) === "")
    throw new ConnectorRefusal(400, "BadRequest", "Start streaming activities should include text");
  if (isFinal !== (streamSequence === undefined))
    throw new ConnectorRefusal(
      400,
      "BadRequest",
      "streamSequence must be set for all parts but the final one",
    );
  if (!isFinal) checkPart(activity);
  if (streamId === undefined) return start(state, place, activity, info);
  const message = place.messages.find(({ id }) => id === streamId);
  if (!message?.stream || message.deleted) throw refusals.noActivity();
  goOn(state, message, activity, info);
  return null;
}

function checkPart(activity: Json): void {
  const others = listOf(activity["entities"]).filter(({ type }) => type !== "streaminfo");
  const { channelData, attachments } = activity;
  if (
    others.length > 0 ||
    (isObject(channelData) && "feedbackLoop" in channelData) ||
    attachments !== undefined
  )
    throw new ConnectorRefusal(
      400,
      "BadRequest",
      "label, citations, feedback and attachments belong to the final part",
    );
}

function start(state: PlatformState, place: PlaceRecord, activity: Json, info: Json): string {
  const { streamType = "streaming", streamSequence } = info;
  if (streamType === "final" || streamSequence !== 1)
    throw new ConnectorRefusal(400, "BadRequest", "a stream begins with streamSequence 1");
  if (place.messages.some(({ stream, deleted }) => !deleted && streamState(stream, state) === "open"))
    throw refusals.stream(words.notAllowed);
  const now = state.now();
  const text = textOf(activity["text"]);
  const id = state.nextMessageId();
  place.messages.push({
    id,
    threadId: null,
    from: state.botId,
    text,
    attachments: [],
    entities: [],
    channelData: {},
    summary: undefined,
    edits: 0,
    deleted: false,
    stream: {
      state: "open",
      startedAt: now,
      lastAt: now,
      sequence: 1,
      informative: streamType === "informative" ? [text] : [],
      parts: streamType === "informative" ? [] : [text],
    },
  });
  return id;
}

function goOn(state: PlatformState, message: MessageRecord, activity: Json, info: Json): void {
  const { streams } = state;
  const { stream } = message;
  if (!stream) throw refusals.noActivity();
  const { streamType = "streaming", streamSequence } = info;
  switch (streamState(stream, state)) {
    case "final":
      throw refusals.stream(words.completed);
    case "stopped":
      throw refusals.stream(words.stopped);
    case "dead":
      throw refusals.stream(words.over);
    default:
  }
  const now = state.now();
  if (now - stream.lastAt < streams.gapMs)
    throw new ConnectorRefusal(429, "", "API calls quota exceeded", Math.ceil(streams.gapMs / 1_000));
  stream.lastAt = now;
  const text = textOf(activity["text"]);
  if (streamType !== "final") {
    if (typeof streamSequence !== "number" || streamSequence <= stream.sequence)
      throw new ConnectorRefusal(
        202,
        "ContentStreamSequenceOrderPreConditionFailed",
        "PreCondition failed exception when processing streaming activity.",
      );
    stream.sequence = streamSequence;
  }
  if (streamType === "informative") {
    stream.informative.push(text);
    return;
  }
  if (!text.startsWith(stream.parts.at(-1) ?? "")) throw refusals.stream(words.shrunk);
  message.text = text;
  if (streamType === "streaming") {
    stream.parts.push(text);
    return;
  }
  stream.state = "final";
  message.entities = listOf(activity["entities"]).filter(({ type }) => type !== "streaminfo");
  message.channelData = isObject(activity["channelData"]) ? activity["channelData"] : {};
}
