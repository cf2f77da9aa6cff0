import type { Deliveries, Outgoing } from "./deliveries.ts";
import type { ChannelState, Json, PlatformState, WorkspaceState } from "./platform-state.ts";
import { installOf, newSlackId, workspaceOf } from "./platform-state.ts";
import type { Delivery } from "./slack-platform.ts";

/** The subscription of a manifest that an event needs, and the scope that goes with it. */
const subscriptions: Record<string, { name: string; scope: string | undefined }> = {
  "message.public": { name: "message.channels", scope: "channels:history" },
  "message.private": { name: "message.groups", scope: "groups:history" },
  "message.im": { name: "message.im", scope: "im:history" },
  app_mention: { name: "app_mention", scope: "app_mentions:read" },
  app_home_opened: { name: "app_home_opened", scope: undefined },
  member_joined_channel: { name: "member_joined_channel", scope: "channels:read" },
  member_left_channel: { name: "member_left_channel", scope: "channels:read" },
  reaction_added: { name: "reaction_added", scope: "reactions:read" },
  tokens_revoked: { name: "tokens_revoked", scope: undefined },
  app_uninstalled: { name: "app_uninstalled", scope: undefined },
};

/**
 * An event in the envelope of the Events API, as recorded ones are shaped: the workspace's, with the authorization of
 * the installation that lets the app see it. Undefined where the app has not subscribed, lacks the scope or is not
 * installed.
 */
export function eventFor(
  state: PlatformState,
  workspace: WorkspaceState,
  event: Json,
  channel?: ChannelState,
): Outgoing | undefined {
  const install = installOf(workspace);
  const type = String(event["type"]);
  const subscription = subscriptions[type === "message" ? `message.${channel?.kind ?? "im"}` : type];
  if (!install || !subscription || !state.app.events.includes(subscription.name)) return undefined;
  if (subscription.scope !== undefined && !install.scopes.includes(subscription.scope)) return undefined;
  const enterprise = workspace.organisation?.id ?? null;
  const eventId = newSlackId("Ev");
  const outside = channel?.shared === true;
  return {
    kind: "event",
    type,
    team: workspace.id,
    eventId,
    body: {
      token: state.app.verificationToken,
      team_id: workspace.id,
      ...(enterprise !== null && { enterprise_id: enterprise }),
      ...(type !== "app_mention" && { context_team_id: workspace.id, context_enterprise_id: enterprise }),
      api_app_id: state.app.id,
      event,
      type: "event_callback",
      event_id: eventId,
      event_time: Math.floor(state.now() / 1000),
      authorizations: [
        {
          enterprise_id: enterprise,
          team_id: workspace.id,
          user_id: install.botUserId,
          is_bot: true,
          is_enterprise_install: install.organisation !== undefined,
        },
      ],
      is_ext_shared_channel: outside,
      event_context: `4-${Buffer.from(JSON.stringify({ et: type, tid: workspace.id, aid: state.app.id })).toString("base64url")}`,
    },
  };
}

/** Whether the app is told what happens in a channel: only where its bot is a member. */
export const sees = (workspace: WorkspaceState, channel: ChannelState): boolean => {
  const bot = installOf(workspace)?.botUserId;
  return bot !== undefined && channel.members.has(bot);
};

/** Sends those of the events that the app is to be told, all at once, and waits for every answer. */
export async function tell(
  deliveries: Deliveries,
  events: readonly (Outgoing | undefined)[],
): Promise<readonly Delivery[]> {
  return Promise.all(events.filter((event) => event !== undefined).map((event) => deliveries.send(event)));
}

/** The same, while the bot is being answered. */
export function tellLater(
  state: PlatformState,
  deliveries: Deliveries,
  channel: ChannelState,
  event: Json,
): void {
  const workspace = workspaceOf(state, channel.teamId);
  const outgoing = sees(workspace, channel) ? eventFor(state, workspace, event, channel) : undefined;
  if (outgoing) deliveries.sendLater(outgoing);
}
