import { isExpertError } from "../../../core/errors.ts";
import type { OutgoingActivity } from "../client/teams-client.ts";
import { textMessage } from "../render/teams-message.ts";
import { createEditedProgress } from "./edited-progress.ts";
import type { Progress, ProgressPorts, ProgressView } from "./progress.ts";
import { streamEnd, streamPart } from "./stream-activities.ts";
import { streamRefusal } from "./stream-refusal.ts";

/**
 * Progress as Teams' own stream, which there is in personal chats alone: what is being done, then the text so far. Where
 * Teams takes no stream, or no more of it, it goes on as a message that is edited.
 * @param onRefused told where the chat has no streams.
 */
export function createStreamedProgress(ports: ProgressPorts, onRefused: () => void): Progress {
  const { bot, pace, place, timings } = ports;
  let streamId: string | null = null;
  let startedAt = 0;
  let sequence = 1;
  /** What was streamed of the text, and what was seen last. */
  let streamed = "";
  let seen = "";
  let sentAt = 0;
  let instead: Progress | null = null;

  async function send(activity: OutgoingActivity): Promise<string> {
    try {
      return await pace.heed(place.conversationId, () => bot.send(place, activity));
    } catch (error) {
      // Whether it arrived is not known: its number may be used up.
      if (streamId !== null && isExpertError(error, "channel_unavailable")) sequence += 1;
      throw error;
    }
  }

  async function sendPart(view: ProgressView): Promise<void> {
    const kind = view.text === "" ? "informative" : "streaming";
    const text = kind === "informative" ? view.working : view.text;
    const again = view.inLine && performance.now() - sentAt >= timings.waitingEveryMs;
    if ((text === seen && !again) || (kind === "informative" ? streamed !== "" : !text.startsWith(streamed)))
      return;
    pace.spare(bot.msTenantId, place.conversationId);
    sentAt = performance.now();
    const id = await send(streamPart({ kind, text }, streamId, sequence));
    sequence += 1;
    seen = text;
    if (kind === "streaming") streamed = text;
    if (streamId !== null) return;
    streamId = id;
    startedAt = performance.now();
    ports.onShown({ as: "stream", activityId: id });
  }

  /** Ends the stream with what it shows, before Teams does; the message can be edited from then on. */
  async function goOnAsMessage(id: string): Promise<Progress> {
    const text = streamed === "" ? `_${seen}_` : streamed;
    try {
      await send(streamEnd(textMessage(text), id));
    } catch (error) {
      const refusal = streamRefusal(error);
      if (refusal !== "over" && refusal !== "completed") throw error;
    }
    ports.onShown({ as: "message", activityId: id });
    return createEditedProgress(ports, true, { activityId: id, text });
  }

  return {
    get everyMs() {
      return instead?.everyMs ?? timings.streamEveryMs;
    },
    async show(view) {
      try {
        if (!instead && streamId !== null && performance.now() - startedAt > timings.streamLifeMs)
          instead = await goOnAsMessage(streamId);
        if (instead) {
          await instead.show(view);
          return;
        }
        if (streamId === null) await ports.beforeNew();
        await sendPart(view);
      } catch (error) {
        const refusal = streamRefusal(error);
        if (refusal === "over" && streamId !== null) {
          ports.onShown({ as: "message", activityId: streamId });
          instead = createEditedProgress(ports, true, { activityId: streamId, text: streamed });
        } else if (refusal === "other" && streamId === null) {
          onRefused();
          instead = createEditedProgress(ports, true);
          await instead.show(view);
        } else throw error;
      }
    },
  };
}
