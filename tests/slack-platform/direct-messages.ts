import type { ChannelState, PersonState, PlatformState, WorkspaceState } from "./platform-state.ts";
import { newSlackId } from "./platform-state.ts";

export function newChannel(
  state: PlatformState,
  workspace: WorkspaceState,
  channel: Pick<ChannelState, "name" | "kind"> & Partial<Pick<ChannelState, "id" | "shared" | "archived">>,
  members: readonly string[],
): ChannelState {
  const made: ChannelState = {
    id: channel.id ?? newSlackId(channel.kind === "im" ? "D" : "C"),
    teamId: workspace.id,
    name: channel.name,
    kind: channel.kind,
    shared: channel.shared ?? false,
    archived: channel.archived ?? false,
    created: state.now(),
    members: new Set(members),
    messages: new Map(),
    threads: new Map(),
    ephemerals: [],
    statuses: new Map(),
    titles: new Map(),
    prompts: new Map(),
  };
  workspace.channels.set(made.id, made);
  return made;
}

/** The direct messages between a person and the bot; there is one such channel. */
export function openDirectMessages(
  state: PlatformState,
  workspace: WorkspaceState,
  person: Pick<PersonState, "id" | "userName">,
  botUserId: string,
): ChannelState {
  const found = [...workspace.channels.values()].find(
    (channel) => channel.kind === "im" && channel.members.has(person.id) && channel.members.has(botUserId),
  );
  return found ?? newChannel(state, workspace, { name: person.userName, kind: "im" }, [botUserId, person.id]);
}
