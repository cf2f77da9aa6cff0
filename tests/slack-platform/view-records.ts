import { createHash } from "node:crypto";
import { interactive } from "./check-blocks.ts";
import { withIds } from "./message-records.ts";
import type { Json, PersonState, PlatformState, ViewState, WorkspaceState } from "./platform-state.ts";
import { installOf, newSlackId } from "./platform-state.ts";
import type { View } from "./slack-platform.ts";

export function newView(
  state: PlatformState,
  person: PersonState,
  team: string,
  view: Json,
  previous?: ViewState,
): ViewState {
  const id = newSlackId("V");
  const made: ViewState = {
    id,
    type: view["type"] === "home" ? "home" : "modal",
    teamId: team,
    userId: person.id,
    view: withBlockIds(view),
    hash: "",
    rootId: previous?.rootId ?? id,
    previousId: previous?.id,
    values: {},
  };
  made.hash = hashOf(state, made);
  return made;
}

export function replaceView(state: PlatformState, stored: ViewState, view: Json): void {
  stored.view = withBlockIds(view);
  stored.hash = hashOf(state, stored);
  // Slack keeps what was entered where block_id and action_id stay the same.
  const kept = new Set((stored.view["blocks"] as Json[]).map((block) => String(block["block_id"])));
  for (const blockId of Object.keys(stored.values)) {
    if (!kept.has(blockId)) Reflect.deleteProperty(stored.values, blockId);
  }
}

const withBlockIds = (view: Json): Json => ({ ...view, blocks: withIds(view["blocks"] as Json[]) });

const hashOf = (state: PlatformState, stored: ViewState): string =>
  `${Math.floor(state.now() / 1000)}.${createHash("sha256")
    .update(JSON.stringify(stored.view) + state.nextTs())
    .digest("base64url")
    .slice(0, 8)}`;

/** A view as the Web API and interactions give it. */
export function formatView(state: PlatformState, workspace: WorkspaceState, stored: ViewState): Json {
  const { view } = stored;
  return {
    id: stored.id,
    team_id: stored.teamId,
    type: stored.type,
    blocks: view["blocks"],
    private_metadata: view["private_metadata"] ?? "",
    callback_id: view["callback_id"] ?? "",
    state: { values: stored.values },
    hash: stored.hash,
    title: view["title"] ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: view["clear_on_close"] ?? false,
    notify_on_close: view["notify_on_close"] ?? false,
    close: view["close"] ?? null,
    submit: view["submit"] ?? null,
    previous_view_id: stored.previousId ?? null,
    root_view_id: stored.rootId,
    app_id: state.app.id,
    external_id: view["external_id"] ?? "",
    app_installed_team_id: stored.teamId,
    bot_id: installOf(workspace)?.botId,
  };
}

/** For those who look at what a person sees. */
export function publicView(stored: ViewState): View {
  const { view } = stored;
  const blocks = view["blocks"] as Json[];
  return {
    id: stored.id,
    type: stored.type,
    callbackId: textOf(view["callback_id"]),
    title: (view["title"] as { text?: string } | undefined)?.text,
    blocks,
    privateMetadata: textOf(view["private_metadata"]),
    hash: stored.hash,
    actionIds: interactive(blocks).map(({ element }) => String(element["action_id"])),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
