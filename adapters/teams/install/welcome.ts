import { exampleQuestions } from "../../../core/identity/askable-departments.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Errand, EventOf, TeamsDesk } from "../handle/desk.ts";
import { send } from "../handle/tell.ts";
import { isGuest, languageOf, readerOf } from "../handle/visitor.ts";
import { cardMessage } from "../render/teams-message.ts";
import { renderWelcome, type Welcome } from "../render/welcome-card.ts";
import { splitConversationId } from "../thread-key.ts";

const examplesShown = 5;

/**
 * Says what the bot does, where it was just added: in the chat with a person, in a group chat, or as a new thread of a
 * team's channel. Its examples are those of departments that everyone there may ask. Where Teams refuses, nobody is
 * welcomed; throws what `TeamsBot` throws besides.
 */
export async function welcome(
  desk: TeamsDesk,
  { event: { tenantId }, bot }: Errand,
  notice: EventOf<"installed">,
): Promise<void> {
  const language = languageOf(notice);
  const reader = await readerOf(desk, tenantId, bot, notice);
  const scope = (await desk.places.scopeOf(tenantId, bot, notice, reader.departments)) ?? reader.scope;
  const examples = exampleQuestions({ departments: reader.departments, scope }, language, examplesShown);
  const card = cardMessage(renderWelcome({ place: placeOf(notice, reader), examples, language }));
  const { serviceUrl, conversationId, conversationType, channelId, teamId } = notice;
  const channel = channelId ?? teamId ?? splitConversationId(conversationId).baseId;
  try {
    if (conversationType === "channel") {
      await desk.pace.take(bot.msTenantId, channel);
      await desk.pace.heed(channel, () =>
        bot.createConversation({ serviceUrl, kind: "channel", channelId: channel, activity: card }),
      );
    } else await send(desk, bot, { serviceUrl, conversationId }, card);
  } catch (error) {
    if (!isExpertError(error, "channel_refused")) throw error;
    desk.logger.warn("Teams did not let the bot welcome the people where it was added", {
      microsoftTenant: notice.msTenantId,
      error,
    });
  }
}

function placeOf(
  { conversationType, userName }: EventOf<"installed">,
  { identity }: Awaited<ReturnType<typeof readerOf>>,
): Welcome["place"] {
  if (conversationType === "channel") return { kind: "team" };
  if (conversationType === "groupChat") return { kind: "groupChat" };
  const name = identity?.member.name ?? userName;
  return { kind: "personal", firstName: firstName(name), guest: identity === null || isGuest(identity) };
}

/** What a person is greeted by: the first word of their name, or all of it where that is a title such as `Dr.`. */
function firstName(name: string): string {
  const [first = ""] = name.trim().split(/\s+/);
  return first === "" || first.endsWith(".") ? name.trim() : first;
}
