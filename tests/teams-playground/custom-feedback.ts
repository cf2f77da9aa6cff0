import { inputIds } from "../../adapters/teams/render/verbs.ts";
import type { Complete } from "./signing-relay.ts";

interface Feedback {
  readonly actionValue: { readonly reaction: string; readonly feedback: string };
}

/**
 * The Playground knows no form of a bot's own for feedback: it asks with a box of its own, names no message, and sends the
 * plain words. As Teams does, this asks the bot for its form, puts the words into the form's comment, and sends what the
 * form would, below the message that was rated. Fails where the bot has no such form.
 * @param ratedMessage the id of the message whose thumb was pressed.
 */
export const completeFeedback =
  (ratedMessage: () => string): Complete =>
  async (activity, send) => {
    if (activity["name"] !== "message/submitAction") return activity;
    const value = activity["value"] as Feedback;
    const { reaction, feedback: words } = value.actionValue;
    const replyToId = ratedMessage();
    const opened = await send({
      ...activity,
      id: `${String(activity["id"])}-form`,
      name: "message/fetchTask",
      replyToId,
      value: { data: { actionName: "feedback", actionValue: { reaction } } },
    });
    if (!opened.body.includes(`"id":"${inputIds.comment}"`))
      throw new Error(`the bot shows no form with a comment: ${opened.body}`);
    const feedback = JSON.stringify({ [inputIds.comment]: words });
    return { ...activity, replyToId, value: { ...value, actionValue: { reaction, feedback } } };
  };
