import { STATUS_LIFE_MS } from "./assistant-methods.ts";
import type { Deliveries } from "./deliveries.ts";
import { eventFor, sees, tell } from "./event-envelope.ts";
import { publicMessage } from "./message-records.ts";
import type { ChannelState, Json, PlatformState, WorkspaceState } from "./platform-state.ts";
import type { Channel } from "./slack-platform.ts";

/** A channel as people see it and as tests read it. */
export function channelView(
  state: PlatformState,
  deliveries: Deliveries,
  workspace: WorkspaceState,
  channel: ChannelState,
): Channel {
  const memberEvent = (type: string, member: string, inviter?: string): Json => ({
    type,
    user: member,
    channel: channel.id,
    channel_type: channel.kind === "private" ? "G" : "C",
    team: workspace.id,
    ...(inviter !== undefined && { inviter }),
    ...(workspace.organisation && { enterprise: workspace.organisation.id }),
    event_ts: state.nextTs(),
  });
  return {
    id: channel.id,
    name: channel.name,
    get members() {
      return [...channel.members];
    },
    messages: () => [...channel.messages.values()].map((message) => publicMessage(state, message)),
    thread: (ts) => (channel.threads.get(ts) ?? []).map((message) => publicMessage(state, message)),
    message: (ts) => {
      const found = channel.messages.get(ts);
      return found && publicMessage(state, found);
    },
    ephemerals: (person) =>
      channel.ephemerals
        .filter(({ ephemeralTo }) => ephemeralTo === person.id)
        .map((message) => publicMessage(state, message)),
    status: (threadTs) => {
      const last = channel.statuses.get(threadTs)?.at(-1);
      if (!last || last.status === "" || state.now() - last.at >= STATUS_LIFE_MS) return undefined;
      return last.status;
    },
    statuses: (threadTs) => (channel.statuses.get(threadTs) ?? []).map(({ status }) => status),
    title: (threadTs) => channel.titles.get(threadTs),
    suggestedPrompts: (threadTs) => channel.prompts.get(threadTs ?? "") ?? [],
    join: async (member, invitedBy) => {
      channel.members.add(member.id);
      if (!sees(workspace, channel)) return [];
      return tell(deliveries, [
        eventFor(state, workspace, memberEvent("member_joined_channel", member.id, invitedBy?.id), channel),
      ]);
    },
    leave: async (member) => {
      const told = sees(workspace, channel);
      channel.members.delete(member.id);
      if (!told) return [];
      return tell(deliveries, [
        eventFor(state, workspace, memberEvent("member_left_channel", member.id), channel),
      ]);
    },
    archive: () => {
      channel.archived = true;
    },
  };
}
