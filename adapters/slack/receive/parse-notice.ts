import { z } from "zod";
import type { SlackEvent } from "../slack-event.ts";
import { id, maybeId, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";
import type { EventOrigin } from "./parse-message.ts";

type ParseNotice = (event: unknown, origin: EventOrigin, onMalformed: OnMalformed) => SlackEvent | null;

const homeSchema = z.object({ user: id, channel: id, tab: z.enum(["home", "messages"]) });

const parseHomeOpened: ParseNotice = (event, origin, onMalformed) => {
  const home = readFields(homeSchema, event, onMalformed);
  return home && homeOpened(origin, home.user, home.channel, home.tab);
};

const threadStartedSchema = z.object({ assistant_thread: z.object({ user_id: id, channel_id: id }) });

const parseThreadStarted: ParseNotice = (event, origin, onMalformed) => {
  const thread = readFields(threadStartedSchema, event, onMalformed)?.assistant_thread;
  return thread ? homeOpened(origin, thread.user_id, thread.channel_id, "messages") : null;
};

const homeOpened = (
  { teamId, organisationId }: EventOrigin,
  userId: string,
  channelId: string,
  tab: "home" | "messages",
): SlackEvent => ({
  kind: "home_opened",
  teamId,
  organisationId,
  userId,
  userTeamId: teamId,
  tab,
  channelId,
});

/** Most events name the channel; a renamed one comes whole. */
const channelSchema = z.object({ channel: z.union([id, z.object({ id })]) });

const parseReadersChanged: ParseNotice = (event, { teamId, organisationId }, onMalformed) => {
  const channel = readFields(channelSchema, event, onMalformed)?.channel;
  if (channel === undefined) return null;
  const channelId = typeof channel === "string" ? channel : channel.id;
  return { kind: "readers_changed", teamId, organisationId, channelId };
};

const personSchema = z.object({ user: z.object({ id }) });

const parsePersonChanged: ParseNotice = (event, { teamId, organisationId }, onMalformed) => {
  const person = readFields(personSchema, event, onMalformed);
  return person && { kind: "person_changed", teamId, organisationId, userId: person.user.id };
};

const revokedSchema = z.object({ tokens: z.object({ bot: z.array(maybeId).nullish() }) });

const parseRevoked: ParseNotice = (event, { teamId, organisationId }, onMalformed) => {
  const revoked = readFields(revokedSchema, event, onMalformed);
  // People's own tokens, of which this app has none, end nothing.
  if (!revoked?.tokens.bot?.some((bot) => bot !== null)) return null;
  return { kind: "installation_ended", teamId, organisationId, how: "tokens_revoked" };
};

const parseUninstalled: ParseNotice = (_event, { teamId, organisationId }) => ({
  kind: "installation_ended",
  teamId,
  organisationId,
  how: "app_uninstalled",
});

/** By the event's type. */
export const noticeParsers: ReadonlyMap<string, ParseNotice> = new Map<string, ParseNotice>([
  ["app_home_opened", parseHomeOpened],
  ["assistant_thread_started", parseThreadStarted],
  ["member_joined_channel", parseReadersChanged],
  ["member_left_channel", parseReadersChanged],
  ["channel_shared", parseReadersChanged],
  ["channel_unshared", parseReadersChanged],
  ["channel_archive", parseReadersChanged],
  ["channel_unarchive", parseReadersChanged],
  ["channel_rename", parseReadersChanged],
  ["channel_deleted", parseReadersChanged],
  ["group_archive", parseReadersChanged],
  ["group_unarchive", parseReadersChanged],
  ["group_rename", parseReadersChanged],
  ["group_deleted", parseReadersChanged],
  ["user_change", parsePersonChanged],
  ["team_join", parsePersonChanged],
  ["tokens_revoked", parseRevoked],
  ["app_uninstalled", parseUninstalled],
]);
