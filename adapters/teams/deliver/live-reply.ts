import { setTimeout as delay } from "node:timers/promises";
import type { TurnEvent } from "../../../core/conversation/turn-event.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { FollowedTurn } from "../../../core/delivery/channel.ts";
import { takenOver } from "../../../core/delivery/deliver.ts";
import { isExpertError, wantedPauseMs } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { waitingText, workingText } from "../render/render-notices.ts";
import { createEditedProgress } from "./edited-progress.ts";
import type { FoundPlace } from "./find-place.ts";
import type { MessagePace } from "./message-pace.ts";
import type { ChatStreams } from "./chat-streams.ts";
import {
  type LiveTimings,
  liveTimings,
  type Progress,
  type ProgressPorts,
  refOf,
  type ShownMessage,
} from "./progress.ts";
import { settledText } from "./settled-text.ts";
import { createStreamedProgress } from "./streamed-progress.ts";
import { streamRefusal } from "./stream-refusal.ts";

export interface LiveReplyPorts {
  readonly pace: MessagePace;
  readonly streams: ChatStreams;
  readonly logger: Logger;
  readonly timings?: Partial<LiveTimings>;
}

/** What was shown of a turn. */
export interface SealedProgress {
  readonly shown: readonly ShownMessage[];
  /** Its reader pressed Stop. */
  readonly stopped: boolean;
}

/** What is shown of one turn while it is worked on. */
export interface LiveReply {
  event(event: TurnEvent): void;
  /** Stops showing it. Never throws. */
  seal(): Promise<SealedProgress>;
}

/**
 * Shows a turn's progress once it takes a while. Never throws and never blocks: where Teams does not take it, nothing is
 * shown, and the reply comes all the same. Falls silent where the turn is no longer to be shown; where its reader presses
 * Stop, the turn is stopped.
 */
export function createLiveReply(
  { pace, streams, logger, timings: changed = {} }: LiveReplyPorts,
  findPlace: () => Promise<FoundPlace>,
  turn: FollowedTurn,
): LiveReply {
  const timings = { ...liveTimings, ...changed };
  let work: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let ended = false;
  let stopped = false;
  let written = "";
  let state: TurnState = "received";
  /** The place in line for the model; null where it does not wait. */
  let waiting: number | null = null;
  /** What is planned may as well come sooner. */
  let late = false;
  let progress: Progress | null = null;
  let shown: ShownMessage[] = [];
  let shownOnce = false;
  /**
   * On the clock of `performance`: when Teams last answered, or failed to, since it may have taken what it did not answer; when
   * it was last asked whether to go on; and until when Teams wants a pause.
   */
  let endedAt = 0;
  let checkedAt = 0;
  let pausedUntil = 0;

  function end(): void {
    ended = true;
    if (timer) clearTimeout(timer);
    timer = null;
  }

  /** Where nobody can tell, it goes on. */
  async function check(): Promise<void> {
    checkedAt = performance.now();
    if (!(await turn.mayShow().catch(() => true))) throw takenOver();
  }

  /** Null where another answer is streamed in the chat. */
  async function open(): Promise<Progress | null> {
    const { bot, place, kind } = await findPlace();
    const ports: ProgressPorts = {
      bot,
      pace,
      place,
      turn,
      timings,
      beforeNew: check,
      onShown(message) {
        shown = [...shown.filter(({ activityId }) => activityId !== message.activityId), message];
        turn.keep([refOf(place, message)]);
      },
    };
    if (kind !== "personal") return createEditedProgress(ports, false);
    if (!streams.may(place.conversationId)) return createEditedProgress(ports, true);
    if (!streams.claim(place.conversationId, turn.id)) return null;
    return createStreamedProgress(ports, () => {
      streams.refused(place.conversationId);
    });
  }

  async function show(): Promise<void> {
    if (ended) return;
    progress ??= await open();
    if (!progress) {
      plan(timings.busyEveryMs);
      return;
    }
    if (shownOnce && performance.now() - checkedAt > timings.checkEveryMs) await check();
    const inLine = waiting !== null;
    const working =
      waiting === null ? workingText(turn.language, state) : waitingText(turn.language, waiting);
    await progress.show({ working, inLine, text: settledText(written) });
    shownOnce = true;
  }

  /** How long until Teams takes the next view. */
  const untilNext = (): number =>
    progress && endedAt > 0 ? Math.max(0, endedAt + progress.everyMs - performance.now()) : 0;

  async function showSafely(): Promise<void> {
    timer = null;
    if (ended) return;
    const waitMs = Math.max(untilNext(), pausedUntil - performance.now());
    if (waitMs > 0) {
      plan(waitMs);
      return;
    }
    let untaken = false;
    try {
      await show();
    } catch (error) {
      stopped = streamRefusal(error) === "stopped";
      if (stopped) turn.stop();
      const pauseMs = wantedPauseMs(error);
      pausedUntil = performance.now() + (pauseMs ?? 0);
      // The first view only gave way to others: it need not wait as long as one that follows another.
      untaken = pauseMs !== null && shown.length === 0;
      // A first message whose fate is not known may stand: another one would stay beside it.
      const again = pauseMs !== null || (shown.length > 0 && isExpertError(error, "channel_unavailable"));
      if (!again) end();
      else plan(untaken ? timings.busyEveryMs : (progress?.everyMs ?? timings.busyEveryMs));
      logger.debug("progress could not be shown", { turn: turn.id, stopped, error });
    } finally {
      if (progress && !untaken) endedAt = performance.now();
      if (waiting !== null) planLate();
    }
  }

  function plan(waitMs: number, mayBeLate = false): void {
    if (ended || (timer && (mayBeLate || !late))) return;
    if (timer) clearTimeout(timer);
    late = mayBeLate;
    timer = setTimeout(
      () => {
        late = false;
        work = work.then(showSafely);
      },
      Math.max(waitMs, pausedUntil - performance.now()),
    );
    // A process that ends does not wait for it.
    timer.unref();
  }

  /** The next view of who waits, unless there is more to tell before. */
  const planLate = (): void => {
    plan(Math.max(untilNext(), endedAt + timings.waitingEveryMs - performance.now()), true);
  };

  plan(timings.announceAfterMs);
  return {
    event(event) {
      if (ended) return;
      if (event.kind === "waiting" && waiting !== null) {
        waiting = event.place;
        planLate();
        return;
      }
      waiting = event.kind === "waiting" ? event.place : null;
      if (event.kind === "text") written += event.text;
      else if (event.kind === "state") state = event.state;
      else if (event.kind !== "waiting") return;
      // Nothing is planned twice; what comes while the first view is on its way follows at the message's own pace.
      plan(progress ? untilNext() : timings.busyEveryMs);
    },
    async seal() {
      end();
      await work;
      const untilEnd = endedAt + timings.streamGapMs - performance.now();
      if (untilEnd > 0 && shown.some(({ as }) => as === "stream")) await delay(Math.ceil(untilEnd));
      return { shown, stopped };
    },
  };
}
