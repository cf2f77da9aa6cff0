import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import type { AuditLog } from "../../core/audit/audit-event.ts";
import { openConnection } from "../../core/connections/open-connection.ts";
import type { HookReader } from "../../core/connections/hook-reader.ts";
import type { HookReceiver, HookSystem } from "../../core/connections/hook-receiver.ts";
import { createHookReceiver } from "../../core/connections/receive-hook.ts";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import type { DispatchCarrier } from "../../core/dispatch/dispatch-carrier.ts";
import type { RunDispatchesPorts } from "../../core/dispatch/run-dispatches.ts";
import { createEscalationCarrier } from "../../core/escalation/carry-dispatch.ts";
import type { EscalationPorts, OutsideSystems, OwnPages } from "../../core/escalation/escalation-ports.ts";
import { createHookHandler } from "../../core/escalation/handle-hook.ts";
import type { EventHandler } from "../../core/inbox/handle-event.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import { sendWebhook } from "../../core/webhooks/send-webhook.ts";
import type { WebhookSender } from "../../core/webhooks/webhook-sender.ts";
import type { Config } from "../config.ts";
import { jiraHookReader } from "../jira/hook-reader.ts";
import { openJira } from "../jira/open-jira.ts";
import { pagerDutyHookReader } from "../pagerduty/hook-reader.ts";
import { openPager } from "../pagerduty/open-pager.ts";
import { serviceNowHookReader } from "../servicenow/hook-reader.ts";
import { openServiceNow } from "../servicenow/open-service-now.ts";
import { createFindReachable } from "../webhook/find-reachable.ts";
import { createReachFetch } from "../webhook/reach-fetch.ts";
import { createWebhookSender } from "../webhook/sender.ts";
import { approvalUrls, sourceUrls } from "./source-urls.ts";

export interface ConnectEscalationPorts {
  readonly config: Config;
  readonly approvals: ApprovalPorts;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly audit: AuditLog;
  readonly secrets: SecretBox;
  readonly blobs: BlobStore;
  /** Longest wait for an outside system's answer, in milliseconds; the adapters' own unless told. */
  readonly timeoutMs?: number | undefined;
  readonly threadUrl: NonNullable<EscalationPorts["threadUrl"]>;
}

/** What becomes of escalations in this process. */
export interface EscalationParts {
  readonly escalations: EscalationPorts;
  readonly hooks: HookReceiver;
  /** How calls to outside systems are made. */
  readonly dispatching: RunDispatchesPorts;
  /** What becomes of what each outside system tells. */
  readonly handlers: ReadonlyMap<HookSystem, EventHandler>;
  /** Tells endpoints of companies what happens. */
  readonly webhooks: WebhookSender;
}

const readers: ReadonlyMap<HookSystem, HookReader> = new Map(
  [jiraHookReader, pagerDutyHookReader, serviceNowHookReader].map((reader) => [reader.system, reader]),
);

/** Joins escalations with the outside systems that companies connect; nothing of them is asked before it is needed. */
export function connectEscalation(ports: ConnectEscalationPorts): EscalationParts {
  const { config, approvals, secrets, blobs, threadUrl, timeoutMs } = ports;
  const { queue, clock, logger } = approvals;
  const systems = outsideSystems(config, secrets, clock, timeoutMs);
  const escalations: EscalationPorts = { ...approvals, systems, pages: ownPages(config), threadUrl, blobs };
  const webhooks = createWebhookSender({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE ?? [] });
  const carrier = createEscalationCarrier(escalations);
  return {
    escalations,
    webhooks,
    hooks: createHookReceiver({ ...ports, queue, clock, logger, readers }),
    dispatching: {
      database: ports.database,
      carrier: withWebhooks(carrier, { ...ports, webhooks, clock }),
      clock,
      logger,
    },
    handlers: new Map(
      [...readers].map(([system, reader]) => [system, createHookHandler(escalations, reader)]),
    ),
  };
}

const withWebhooks = (
  escalations: DispatchCarrier,
  ports: Parameters<typeof sendWebhook>[0],
): DispatchCarrier => ({
  carry: (tenant, held) =>
    held.dispatch.body.kind === "webhook"
      ? sendWebhook(ports, tenant, held)
      : escalations.carry(tenant, held),
  givenUp: (tenant, dispatch, connection, error) => escalations.givenUp(tenant, dispatch, connection, error),
});

/**
 * Opens the systems of connections with their own settings and secrets; they reach what webhooks may be sent to.
 * @param timeoutMs longest wait for an answer, in milliseconds; the adapters' own unless told
 */
export function outsideSystems(
  config: Config,
  secrets: SecretBox,
  clock: Clock,
  timeoutMs?: number,
): OutsideSystems {
  const findReachable = createFindReachable({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE ?? [] });
  const ports = {
    clock,
    fetch: createReachFetch(findReachable),
    findReachable,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  return {
    tickets: (connection) =>
      connection.kind === "servicenow"
        ? openServiceNow(openConnection(secrets, "servicenow", connection), ports)
        : openJira(openConnection(secrets, "jira", connection), ports),
    pager: (connection) => openPager(openConnection(secrets, "pagerduty", connection), ports),
  };
}

export function ownPages(config: Config): OwnPages {
  const { PUBLIC_URL: publicUrl } = config;
  return {
    conversation: (id) => (publicUrl === undefined ? null : `${publicUrl}/conversations/${id}`),
    approval: approvalUrls(config),
    escalation: (id) => (publicUrl === undefined ? null : `${publicUrl}/escalations/${id}`),
    source: sourceUrls(config),
  };
}
