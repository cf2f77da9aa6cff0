import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import type { Clock } from "../../core/clock.ts";
import type { AuditLog } from "../../core/audit/audit-event.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import type { People } from "../../core/identity/directory.ts";
import { createChannelPeople } from "../../core/identity/recognise-person.ts";
import { createOperatorFinder } from "../../core/inbox/find-operator.ts";
import type { EventHandler } from "../../core/inbox/handle-event.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import type { TextExtractor } from "../../core/knowledge/text-extractor.ts";
import type { InstallFlow } from "../../core/identity/install-flow.ts";
import type { ChatReceiver } from "../../core/inbox/chat-receiver.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import type { Config } from "../config.ts";
import { createMessagePace } from "../slack/deliver/message-pace.ts";
import { createSlackChannel } from "../slack/deliver/slack-channel.ts";
import { createSlackHandler } from "../slack/handle/handle-event.ts";
import { reachApprovers } from "../slack/handle/reach-approvers.ts";
import { workspaceOpener } from "../slack/handle/workspace.ts";
import { createWorkspaceDirectory } from "../slack/handle/workspace-directory.ts";
import { endInstallation } from "../slack/install/end-installation.ts";
import { adoptBotToken } from "../slack/install/adopt-token.ts";
import { createSlackWorkspaces } from "../slack/install/workspaces.ts";
import { createSlackReceiver } from "../slack/receive/receiver.ts";
import { createRefusals } from "../slack/receive/refusals.ts";
import { openSlackSocket } from "../slack/receive/socket.ts";
import type { SlackWorkspaces } from "../slack/workspaces.ts";
import { connectSlackInstall } from "./slack-setup.ts";
import { threadPermalink } from "../slack/deliver/thread-permalink.ts";
import { approvalUrls, sourceUrls } from "./source-urls.ts";

export interface SlackPorts {
  readonly config: Config;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly secrets: SecretBox;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly people: People;
  readonly approvals: ApprovalPorts;
  readonly escalations: EscalationPorts;
  readonly blobs: BlobStore;
  readonly extractor: TextExtractor;
  /** Longest wait for the files of a question, in milliseconds; the product's own unless told. */
  readonly timeoutMs?: number | undefined;
  /** The language model that writes answers; null where they quote the documents. */
  readonly modelName: string | null;
  readonly sessionSecret: string;
}

/** Slack in this process: what receives, what is posted to, and how workspaces are added. */
export interface SlackParts {
  readonly workspaces: SlackWorkspaces;
  readonly channel: Channel;
  readonly handler: EventHandler;
  readonly approvers: ApproverReach;
  readonly threadUrl: NonNullable<EscalationPorts["threadUrl"]>;
  /** Null where Slack does not reach this process over HTTP. */
  readonly receiver: ChatReceiver | null;
  /** Begins to receive by Socket Mode; null where that is not configured. */
  readonly openSocket: (() => Promise<{ close(): Promise<void> }>) | null;
  readonly install: InstallFlow | null;
  /** Makes the configured bot token's workspace its tenant's; nothing where none is configured. */
  adopt(): Promise<void>;
}

/** Null where no Slack app is configured. */
export function connectSlack(ports: SlackPorts, closers: Closer[]): SlackParts | null {
  const { config, logger } = ports;
  const { SLACK_BOT_TOKEN: botToken, SLACK_CLIENT_ID: clientId, SLACK_APP_TOKEN: appToken } = config;
  if (botToken === undefined && clientId === undefined) return null;
  const apiUrl = config.SLACK_API_URL;
  const workspaces = createSlackWorkspaces(ports, {
    apiUrl,
    ...(clientId === undefined ? {} : { clientId }),
    ...(config.SLACK_CLIENT_SECRET === undefined ? {} : { clientSecret: config.SLACK_CLIENT_SECRET }),
  });
  const signingSecrets = config.SLACK_SIGNING_SECRET ?? [];
  const refusals = createRefusals({ ...ports, workspaces, operator: createOperatorFinder(ports, "slack") });
  const receiver = createSlackReceiver({ ...ports, workspaces, refusals }, { signingSecrets });
  const pace = createMessagePace();
  const open = workspaceOpener({ workspaces, pace, apiUrl });
  const directory = createWorkspaceDirectory(ports);
  const approvalUrl = approvalUrls(config);
  const bySocket = config.SLACK_TRANSPORT === "socket" && appToken !== undefined;
  return {
    workspaces,
    channel: createSlackChannel({ workspaces, pace, sourceUrl: sourceUrls(config), approvalUrl, logger }),
    handler: createSlackHandler({
      ...ports,
      open,
      directory,
      channelPeople: createChannelPeople(ports),
      endInstallation: (tenant, event) => endInstallation({ ...ports, workspaces }, tenant, event),
      fileLimitBytes: config.UPLOAD_LIMIT_MB * 1024 * 1024,
      apiUrl,
      approvalUrl,
      sourceUrl: sourceUrls(config),
    }),
    approvers: reachApprovers({ ...ports, open, directory }),
    threadUrl: (tenant, thread) => threadPermalink(workspaces, tenant, thread),
    receiver: config.SLACK_TRANSPORT === "http" ? receiver : null,
    openSocket: bySocket ? () => openSlackSocket({ receiver, logger }, { appToken, apiUrl }) : null,
    install: connectSlackInstall({ ...ports, workspaces }, config, ports.sessionSecret),
    async adopt() {
      if (botToken === undefined) return;
      const options = { token: botToken, tenantSlug: config.SLACK_TENANT, apiUrl };
      const adopting = await adoptBotToken({ ...ports, workspaces }, options);
      closers.push(() => {
        adopting.stop();
        return Promise.resolve();
      });
    },
  };
}
