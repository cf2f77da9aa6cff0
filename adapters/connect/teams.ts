import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import type { AuditLog } from "../../core/audit/audit-event.ts";
import { createLaterAudit } from "../../core/audit/later-audit.ts";
import type { Clock } from "../../core/clock.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import type { People } from "../../core/identity/directory.ts";
import { createChannelPeople } from "../../core/identity/recognise-person.ts";
import type { ChatReceiver } from "../../core/inbox/chat-receiver.ts";
import { createOperatorFinder } from "../../core/inbox/find-operator.ts";
import type { EventHandler } from "../../core/inbox/handle-event.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import { createRefusalLog } from "../../core/inbox/refusal-log.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import type { KnowledgeIndex } from "../../core/knowledge/knowledge-index.ts";
import type { TextExtractor } from "../../core/knowledge/text-extractor.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import type { Config } from "../config.ts";
import { teamsProof } from "../config/teams.ts";
import { connectGroups } from "./groups.ts";
import { createTeamsClient } from "../teams/client/create-teams-client.ts";
import type { TeamsClient } from "../teams/client/teams-client.ts";
import { createMessagePace } from "../teams/deliver/message-pace.ts";
import { pacedReads } from "../teams/deliver/paced-reads.ts";
import { createTeamsChannel } from "../teams/deliver/teams-channel.ts";
import { createTeamsDesk } from "../teams/handle/desk.ts";
import { createTeamsHandler } from "../teams/handle/handle-event.ts";
import { createTeamsInvokes } from "../teams/handle/invokes.ts";
import { reachApprovers } from "../teams/handle/reach-approvers.ts";
import { createStrangerNotice } from "../teams/handle/tell-stranger.ts";
import { connectConfiguredTenant } from "../teams/install/connect-tenant.ts";
import { createTenantFinder } from "../teams/install/tenant-finder.ts";
import { createTeamsReceiver } from "../teams/receive/receiver.ts";
import { createTokenVerifier } from "../teams/receive/verify-token.ts";
import { questionUrl } from "../teams/thread-url.ts";
import { approvalUrls, sourceUrls } from "./source-urls.ts";
import { teamsClientSettings } from "./teams-client-settings.ts";

export interface TeamsPorts {
  readonly config: Config;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly index: KnowledgeIndex;
  /** Null where no embedding model is configured. */
  readonly embedder: ModelGateway | null;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Longest wait for what is asked of others and for what people see at once, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly logger: Logger;
  readonly people: People;
  readonly approvals: ApprovalPorts;
  readonly escalations: EscalationPorts;
  readonly blobs: BlobStore;
  readonly extractor: TextExtractor;
  /** The language model that writes answers; null where they quote the documents. */
  readonly modelName: string | null;
}

/** Teams in this process: what receives, and what is posted to. */
export interface TeamsParts {
  readonly client: TeamsClient;
  readonly channel: Channel;
  readonly handler: EventHandler;
  /** How people of the company's Microsoft tenants are asked to decide. */
  readonly approvers: ApproverReach;
  readonly threadUrl: NonNullable<EscalationPorts["threadUrl"]>;
  readonly receiver: ChatReceiver;
  /** Makes the configured Microsoft tenant its company's; nothing where none is configured. */
  adopt(): Promise<void>;
}

/**
 * Null where no Teams app is configured. It is loaded only where one is: botbuilder takes a second to load.
 * @param appId TEAMS_APP_ID
 */
export function connectTeams(ports: TeamsPorts, appId: string, closers: Closer[]): TeamsParts | null {
  const { config, database, clock, logger, timeoutMs } = ports;
  const proof = teamsProof(config);
  if (!proof) return null;
  const msTenantId = config.TEAMS_APP_TENANT_ID;
  const metadataUrl = config.TEAMS_OPENID_METADATA_URL;
  const pace = createMessagePace();
  const settings = { ...teamsClientSettings(config, appId, proof), timeoutMs };
  const client = pacedReads(createTeamsClient(settings, { clock }), pace);
  const tokens = createTokenVerifier({ appId, metadataUrl, issuer: config.TEAMS_TOKEN_ISSUER }, { clock });
  const tenantOf = createTenantFinder({ database });
  const operator = createOperatorFinder({ database, clock }, "teams");
  const refusals = createRefusalLog({ ...ports, tenantOf, operator }, "teams");
  const sourceUrl = sourceUrls(config);
  const approvalUrl = approvalUrls(config);
  const searches = createLaterAudit(ports);
  closers.push(() => searches.flush());
  const desk = createTeamsDesk({
    ...ports,
    searches,
    client,
    pace,
    sourceUrl,
    approvalUrl,
    channelPeople: createChannelPeople(ports),
    groups: connectGroups(ports),
    fileLimitBytes: config.UPLOAD_LIMIT_MB * 1024 * 1024,
  });
  const tellStranger = createStrangerNotice({ client, pace, clock, logger });
  const invokes = createTeamsInvokes(desk);
  return {
    client,
    channel: createTeamsChannel({ client, database, pace, sourceUrl, approvalUrl, logger }),
    handler: createTeamsHandler(desk),
    approvers: reachApprovers(desk),
    threadUrl: (_tenant, thread) => Promise.resolve(questionUrl(thread)),
    receiver: createTeamsReceiver({ ...ports, tenantOf, tokens, invokes, refusals, tellStranger }),
    async adopt() {
      if (msTenantId === undefined) return;
      const options = { appId, msTenantId, tenantSlug: config.TEAMS_TENANT };
      const connecting = await connectConfiguredTenant({ database, logger }, options);
      closers.push(() => {
        connecting.stop();
        return Promise.resolve();
      });
    },
  };
}
