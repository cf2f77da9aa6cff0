import { textMessage } from "../render/teams-message.ts";
import type { Progress, ProgressPorts } from "./progress.ts";
import { activityOf } from "./stream-activities.ts";

/**
 * Progress as one message that is edited.
 * @param from a message that is there already, and what of it is to be seen; a new one is posted where there is none.
 * @param grows whether the text is shown as it grows; otherwise what is being done stands until the reply comes;
 *   only a place in line for the model is worth a change.
 */
export function createEditedProgress(
  ports: ProgressPorts,
  grows: boolean,
  from: { readonly activityId: string; readonly text: string } | null = null,
): Progress {
  const { bot, pace, place, timings } = ports;
  let activityId = from?.activityId ?? null;
  let seen = from?.text ?? "";
  let placeSeen = false;
  return {
    everyMs: timings.editEveryMs,
    async show({ working, inLine, text }) {
      const next = grows && text !== "" ? text : `_${working}_`;
      if (next === seen || (activityId !== null && !grows && !inLine && !placeSeen)) return;
      pace.spare(bot.msTenantId, place.conversationId);
      const activity = activityOf(textMessage(next));
      const known = activityId;
      if (known !== null) {
        await pace.heed(place.conversationId, () => bot.update(place, known, activity));
      } else {
        await ports.beforeNew();
        activityId = await pace.heed(place.conversationId, () => bot.send(place, activity));
        ports.onShown({ as: "message", activityId });
      }
      seen = next;
      placeSeen = inLine;
    },
  };
}
