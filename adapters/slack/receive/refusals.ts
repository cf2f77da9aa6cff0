import type { ChatRequestKind } from "../../../core/inbox/chat-receiver.ts";
import { createRefusalLog, type RefusalLogPorts } from "../../../core/inbox/refusal-log.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { namedTeam } from "./named-team.ts";
import type { RefusalReason } from "./verify-signature.ts";

export interface Refusal {
  readonly kind: ChatRequestKind;
  readonly reason: RefusalReason;
  readonly rawBody: Uint8Array;
}

/** Records requests that do not come from Slack; see `RefusalLog`. */
export interface Refusals {
  record(refusal: Refusal): Promise<void>;
}

export interface RefusalPorts extends Omit<RefusalLogPorts, "tenantOf"> {
  readonly workspaces: Pick<SlackWorkspaces, "tenantOf">;
}

export function createRefusals({ workspaces, ...ports }: RefusalPorts): Refusals {
  const log = createRefusalLog(
    { ...ports, tenantOf: (teamId) => workspaces.tenantOf(teamId, null) },
    "slack",
  );
  return {
    record: ({ kind, reason, rawBody }) => log.record({ kind, reason, workspaceId: namedTeam(rawBody) }),
  };
}
