import type { Fault, Json, Operation } from "../../teams-platform/teams-platform.ts";

/** How a call may fail. */
export const hows: Readonly<Record<string, Fault["how"]>> = {
  "412": { status: 412, code: "PreconditionFailed" },
  "429 with a pause": { status: 429, code: "Throttled", retryAfter: 1 },
  "429 without one": { status: 429, code: "Throttled" },
  "500": { status: 500 },
  "502": { status: 502 },
  "504": { status: 504 },
  "a connection lost before": "close-connection",
  "a connection lost after": "close-after-effect",
  "a delay": { delayMs: 1_500 },
};

/** Of an activity: its part in a stream. */
const streamOf = (body: Json): Json | undefined =>
  (Array.isArray(body["entities"]) ? (body["entities"] as readonly Json[]) : []).find(
    ({ type }) => type === "streaminfo",
  );
export const isLabelled = (body: Json): boolean => JSON.stringify(body).includes("AIGeneratedContent");

export interface Call {
  readonly kind: "personal" | "channel";
  readonly operation: Operation;
  readonly is?: (body: Json) => boolean;
  /** Made while the answer is written. */
  readonly early?: true;
}
/** What the product asks of Teams for one answer. */
export const calls: Readonly<Record<string, Call>> = {
  "what a stream begins with": {
    kind: "personal",
    operation: "send",
    is: (body) => streamOf(body)?.["streamSequence"] === 1,
    early: true,
  },
  "a part of a stream": {
    kind: "personal",
    operation: "send",
    is: (body) => Number(streamOf(body)?.["streamSequence"]) > 1,
    early: true,
  },
  "a stream's end": {
    kind: "personal",
    operation: "send",
    is: (body) => streamOf(body)?.["streamType"] === "final",
  },
  "the progress in a channel": {
    kind: "channel",
    operation: "send",
    is: (body) => !("attachments" in body) && !isLabelled(body),
    early: true,
  },
  "the answer in its place": { kind: "channel", operation: "update" },
  "the card": { kind: "channel", operation: "send", is: (body) => "attachments" in body },
  "who the asker is": { kind: "channel", operation: "member" },
  "a channel's readers": { kind: "channel", operation: "members" },
  "a team's channels": { kind: "channel", operation: "channels" },
};
