import type { FollowedTurn, MessageRef } from "../../../core/delivery/channel.ts";
import type { TeamsBot, TeamsPlace } from "../client/teams-client.ts";
import type { MessagePace } from "./message-pace.ts";

/** What is shown of a turn at a moment. */
export interface ProgressView {
  /** What is being done, in plain words. */
  readonly working: string;
  /** Whether `working` tells a place in line for the model. */
  readonly inLine: boolean;
  /** What is written of the answer so far, as Teams' Markdown; empty before its first word. */
  readonly text: string;
}

/** One message that shows a turn's progress until the reply takes its place. */
export interface Progress {
  /** How long to wait between two views, in milliseconds. */
  readonly everyMs: number;
  /**
   * Where it throws, the next view tells the same and more. Throws what `TeamsBot` throws, and `cancelled` where nothing
   * may be shown any more.
   */
  show(view: ProgressView): Promise<void>;
}

export interface ProgressPorts {
  readonly bot: TeamsBot;
  readonly pace: MessagePace;
  readonly place: TeamsPlace;
  readonly turn: FollowedTurn;
  readonly timings: LiveTimings;
  /** Called right before a new message; throws `cancelled` where none may be shown any more. */
  beforeNew(): Promise<void>;
  /** Told of the message as soon as it stands. */
  onShown(message: ShownMessage): void;
}

export interface LiveTimings {
  /** An answer that comes sooner needs no progress. */
  readonly announceAfterMs: number;
  /**
   * Between two parts of a stream: Teams takes one a second, and recommends to gather text for 1.5 to 2 seconds.
   * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux
   */
  readonly streamEveryMs: number;
  /** Least time between a part of a stream and its end (the same page). */
  readonly streamGapMs: number;
  /** Streams die after two minutes (the same page); ours end before, and go on as a message. */
  readonly streamLifeMs: number;
  /** Between two edits of a message; the product's own choice. */
  readonly editEveryMs: number;
  /**
   * Between two views that tell the place in line for the model; the product's own choice. A stream repeats what it tells as
   * often: only in answer to a part Teams says that its reader has pressed Stop.
   */
  readonly waitingEveryMs: number;
  /** How often it is looked whether a chat in which another answer is streamed is free. */
  readonly busyEveryMs: number;
  /** How often it is asked, while text is shown, whether a human has taken the thread over; the product's own choice. */
  readonly checkEveryMs: number;
}

export const liveTimings: LiveTimings = {
  announceAfterMs: 400,
  streamEveryMs: 1_500,
  streamGapMs: 1_000,
  streamLifeMs: 100_000,
  editEveryMs: 3_000,
  waitingEveryMs: 5_000,
  busyEveryMs: 1_000,
  checkEveryMs: 3_000,
};

/** A message that showed a turn's progress; `stream` where its stream may be open still. */
export interface ShownMessage {
  readonly as: "stream" | "message";
  readonly activityId: string;
}

export const refOf = (place: TeamsPlace, { as, activityId }: ShownMessage): MessageRef => ({
  serviceUrl: place.serviceUrl,
  conversationId: place.conversationId,
  activityId,
  as,
});

/** Each message once, as it was told of last. */
export function togetherShown(
  own: readonly ShownMessage[],
  kept: readonly MessageRef[],
): readonly ShownMessage[] {
  const told = kept.flatMap(({ activityId, as }): readonly ShownMessage[] =>
    activityId === undefined ? [] : [{ activityId, as: as === "stream" ? "stream" : "message" }],
  );
  return [...new Map([...told, ...own].map((message) => [message.activityId, message])).values()];
}
