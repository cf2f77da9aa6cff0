import { randomUUID } from "node:crypto";
import type { Json, StreamRules, Violation } from "./teams-platform.ts";

export interface StreamRecord {
  state: "open" | "final" | "stopped";
  readonly startedAt: number;
  lastAt: number;
  sequence: number;
  readonly informative: string[];
  readonly parts: string[];
}

export interface MessageRecord {
  readonly id: string;
  readonly threadId: string | null;
  readonly from: string;
  text: string;
  attachments: readonly Json[];
  entities: readonly Json[];
  channelData: Json;
  summary: string | undefined;
  edits: number;
  deleted: boolean;
  readonly stream: StreamRecord | undefined;
}

export interface PersonRecord {
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly role: "user" | "guest";
  readonly locale: string;
  /** The Microsoft tenant that they belong to. */
  readonly homeTenantId: string;
}

export interface PlaceRecord {
  readonly id: string;
  readonly kind: "personal" | "groupChat" | "channel";
  readonly name: string;
  readonly tenantId: string;
  readonly team: TeamRecord | null;
  readonly people: PersonRecord[];
  /** Of a channel. */
  readonly type?: "standard" | "private" | "shared";
  botIsIn: boolean;
  readonly messages: MessageRecord[];
}

export interface TeamRecord {
  readonly id: string;
  readonly name: string;
  readonly aadGroupId: string;
  readonly channels: PlaceRecord[];
  botIsIn: boolean;
}

export interface PlatformState {
  url: string;
  readonly serviceUrl: string;
  readonly botId: string;
  readonly botName: string;
  readonly streams: StreamRules;
  readonly places: Map<string, PlaceRecord>;
  readonly teams: Map<string, TeamRecord>;
  readonly violations: Violation[];
  /** Ids of messages are milliseconds since 1970, and each is given once. */
  nextMessageId(): string;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

export const botIsIn = ({ team, botIsIn: itself }: PlaceRecord): boolean => team?.botIsIn ?? itself;

export const newThreadId = (): string => `19:${randomUUID().replaceAll("-", "")}@thread.tacv2`;

export function messageIds(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now());
    return String(last);
  };
}

/** As activities name the conversation of a message. */
export const conversationIdOf = (place: PlaceRecord, threadId: string | null): string =>
  place.kind === "channel" && threadId !== null ? `${place.id};messageid=${threadId}` : place.id;

/** "dead": Teams has ended it, since its time was over. */
export const streamState = (
  stream: StreamRecord | undefined,
  { streams, now }: Pick<PlatformState, "streams" | "now">,
): "open" | "final" | "stopped" | "dead" | undefined =>
  stream?.state === "open" && now() - stream.startedAt > streams.lifeMs ? "dead" : stream?.state;
