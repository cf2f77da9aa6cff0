import { z } from "zod";
import { id, maybeId, maybeText } from "../../../core/inbox/payload-fields.ts";
import type { TeamsOrigin } from "../teams-event.ts";
import { splitConversationId, type TeamsPlaceKind } from "../thread-key.ts";

export const accountSchema = z.object({
  id,
  name: maybeText,
  aadObjectId: maybeId,
  tenantId: maybeId,
});

const named = z.object({ id: maybeId, name: maybeId }).nullish();

/** What every activity of Teams carries, as far as it is of interest. */
export const activitySchema = z.looseObject({
  type: id,
  /** Of invokes. */
  name: maybeId,
  id: maybeId,
  serviceUrl: id,
  from: accountSchema,
  recipient: z.object({ id }),
  conversation: z.object({
    id,
    conversationType: maybeId,
    isGroup: z.boolean().nullish(),
    tenantId: maybeId,
  }),
  replyToId: maybeId,
  locale: maybeId,
  channelData: z
    .object({
      tenant: named,
      team: named,
      channel: named,
      teamsTeamId: maybeId,
      teamsChannelId: maybeId,
      eventType: maybeId,
    })
    .nullish(),
});

export type Activity = z.output<typeof activitySchema>;

const placeKinds: Readonly<Record<string, TeamsPlaceKind>> = {
  personal: "personal",
  groupchat: "groupChat",
  channel: "channel",
};

/** Where and by whom; null where the activity names no Microsoft tenant, or two. */
export function originOf(activity: Activity): TeamsOrigin | null {
  const { from, recipient, conversation, channelData } = activity;
  const tenants = [conversation.tenantId, channelData?.tenant?.id].flatMap(
    (told) => told?.toLowerCase() ?? [],
  );
  const [msTenantId] = tenants;
  if (msTenantId === undefined || tenants.some((told) => told !== msTenantId)) return null;
  const conversationType = placeKindOf(activity);
  const inChannel = conversationType === "channel";
  return {
    msTenantId,
    serviceUrl: activity.serviceUrl,
    conversationId: conversation.id,
    conversationType,
    teamId: inChannel ? (channelData?.team?.id ?? channelData?.teamsTeamId ?? null) : null,
    channelId: inChannel
      ? (channelData?.channel?.id ??
        channelData?.teamsChannelId ??
        splitConversationId(conversation.id).baseId)
      : null,
    botId: recipient.id,
    locale: activity.locale,
    userAadId: from.aadObjectId?.toLowerCase() ?? null,
    userId: from.id,
    userName: from.name,
    userMsTenantId: from.tenantId?.toLowerCase() ?? msTenantId,
    replyToId: activity.replyToId,
  };
}

/** Older clients leave the type out. */
function placeKindOf({ conversation }: Activity): TeamsPlaceKind {
  const told = placeKinds[conversation.conversationType?.toLowerCase() ?? ""];
  if (told) return told;
  if (splitConversationId(conversation.id).threadId !== null) return "channel";
  return conversation.isGroup === true ? "groupChat" : "personal";
}
