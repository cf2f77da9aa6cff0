import { LRUCache } from "lru-cache";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import type { LaterAudit } from "../../../core/audit/later-audit.ts";
import type { Clock } from "../../../core/clock.ts";
import type { LookUpPorts } from "../../../core/knowledge/look-up-passages.ts";
import type { Database } from "../../../core/database.ts";
import type { EscalationPorts } from "../../../core/escalation/escalation-ports.ts";
import type { ChannelPeople, ChannelProfile } from "../../../core/identity/channel-identity.ts";
import type { People } from "../../../core/identity/directory.ts";
import type { GroupRefresh } from "../../../core/identity/groups/refresh-groups.ts";
import type { ConversationId } from "../../../core/ids.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { BlobStore } from "../../../core/knowledge/blob-store.ts";
import type { TextExtractor } from "../../../core/knowledge/text-extractor.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Queue } from "../../../core/queue.ts";
import type { TeamsBot, TeamsClient } from "../client/teams-client.ts";
import type { SourceUrl } from "../render/sources.ts";
import type { TeamsEvent } from "../teams-event.ts";
import { createPlaceKeeper, type PlaceKeeper } from "../install/keep-place.ts";
import { createPlaceScopes, type PlaceScopes } from "./place-readers.ts";
import { createRosterDirectory, type RosterDirectory } from "./roster-directory.ts";

/** An event of one kind. */
export type EventOf<Kind extends TeamsEvent["kind"]> = Extract<TeamsEvent, { readonly kind: Kind }>;

export interface TeamsDeskPorts extends LookUpPorts {
  /** Longest wait for what people see at once, and for the files of a question, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly client: TeamsClient;
  /** The same as the channel's, since Teams counts the messages of both. */
  readonly pace: {
    /** Waits until the conversation may have another message. */
    take(msTenantId: string, conversationId: string): Promise<void>;
    /** Makes a call, and heeds it where Teams wants a pause. */
    heed<T>(conversationId: string, work: () => Promise<T>): Promise<T>;
  };
  readonly people: People;
  readonly channelPeople: ChannelPeople;
  /** Null where groups of Entra give nothing here. */
  readonly groups: GroupRefresh | null;
  readonly blobs: Pick<BlobStore, "put">;
  readonly extractor: Pick<TextExtractor, "extract">;
  /** Records what a search showed to whom, while nobody waits for it. */
  readonly searches: Pick<LaterAudit, "note">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where people open a cited passage. */
  readonly sourceUrl: SourceUrl;
  readonly approvals: ApprovalPorts;
  readonly escalations: EscalationPorts;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  /** The language model that writes answers; null where they quote the documents. */
  readonly modelName: string | null;
  /** Largest file of a question that is read, in bytes. */
  readonly fileLimitBytes: number;
}

/** What the handlers of all events share, and what Teams waits for with them. */
export interface TeamsDesk extends TeamsDeskPorts {
  readonly rosters: RosterDirectory;
  readonly places: PlaceScopes;
  readonly keeper: PlaceKeeper;
  /** Threads that the bot took no part in when they were last looked for. */
  readonly strangeThreads: LRUCache<ConversationId, true>;
  /** What Teams told a moment ago of people who only read: who searches does so with every letter. */
  readonly profiles: LRUCache<string, ChannelProfile>;
}

/** An event in hand, and the bot in its Microsoft tenant. */
export interface Errand {
  readonly event: TakenEvent;
  readonly bot: TeamsBot;
}

/** Shorter than any answer takes to be written and read, so that a follow-up is not missed where another process answered. */
const strangeForMs = 5_000;
const threadsRemembered = 20_000;
/** As long as whom the company takes somebody for is remembered. */
const profileMs = 30_000;
const peopleRemembered = 10_000;

export function createTeamsDesk(ports: TeamsDeskPorts): TeamsDesk {
  const rosters = createRosterDirectory(ports);
  return {
    ...ports,
    rosters,
    places: createPlaceScopes({ ...ports, rosters }),
    keeper: createPlaceKeeper(ports),
    strangeThreads: new LRUCache({ max: threadsRemembered, ttl: strangeForMs }),
    profiles: new LRUCache({ max: peopleRemembered, ttl: profileMs }),
  };
}
