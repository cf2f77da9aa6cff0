import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { OutgoingActivity, TeamsBot, TeamsPlace } from "../client/teams-client.ts";

/** The people whose addresses are compared, one call of Teams each. */
const peopleAsked = 200;

const activity: OutgoingActivity = {
  type: "message",
  text: "The Expert checks that it may write here. / ทดสอบการส่งข้อความ",
  textFormat: "plain",
};

/**
 * Where a name points to in a Microsoft tenant, among the conversations that the bot was told of: Teams' id of a team,
 * channel or chat (`19:…`), a team's name, or a person by Entra object id or e-mail address. An id that the bot was not
 * told of is tried all the same. Null where it names nothing there.
 */
export async function findTestPlace(
  bot: TeamsBot,
  known: readonly ConversationReference[],
  wanted: string,
): Promise<ConversationReference | null> {
  const name = wanted.toLowerCase();
  const told = known.find(
    (one) =>
      one.externalId.toLowerCase() === name || (one.kind === "team" && one.name?.toLowerCase() === name),
  );
  if (told) return told;
  if (wanted.includes("@") && !wanted.startsWith("19:")) return await findByAddress(bot, known, name);
  const [any] = known;
  const kind = kindOf(wanted);
  if (!any || kind === null) return null;
  const { serviceUrl = "" } = any.address;
  return { ...any, kind, externalId: wanted, name: null, address: { serviceUrl, conversationId: wanted } };
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const kindOf = (id: string): ConversationReference["kind"] | null => {
  if (guid.test(id)) return "person";
  if (!id.startsWith("19:")) return null;
  return /@thread\.(?:tacv2|skype)$/.test(id) ? "channel" : "chat";
};

async function findByAddress(
  bot: TeamsBot,
  known: readonly ConversationReference[],
  address: string,
): Promise<ConversationReference | null> {
  for (const person of known.filter(({ kind }) => kind === "person").slice(0, peopleAsked)) {
    const member = await bot.member(placeOf(person), person.externalId);
    const names = [member?.email, member?.userPrincipalName].map((one) => one?.toLowerCase());
    if (names.includes(address)) return person;
  }
  return null;
}

/** Posts a message there and takes it away again. Throws as `TeamsBot` does. */
export async function postTestMessage(bot: TeamsBot, reference: ConversationReference): Promise<void> {
  const { place, activityId } = await post(bot, reference);
  await bot.remove(place, activityId);
}

async function post(
  bot: TeamsBot,
  reference: ConversationReference,
): Promise<{ readonly place: TeamsPlace; readonly activityId: string }> {
  const { serviceUrl, conversationId } = placeOf(reference);
  if (reference.kind === "team" || reference.kind === "channel") {
    const begun = await bot.createConversation({
      kind: "channel",
      serviceUrl,
      channelId: conversationId,
      activity,
    });
    const place = { serviceUrl, conversationId: begun.conversationId };
    if (begun.activityId !== null) return { place, activityId: begun.activityId };
    throw new ExpertError("channel_refused", "Teams posted the test message and did not tell its id.", {
      remedy: "Delete it by hand.",
    });
  }
  const place =
    reference.kind === "person"
      ? { serviceUrl, conversationId: await chatWith(bot, serviceUrl, reference.externalId) }
      : { serviceUrl, conversationId };
  return { place, activityId: await bot.send(place, activity) };
}

const chatWith = async (bot: TeamsBot, serviceUrl: string, userId: string): Promise<string> =>
  (await bot.createConversation({ kind: "personal", serviceUrl, userId })).conversationId;

const placeOf = ({ address }: ConversationReference): TeamsPlace => ({
  serviceUrl: address["serviceUrl"] ?? "",
  conversationId: address["conversationId"] ?? "",
});
