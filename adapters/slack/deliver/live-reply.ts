import type { TurnEvent } from "../../../core/conversation/turn-event.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { FollowedTurn } from "../../../core/delivery/channel.ts";
import { takenOver } from "../../../core/delivery/deliver.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { texts } from "../render/texts.ts";
import type { SlackBot } from "../workspaces.ts";
import { createEditedWriter } from "./edited-writer.ts";
import {
  type LivePlace,
  type LiveTimings,
  liveTimings,
  type LiveWriter,
  type ShownMessages,
  type WriterPorts,
} from "./live-writer.ts";
import { type MessagePace, pauseOf } from "./message-pace.ts";
import { setStatus } from "./set-status.ts";
import { createStreamedWriter } from "./streamed-writer.ts";

export interface LiveReplyPorts {
  readonly pace: MessagePace;
  readonly logger: Logger;
  readonly timings?: Partial<LiveTimings>;
}

/** What is shown of one turn while it is worked on. */
export interface LiveReply {
  event(event: TurnEvent): void;
  /** Stops showing it. Never throws. */
  seal(): Promise<ShownMessages>;
}

/**
 * Shows a turn's progress: a status, then the text as it is written. Never throws and never blocks: where Slack does not
 * take it, nothing is shown, and the reply comes all the same. Falls silent where the turn is no longer to be shown.
 */
export function createLiveReply(
  { pace, logger, timings: changed = {} }: LiveReplyPorts,
  findBot: () => Promise<SlackBot>,
  place: LivePlace,
  turn: FollowedTurn,
): LiveReply {
  const timings = { ...liveTimings, ...changed };
  let work: Promise<void> = Promise.resolve();
  let unwritten = "";
  let writer: LiveWriter | null = null;
  /** Whether the writer keeps text that Slack did not take. */
  let owed = false;
  let ended = false;
  let state: TurnState = "received";
  /** In line for the model; null where it does not wait. */
  let waiting: number | null = null;
  let statusShown = false;
  let announcing: ReturnType<typeof setTimeout> | null = null;
  let writing: ReturnType<typeof setTimeout> | null = null;
  /** On the clock of `performance`: when a status was shown, when it was last asked whether to go on, and until when Slack wants a pause. */
  let announcedAt = 0;
  let checkedAt = 0;
  let pausedUntil = 0;

  /** One thing after the other; what fails is left out. */
  const then = (step: () => Promise<void>): void => {
    work = work.then(step).catch(async (error: unknown) => {
      if (isExpertError(error, "cancelled")) await fallSilent();
      else logger.debug("progress could not be shown", { turn: turn.id, error });
    });
  };

  function end(): void {
    ended = true;
    if (announcing) clearTimeout(announcing);
    if (writing) clearTimeout(writing);
  }

  async function fallSilent(): Promise<void> {
    end();
    const written = await writer?.end();
    if (!statusShown || (written && written.shown.length > 0)) return;
    await findBot()
      .then(({ client }) => setStatus(client, place, ""))
      .catch((error: unknown) => {
        logger.debug("a status could not be ended", { turn: turn.id, error });
      });
  }

  /** Where nobody can tell, it goes on. */
  async function check(): Promise<void> {
    checkedAt = performance.now();
    if (!(await turn.mayShow().catch(() => true))) throw takenOver();
  }

  function announceAfter(waitMs: number): void {
    if (announcing) clearTimeout(announcing);
    announcing = setTimeout(() => {
      then(announce);
    }, waitMs);
    // A process that ends does not wait for it.
    announcing.unref();
  }

  async function announce(): Promise<void> {
    if (ended || writer) return;
    if (statusShown) await check();
    statusShown = true;
    announcedAt = performance.now();
    announceAfter(timings.statusEveryMs);
    const { client, workspaceId } = await findBot();
    if (waiting !== null) pace.spare(workspaceId, "assistant.threads.setStatus");
    await setStatus(client, place, statusOf(turn, state, waiting));
  }

  async function write(): Promise<void> {
    writing = null;
    if (ended || performance.now() < pausedUntil) {
      plan();
      return;
    }
    try {
      if (writer && performance.now() - checkedAt > timings.checkEveryMs) await check();
      writer ??= await openWriter();
      const piece = unwritten;
      unwritten = "";
      owed = true;
      await writer.write(piece);
      owed = false;
    } catch (error) {
      if (isExpertError(error, "channel_refused")) end();
      if (!isExpertError(error, "rate_limited", "channel_unavailable")) throw error;
      pausedUntil = performance.now() + (pauseOf(error) ?? 0);
    }
    plan();
  }

  async function openWriter(): Promise<LiveWriter> {
    const ports: WriterPorts = { bot: await findBot(), pace, place, turn, timings, beforeNew: check };
    return createStreamedWriter(ports, () => createEditedWriter(ports));
  }

  function plan(): void {
    if (ended || writing || (unwritten === "" && !owed)) return;
    const waitMs = writer ? writer.everyMs : timings.firstTextMs;
    writing = setTimeout(
      () => {
        then(write);
      },
      Math.max(waitMs, pausedUntil - performance.now()),
    );
    writing.unref();
  }

  announceAfter(timings.statusAfterMs);
  return {
    event(event) {
      if (ended) return;
      if (event.kind === "text") {
        waiting = null;
        unwritten += event.text;
        plan();
      } else if (event.kind === "state") {
        waiting = null;
        state = event.state;
        if (statusShown && !writer) then(announce);
      } else if (event.kind === "waiting") {
        waiting = event.place;
        // What comes meanwhile is told with it.
        if (statusShown && !writer)
          announceAfter(Math.max(0, announcedAt + timings.waitingEveryMs - performance.now()));
      }
    },
    async seal() {
      end();
      await work;
      // Slack ends the status by itself once the bot has written something.
      return writer ? await writer.end() : { shown: [], sure: true };
    },
  };
}

const statusOf = ({ language }: FollowedTurn, state: TurnState, waiting: number | null): string => {
  if (waiting !== null) return texts[language].statusWaiting(waiting);
  const words: Partial<Record<TurnState, string>> = texts[language].status;
  return words[state] ?? texts[language].status.checked;
};
