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
  /** Slack shows a status for two minutes: https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
  readonly statusEveryMs: number;
  /** Between two statuses that tell the place in line for the model; the product's own choice. */
  readonly waitingEveryMs: number;
  /** Text that is written sooner than this goes into the first message at once. */
  readonly firstTextMs: number;
  /** Between two pieces of a stream: https://docs.slack.dev/apis/web-api/rate-limits, tier 4 is 100 a minute. */
  readonly streamEveryMs: number;
  /** Between two edits, where there are no streams: tier 3 is 50 a minute. */
  readonly editEveryMs: number;
  /**
   * Streams die after about five minutes, however much is written; ours end before. Undocumented, reported in
   * https://github.com/slackapi/python-slack-sdk/issues/1859 and https://github.com/slackapi/node-slack-sdk/issues/2702
   */
  readonly rollOverMs: number;
  /** How often it is asked, while text is shown, whether a human has taken the thread over; the product's own choice. */
  readonly checkEveryMs: number;
}

export const liveTimings: LiveTimings = {
  statusAfterMs: 400,
  statusEveryMs: 100_000,
  waitingEveryMs: 5_000,
  firstTextMs: 500,
  streamEveryMs: 1_000,
  editEveryMs: 3_000,
  rollOverMs: 240_000,
  checkEveryMs: 3_000,
};

/** What a writer has shown. */
export interface ShownMessages {
  /** By their `ts`, in order. */
  readonly shown: readonly string[];
  /** False where Slack may show one more: its answer to a new message never came. */
  readonly sure: boolean;
}

/** Writes a growing text where people see it. One writer per message; `end` seals it. */
export interface LiveWriter {
  /** How long to wait between two pieces, in milliseconds. */
  readonly everyMs: number;
  /** Where it throws, the piece is kept, and written with the next one. */
  write(piece: string): Promise<void>;
  /** Never throws: a stream that could not be ended is ended by whoever changes its message. */
  end(): Promise<ShownMessages>;
}

export interface WriterPorts {
  readonly bot: SlackBot;
  readonly pace: MessagePace;
  readonly place: LivePlace;
  readonly turn: FollowedTurn;
  readonly timings: LiveTimings;
  /** Called right before a new message; throws `cancelled` where none may be shown any more. */
  beforeNew(): Promise<void>;
}
