import { z } from "zod";
import { id, maybeId, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";
import type { TeamsEvent, TeamsOrigin } from "../teams-event.ts";
import type { Activity } from "./parse-origin.ts";

const installationSchema = z.object({ action: maybeId });

/** `installationUpdate`: the app was added, brought up to date or taken out. */
export function parseInstallation(
  activity: Activity,
  origin: TeamsOrigin,
  onMalformed: OnMalformed,
): TeamsEvent | null {
  const action = readFields(installationSchema, activity, onMalformed)?.action;
  const teamName = activity.channelData?.team?.name ?? null;
  switch (action) {
    case "add":
    case "add-upgrade":
      return {
        ...origin,
        kind: "installed",
        told: "installation",
        upgrade: action === "add-upgrade",
        teamName,
      };
    case "remove":
      return { ...origin, kind: "removed", told: "installation" };
    default:
      // The old version goes as the new one comes (`remove-upgrade`).
      return null;
  }
}

const members = z.array(z.object({ id })).nullish();
const membersSchema = z.object({ membersAdded: members, membersRemoved: members });

/** What a team or channel may become, as far as it changes who reads there, or its name. */
const placeEvents: ReadonlySet<string> = new Set([
  "channelCreated",
  "channelDeleted",
  "channelRenamed",
  "channelRestored",
  "channelShared",
  "channelUnshared",
  "teamArchived",
  "teamDeleted",
  "teamHardDeleted",
  "teamRenamed",
  "teamRestored",
  "teamUnarchived",
]);

/** `conversationUpdate`: people or the bot came or went, or a team or channel changed. */
export function parseConversationUpdate(
  activity: Activity,
  origin: TeamsOrigin,
  onMalformed: OnMalformed,
): TeamsEvent | null {
  const update = readFields(membersSchema, activity, onMalformed);
  if (!update) return null;
  const { membersAdded: added, membersRemoved: gone } = update;
  const isBot = (member: { readonly id: string }): boolean => member.id === origin.botId;
  if (added?.some(isBot) === true) {
    const teamName = activity.channelData?.team?.name ?? null;
    return { ...origin, kind: "installed", told: "members", upgrade: false, teamName };
  }
  if (gone?.some(isBot) === true) return { ...origin, kind: "removed", told: "members" };
  if ((added?.length ?? 0) + (gone?.length ?? 0) > 0) return { ...origin, kind: "members_changed" };
  const eventType = activity.channelData?.eventType ?? "";
  return placeEvents.has(eventType) ? { ...origin, kind: "place_changed", eventType } : null;
}
