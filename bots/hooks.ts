import { type HookReceiver, type HookSystem, hookSystems } from "../core/connections/hook-receiver.ts";
import type { ConnectionId, TenantId } from "../core/ids.ts";
import type { Logger } from "../core/logger.ts";
import { postHandler, type RawHandler } from "./http/receive-post.ts";

export interface HookBotPorts {
  /** Null or absent where this process takes in no webhooks: then there is nothing at their addresses. */
  readonly hooks?: HookReceiver | null;
  readonly logger: Logger;
}

const titles: Readonly<Record<HookSystem, string>> = {
  jira: "Jira",
  pagerduty: "PagerDuty",
  servicenow: "ServiceNow",
};
const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** The addresses that outside systems call back, `POST /v1/hooks/SYSTEM/TENANT/CONNECTION`; see `postHandler`. */
export const hookHandlers = ({ hooks = null, logger }: HookBotPorts): readonly RawHandler[] =>
  hookSystems.map((system) => {
    const address = new RegExp(`^/v1/hooks/${system}/(${uuid})/(${uuid})$`, "i");
    return postHandler(
      {
        sender: titles[system],
        find: (path) => {
          const [, tenant, connection] = address.exec(path) ?? [];
          if (tenant === undefined || connection === undefined) return null;
          return {
            system,
            tenantId: tenant.toLowerCase() as TenantId,
            connectionId: connection.toLowerCase() as ConnectionId,
          };
        },
        mediaTypes: /^application\/json\s*(?:;|$)/i,
        expects: "no JSON",
      },
      { receive: hooks && ((to, request) => hooks.receive({ ...to, ...request })), logger },
    );
  });
