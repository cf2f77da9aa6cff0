import type { TurnEvent } from "../../../core/conversation/turn-event.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { FollowedTurn } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { texts } from "../render/texts.ts";
import { createEditedWriter } from "./edited-writer.ts";
import { type LivePlace, type LiveTimings, liveTimings, type LiveWriter } from "./live-writer.ts";
import type { MessagePace } from "./message-pace.ts";
import { createStreamedWriter } from "./streamed-writer.ts";
import type { SlackBot } from "../workspaces.ts";
import { callSlack } from "../client/slack-client.ts";

export interface LiveReplyPorts {
  readonly pace: MessagePace;
  readonly logger: Logger;
  readonly timings?: Partial<LiveTimings>;
}

/** What is shown of one turn while it is worked on. */
export interface LiveReply {
  event(event: TurnEvent): void;
  /** Stops showing it; the messages that were shown, by their `ts`, in order. */
  seal(): Promise<readonly string[]>;
}

/**
 * Shows a turn's progress: a status, then the text as it is written. Never throws and never blocks: where Slack does not
 * take it, nothing is shown, and the reply comes all the same.
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
  let sealed = false;
  let statusShown = false;
  let writing: ReturnType<typeof setTimeout> | null = null;

  /** One thing after the other; what fails is left out. */
  const then = (step: () => Promise<void>): void => {
    work = work.then(step).catch((error: unknown) => {
      logger.debug("progress could not be shown", { turn: turn.id, error });
    });
  };
  let state: TurnState = "received";
  const announcing = setTimeout(() => {
    then(announce);
  }, timings.statusAfterMs);

  async function announce(): Promise<void> {
    if (sealed || writer) return;
    const { client } = await findBot();
    statusShown = true;
    await setStatus(client, place, statusOf(turn, state));
  }

  async function write(): Promise<void> {
    writing = null;
    if (sealed || unwritten === "") return;
    const piece = unwritten;
    writer ??= await openWriter();
    unwritten = unwritten.slice(piece.length);
    try {
      await writer.write(piece);
    } catch (error) {
      if (!isExpertError(error, "rate_limited", "channel_unavailable")) throw error;
      unwritten = piece + unwritten;
    }
    plan();
  }

  async function openWriter(): Promise<LiveWriter> {
    const ports = { bot: await findBot(), pace, place, turn, timings };
    const streamed = createStreamedWriter(ports, () => createEditedWriter(ports));
    return streamed;
  }

  function plan(): void {
    if (sealed || writing || unwritten === "") return;
    writing = setTimeout(
      () => {
        then(write);
      },
      writer ? writer.everyMs : timings.firstTextMs,
    );
  }

  return {
    event(event) {
      if (sealed) return;
      if (event.kind === "text") {
        unwritten += event.text;
        plan();
      } else if (event.kind === "state") {
        state = event.state;
        if (statusShown && !writer) then(announce);
      }
    },
    async seal() {
      sealed = true;
      clearTimeout(announcing);
      if (writing) clearTimeout(writing);
      await work;
      const shown = writer ? await writer.end() : [];
      // Slack ends the status by itself once the bot has written something.
      return shown;
    },
  };
}

const statusOf = ({ language }: FollowedTurn, state: TurnState): string => {
  const words: Partial<Record<TurnState, string>> = texts[language].status;
  return words[state] ?? texts[language].status.checked;
};

/** Slack shows it for two minutes, or until the bot writes; an empty one ends it. */
export async function setStatus(
  client: SlackBot["client"],
  { channelId, threadTs }: LivePlace,
  status: string,
): Promise<void> {
  await callSlack(() =>
    client.assistant.threads.setStatus({ channel_id: channelId, thread_ts: threadTs, status }),
  );
}
