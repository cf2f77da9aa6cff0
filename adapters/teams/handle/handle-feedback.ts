import { writeFeedbackReason } from "../../../core/conversation/feedback-reasons.ts";
import { giveFeedback } from "../../../core/conversation/give-feedback.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { inputIds } from "../render/verbs.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { identifyPerson } from "./visitor.ts";

/** What somebody thinks of an answer; Teams names it by its message, and thanks by itself. */
export async function handleFeedback(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"feedback">,
): Promise<EventOutcome> {
  const { tenantId } = errand.event;
  const { messageId, conversationId, values, reaction } = event;
  const { member } = await identifyPerson(desk, tenantId, errand.bot, event);
  const turnId =
    messageId &&
    (await desk.database.withTenant(tenantId, ({ threads }) =>
      threads.turnOfMessage("teams", { activityId: messageId, conversationId }),
    ));
  if (!turnId) {
    throw new ExpertError("not_found", "This answer does not exist any more.", {
      remedy: "Ask the question again.",
    });
  }
  const reason = writeFeedbackReason(values[inputIds.reason], values[inputIds.comment]);
  await giveFeedback(desk, {
    member,
    turnId,
    feedback: { verdict: reaction === "like" ? "up" : "down", reason },
  });
  return "settled";
}
