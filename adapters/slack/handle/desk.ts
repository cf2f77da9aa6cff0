import { LRUCache } from "lru-cache";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import type { EscalationPorts } from "../../../core/escalation/escalation-ports.ts";
import type { ChannelPeople } from "../../../core/identity/channel-identity.ts";
import type { People } from "../../../core/identity/directory.ts";
import type { ConversationId, TenantId } from "../../../core/ids.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { BlobStore } from "../../../core/knowledge/blob-store.ts";
import type { TextExtractor } from "../../../core/knowledge/text-extractor.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Queue } from "../../../core/queue.ts";
import type { SourceUrl } from "../render/sources.ts";
import type { SlackEvent } from "../slack-event.ts";
import { type ChannelDirectory, createChannelDirectory } from "./channel-directory.ts";
import { createPlaceScopes, type PlaceScopes } from "./place-readers.ts";
import type { OpenWorkspace, Workspace } from "./workspace.ts";
import type { WorkspaceDirectory } from "./workspace-directory.ts";

/** An event of one kind. */
export type EventOf<Kind extends SlackEvent["kind"]> = Extract<SlackEvent, { readonly kind: Kind }>;

export interface SlackHandlerPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly open: OpenWorkspace;
  readonly directory: WorkspaceDirectory;
  readonly people: People;
  readonly channelPeople: ChannelPeople;
  readonly approvals: ApprovalPorts;
  readonly escalations: EscalationPorts;
  readonly blobs: Pick<BlobStore, "put">;
  readonly extractor: Pick<TextExtractor, "extract">;
  /** Honours that the bot was removed. */
  endInstallation(tenant: TenantId, event: EventOf<"installation_ended">): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The language model that writes answers; null where they quote the documents. */
  readonly modelName: string | null;
  /** Largest file of a question that is read, in bytes. */
  readonly fileLimitBytes: number;
  /** Longest wait for the files of a question, in milliseconds; the product's own unless told. */
  readonly timeoutMs?: number | undefined;
  /** Of Slack's Web API: answers to commands may go to its host too. */
  readonly apiUrl: string;
  readonly sourceUrl: SourceUrl;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
}

/** What the handlers of all events share. */
export interface Desk extends SlackHandlerPorts {
  readonly channels: ChannelDirectory;
  readonly places: PlaceScopes;
  /** Threads that the bot took no part in when they were last looked for. */
  readonly strangeThreads: LRUCache<ConversationId, true>;
  /** Greetings of people who opened the direct messages just now. */
  readonly greetings: LRUCache<string, Promise<void>>;
}

/** An event in hand, and the bot in its workspace. */
export interface Errand {
  readonly event: TakenEvent;
  readonly workspace: Workspace;
}

/** Shorter than any answer takes to be written and read, so that a follow-up is not missed where another process answered. */
const strangeForMs = 5_000;
const threadsRemembered = 20_000;
/** Longer than a greeting takes to be seen by whoever looks whether there is one. */
const greetedForMs = 60_000;
const greetingsRemembered = 10_000;

export function createDesk(ports: SlackHandlerPorts): Desk {
  const channels = createChannelDirectory(ports.directory, ports);
  return {
    ...ports,
    channels,
    places: createPlaceScopes({ ...ports, channels }),
    strangeThreads: new LRUCache({ max: threadsRemembered, ttl: strangeForMs }),
    greetings: new LRUCache({ max: greetingsRemembered, ttl: greetedForMs }),
  };
}
