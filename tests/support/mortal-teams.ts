import type { Parts } from "../../adapters/connect.ts";
import type { OutgoingActivity, TeamsBot } from "../../adapters/teams/client/teams-client.ts";
import { verbs } from "../../adapters/teams/render/verbs.ts";
import { splitConversationId } from "../../adapters/teams/thread-key.ts";
import { isWritten } from "./mortal-model.ts";
import { type After, changeStores, stepOf } from "./mortal-steps.ts";

/** The chat or channel and the person that an event of Teams is of. */
export function teamsPlaces(body: object): readonly string[] {
  const { conversationId, userAadId } = body as { conversationId?: unknown; userAadId?: unknown };
  return [
    ...(typeof conversationId === "string" ? [splitConversationId(conversationId).baseId] : []),
    ...(typeof userAadId === "string" ? [userAadId] : []),
  ];
}

/** What an activity is to a turn: its progress, the end of its stream, its text or its card. */
function partOf({ entities = [], attachments }: OutgoingActivity): "progress" | "end" | "text" | "card" {
  if (attachments !== undefined) return "card";
  const stream = entities.find(({ type }) => type === "streaminfo");
  if (stream) return stream["streamType"] === "final" ? "end" : "progress";
  return entities.length > 0 ? "text" : "progress";
}

const isOffer = (activity: OutgoingActivity): boolean =>
  stepOf(activity) === "offered" && JSON.stringify(activity).includes(verbs.takeOver);

/**
 * Lets a product stand still between the calls to Teams in a chat or channel. Where nothing is written slowly, no progress
 * is shown, so that the answer is posted anew.
 */
export function hangInTeams(
  { teams, database }: Pick<Parts, "teams" | "database">,
  steps: Map<string, string>,
  after: After,
): void {
  if (!teams) return;
  changeStores(database, (all) => ({
    ...all,
    references: {
      ...all.references,
      async keep(reference, how) {
        await all.references.keep(reference, how);
        await after("kept", reference.externalId, undefined);
      },
    },
  }));
  const { channel, client } = teams;
  const follow = channel.follow?.bind(channel);
  Object.assign(channel, {
    follow: (...[thread, turn]: Parameters<NonNullable<typeof follow>>) =>
      isWritten(steps.get(turn.id)) ? follow?.(thread, turn) : () => undefined,
  });
  const botOf = client.bot.bind(client);
  Object.assign(client, { bot: (msTenantId: string) => hangingBot(botOf(msTenantId), after) });
}

/** Steps before a call and after its effect: Teams has taken it, and the process knows nothing of that yet. */
const hangingBot = (bot: TeamsBot, after: After): TeamsBot => ({
  ...bot,
  async send(place, activity) {
    const { baseId } = splitConversationId(place.conversationId);
    const part = partOf(activity);
    if (part === "end") await after("sealed", baseId, undefined);
    if (part === "card") await after("texted", baseId, undefined);
    const id = await bot.send(place, activity);
    if (part === "progress") await after("announced", baseId, undefined);
    if (part === "end") await after("final", baseId, undefined);
    if (part === "text") await after("sent", baseId, undefined);
    if (part === "card") await after("greeted", baseId, undefined);
    return isOffer(activity) ? await after("offered", "the offer", id) : id;
  },
  async update(place, activityId, activity) {
    const { baseId } = splitConversationId(place.conversationId);
    await after("sealed", baseId, undefined);
    await bot.update(place, activityId, activity);
    await after("final", baseId, undefined);
  },
  async createConversation(wanted) {
    const created = await bot.createConversation(wanted);
    if (wanted.kind === "channel") await after("greeted", wanted.channelId, undefined);
    return created;
  },
});
