import { isExpertError } from "../../../core/errors.ts";
import { askableDepartments } from "../../../core/identity/askable-departments.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { TeamsBot } from "../client/teams-client.ts";
import { askForm, formAnswer } from "../render/forms.ts";
import type { InvokeAnswer, TeamsInquiry, TeamsOrigin } from "../teams-event.ts";
import type { TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import { languageOf, readerOf } from "./visitor.ts";

/** The form to ask about a message; throws `forbidden` where the person can ask no department. */
export async function openAskForm(
  desk: TeamsDesk,
  tenant: TenantId,
  inquiry: Extract<TeamsInquiry, { readonly kind: "open_message_action" }>,
): Promise<InvokeAnswer> {
  const bot = desk.client.bot(inquiry.msTenantId);
  const question = inquiry.about?.text ?? "";
  const [reader, inThread] = await Promise.all([readerOf(desk, tenant, bot, inquiry), isThere(bot, inquiry)]);
  const departments = askableDepartments(reader);
  if (departments.length === 0)
    throw refusal("forbidden", reader.identity === null ? "unknownPerson" : "nothingToAsk");
  const language = languageOf(inquiry, question);
  return { status: 200, body: formAnswer(askForm({ question, departments, language, inThread })) };
}

/** Whether the bot is in the conversation, and so can answer there. */
async function isThere(
  bot: TeamsBot,
  { serviceUrl, conversationId, userAadId, userId }: TeamsOrigin,
): Promise<boolean> {
  try {
    return (await bot.member({ serviceUrl, conversationId }, userAadId ?? userId)) !== null;
  } catch (error) {
    if (isExpertError(error)) return false;
    throw error;
  }
}
