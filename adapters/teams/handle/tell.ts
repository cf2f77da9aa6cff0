import { isExpertError } from "../../../core/errors.ts";
import type { OutgoingActivity, TeamsBot, TeamsPlace } from "../client/teams-client.ts";
import { splitMarkdown } from "../render/split-markdown.ts";
import type { TeamsOrigin, TeamsPlaceOrigin } from "../teams-event.ts";
import type { Errand, TeamsDesk } from "./desk.ts";

type Pace = Pick<TeamsDesk, "pace">;

/** Sends one activity at Teams' pace; throws what `TeamsBot` throws. */
export async function send(
  { pace }: Pace,
  bot: TeamsBot,
  place: TeamsPlace,
  activity: OutgoingActivity,
): Promise<string> {
  await pace.take(bot.msTenantId, place.conversationId);
  return await pace.heed(place.conversationId, () => bot.send(place, activity));
}

/** Says something in Markdown (GFM) where somebody wrote or clicked, for everyone there. */
export async function tell(
  desk: Pace,
  { bot }: Pick<Errand, "bot">,
  { serviceUrl, conversationId }: TeamsPlaceOrigin,
  markdown: string,
): Promise<void> {
  for (const text of splitMarkdown(markdown)) {
    await send(desk, bot, { serviceUrl, conversationId }, { type: "message", textFormat: "markdown", text });
  }
}

/** The chat with a person; null where the bot may not write to them, since they never added it. */
export async function openPersonalChat(
  bot: TeamsBot,
  origin: Pick<
    TeamsOrigin,
    | "serviceUrl"
    | "conversationId"
    | "conversationType"
    | "userAadId"
    | "userId"
    | "msTenantId"
    | "userMsTenantId"
  >,
): Promise<TeamsPlace | null> {
  const { serviceUrl, conversationId, conversationType, userAadId, userId } = origin;
  if (conversationType === "personal") return { serviceUrl, conversationId };
  // Somebody of another company has their chats where their own Microsoft tenant lets them.
  if (origin.userMsTenantId !== origin.msTenantId) return null;
  try {
    const chat = await bot.createConversation({ serviceUrl, kind: "personal", userId: userAadId ?? userId });
    return { serviceUrl, conversationId: chat.conversationId };
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}

/** Says something to one person in their chat with the bot; false where there is none, and nobody was told. */
export async function tellPrivately(
  desk: Pace,
  { bot }: Pick<Errand, "bot">,
  origin: TeamsOrigin,
  markdown: string,
): Promise<boolean> {
  const chat = await openPersonalChat(bot, origin);
  if (!chat) return false;
  try {
    await tell(desk, { bot }, { ...origin, ...chat }, markdown);
    return true;
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return false;
    throw error;
  }
}

/** The same for what is nice to know: what was done is done, whether it can be told or not. */
export async function tellQuietly(
  desk: Pace & Pick<TeamsDesk, "logger">,
  errand: Pick<Errand, "bot">,
  origin: TeamsOrigin,
  markdown: string,
): Promise<void> {
  await tellPrivately(desk, errand, origin, markdown).catch((error: unknown) => {
    desk.logger.info("a person could not be told in Teams what became of a click", {
      microsoftTenant: origin.msTenantId,
      error,
    });
  });
}
