import type { FollowedTurn } from "../../../core/delivery/channel.ts";
import type { SlackBot } from "../workspaces.ts";
import type { MessagePace } from "./message-pace.ts";

/** Where a turn's progress is shown. */
export interface LivePlace {
  readonly channelId: string;
  readonly threadTs: string;
}

export interface LiveTimings {
  /** An answer that comes sooner needs no progress. */
  readonly statusAfterMs: number;
  /** Text that is written sooner than this goes into the first message at once. */
  readonly firstTextMs: number;
  /** Between two pieces of a stream: https://docs.slack.dev/apis/web-api/rate-limits, tier 4 is 100 a minute. */
  readonly streamEveryMs: number;
  /** Between two edits, where there are no streams: tier 3 is 50 a minute. */
  readonly editEveryMs: number;
  /** Streams die after about five minutes (platform notes, unconfirmed by Slack): ours ends before. */
  readonly rollOverMs: number;
}

export const liveTimings: LiveTimings = {
  statusAfterMs: 400,
  firstTextMs: 500,
  streamEveryMs: 1_000,
  editEveryMs: 3_000,
  rollOverMs: 240_000,
};

/** Writes a growing text where people see it. One writer per message; `end` seals it. */
export interface LiveWriter {
  /** How long to wait between two pieces, in milliseconds. */
  readonly everyMs: number;
  write(piece: string): Promise<void>;
  /** The messages that were shown, in order, none of them open any more. */
  end(): Promise<readonly string[]>;
}

export interface WriterPorts {
  readonly bot: SlackBot;
  readonly pace: MessagePace;
  readonly place: LivePlace;
  readonly turn: FollowedTurn;
  readonly timings: LiveTimings;
}
