import { escalationOfThread } from "../../../core/escalation/comment-in-thread.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { TenantId } from "../../../core/ids.ts";
import { formAnswer, ticketForm } from "../render/forms.ts";
import type { InvokeAnswer, TeamsInquiry } from "../teams-event.ts";
import { threadKey } from "../thread-key.ts";
import { threadOf } from "./ask.ts";
import type { TeamsDesk } from "./desk.ts";
import { originOfMessage } from "./origin-of-message.ts";
import { languageOf } from "./visitor.ts";

/**
 * The form that adds a message to the ticket of its conversation, with the name of whoever wrote it where that is somebody
 * else. Throws `not_found` where nothing there was escalated.
 */
export async function openTicketForm(
  { escalations }: TeamsDesk,
  tenant: TenantId,
  inquiry: Extract<TeamsInquiry, { readonly kind: "open_message_action" }>,
): Promise<InvokeAnswer> {
  const { about, userAadId } = inquiry;
  const key = threadKey(threadOf(originOfMessage(inquiry)));
  const { language: ofTicket } = await escalationOfThread(escalations, tenant, key);
  const text = about?.text ?? "";
  const name = about === null || about.fromAadId === userAadId ? null : about.fromName;
  const words = name === null || text === "" ? text : escalationTexts[ofTicket].wrote(name, text);
  return { status: 200, body: formAnswer(ticketForm(words, languageOf(inquiry, text))) };
}
