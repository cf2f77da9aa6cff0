import type { Outgoing } from "./deliveries.ts";
import { eventFor } from "./event-envelope.ts";
import { workspacesOf } from "./installations.ts";
import type { InstallState, PlatformState } from "./platform-state.ts";

/** The events of revoked bot tokens, one per workspace; made before the installation is taken away. */
export const tellRevoked = (state: PlatformState, install: InstallState): Outgoing[] =>
  teams(state, install).flatMap(
    (workspace) =>
      eventFor(state, workspace, {
        type: "tokens_revoked",
        tokens: { oauth: [], bot: [install.botUserId] },
        event_ts: state.nextTs(),
      }) ?? [],
  );

/** Slack sends both, in no certain order. */
export const tellUninstalled = (state: PlatformState, install: InstallState): Outgoing[] => [
  ...teams(state, install).flatMap(
    (workspace) => eventFor(state, workspace, { type: "app_uninstalled", event_ts: state.nextTs() }) ?? [],
  ),
  ...tellRevoked(state, install),
];

const teams = (state: PlatformState, install: InstallState) =>
  install.team ? [install.team] : install.organisation ? workspacesOf(state, install.organisation) : [];
