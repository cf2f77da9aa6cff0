import {
  conversationIdOf,
  type PersonRecord,
  type PlaceRecord,
  type PlatformState,
} from "./platform-state.ts";
import type { Json } from "./teams-platform.ts";

/** What every activity from Teams carries, in the shape of recorded ones. */
export function envelope(
  state: PlatformState,
  place: PlaceRecord,
  person: PersonRecord,
  {
    type,
    id,
    threadId = null,
  }: { readonly type: string; readonly id: string; readonly threadId?: string | null },
): Json {
  const { team, kind, tenantId } = place;
  const now = new Date().toISOString();
  return {
    type,
    id,
    timestamp: now,
    localTimestamp: now,
    localTimezone: "Europe/Berlin",
    channelId: "msteams",
    serviceUrl: state.serviceUrl,
    from: { id: person.id, name: person.name, aadObjectId: person.aadObjectId },
    conversation: {
      ...(kind === "personal" ? {} : { isGroup: true }),
      conversationType: kind,
      tenantId,
      id: conversationIdOf(place, threadId),
      ...(kind === "personal" ? {} : { name: place.name }),
    },
    recipient: { id: state.botId, name: state.botName },
    locale: person.locale,
    channelData: {
      ...(team
        ? {
            teamsChannelId: place.id,
            teamsTeamId: team.id,
            channel: { id: place.id },
            team: { id: team.id, name: team.name, aadGroupId: team.aadGroupId },
          }
        : {}),
      tenant: { id: tenantId },
    },
  };
}

export const clientInfo = ({ locale }: PersonRecord): Json => ({
  type: "clientInfo",
  locale,
  country: locale.slice(-2),
  platform: "Web",
  timezone: "Europe/Berlin",
});
