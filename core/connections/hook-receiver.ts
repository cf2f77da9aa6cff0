import type { ConnectionId, TenantId } from "../ids.ts";
import type { ChatResponse } from "../inbox/chat-receiver.ts";

/** The systems that call back. */
export const hookSystems = ["jira", "pagerduty", "servicenow"] as const;
export type HookSystem = (typeof hookSystems)[number];

/** A webhook's request, untouched: `POST /v1/hooks/SYSTEM/TENANT/CONNECTION`. */
export interface HookRequest {
  readonly system: HookSystem;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawBody: Uint8Array;
}

/**
 * Takes in what outside systems tell. Answers once it is stored: 202, also where it had been told before; 400 (unreadable),
 * 401 (not signed with a secret of the connection, and recorded; an unknown connection answers the same), 429 or 503 (not
 * stored: it is sent again). Never throws for what it was sent.
 */
export interface HookReceiver {
  receive(request: HookRequest): Promise<ChatResponse>;
}
