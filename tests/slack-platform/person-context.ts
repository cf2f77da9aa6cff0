import type { Deliveries } from "./deliveries.ts";
import type { FileStore } from "./file-store.ts";
import type {
  ChannelState,
  InstallState,
  Json,
  MessageState,
  PersonState,
  PlatformState,
  WorkspaceState,
} from "./platform-state.ts";
import { installOf, newSecret } from "./platform-state.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { SlackRefusal } from "./refusal.ts";
import type { Message } from "./slack-platform.ts";

/** What a person acts in. */
export interface PersonContext {
  readonly state: PlatformState;
  readonly deliveries: Deliveries;
  readonly responses: ResponseUrls;
  readonly files: FileStore;
  readonly workspace: WorkspaceState;
  readonly person: PersonState;
}

/** @throws Error where the app is not installed, for then there is nobody to address. */
export function appIn(workspace: WorkspaceState): InstallState {
  const install = installOf(workspace);
  if (!install) throw new Error(`The app is not installed in ${workspace.name}.`);
  return install;
}

/** @throws Error where the person is not in the channel. */
export function channelFor({ workspace, person }: PersonContext, id: string): ChannelState {
  const channel = workspace.channels.get(id);
  if (!channel) throw new Error(`${workspace.name} has no channel ${id}.`);
  if (!channel.members.has(person.id)) throw new Error(`${person.name} is not in ${channel.name}.`);
  return channel;
}

/** A message as it is now. @throws Error where the person cannot see it. */
export function messageFor(
  context: PersonContext,
  message: Pick<Message, "channel" | "ts">,
): { channel: ChannelState; stored: MessageState } {
  const channel = channelFor(context, message.channel);
  const stored =
    channel.messages.get(message.ts) ??
    channel.ephemerals.find(({ ts, ephemeralTo }) => ts === message.ts && ephemeralTo === context.person.id);
  if (!stored) throw new Error(`${context.person.name} sees no message ${message.ts} in ${channel.name}.`);
  return { channel, stored };
}

/** A trigger_id, which lives for `triggerLifeMs` and serves once. */
export function newTrigger({ state, workspace, person }: PersonContext): string {
  const id = `${Math.floor(state.now() / 100)}.${state.now()}.${newSecret(16)}`;
  state.triggers.set(id, {
    team: workspace.id,
    user: person.id,
    expiresAt: state.now() + state.triggerLifeMs,
    used: false,
  });
  return id;
}

/** What every interaction says of where it comes from. */
export function interactionBase({ state, workspace, person }: PersonContext): Json {
  const organisation = workspace.organisation;
  return {
    user: { id: person.id, username: person.userName, name: person.userName, team_id: person.teamId },
    api_app_id: state.app.id,
    token: state.app.verificationToken,
    team: {
      id: workspace.id,
      domain: workspace.domain,
      ...(organisation && { enterprise_id: organisation.id, enterprise_name: organisation.name }),
    },
    enterprise: organisation ? { id: organisation.id, name: organisation.name } : null,
    is_enterprise_install: appIn(workspace).organisation !== undefined,
  };
}

export const channelName = (channel: ChannelState): string =>
  channel.kind === "im" ? "directmessage" : channel.kind === "private" ? "privategroup" : channel.name;

/** Does what the bot's own answer asks for, and lists as a violation what Slack would not show. */
export function carryOut(state: PlatformState, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    state.violations.push({ method: what, error: error.code, detail: error.detail });
  }
}
