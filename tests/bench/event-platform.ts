import type { TenantId } from "../../core/ids.ts";
import type { PostedAnswer } from "./channel-rows.ts";
import type { EventSender, WrittenEvent } from "./event-sender.ts";

/** What of the questions' answers people see on the platform. */
export interface AnswerCounts {
  readonly answeredOnce: number;
  readonly unanswered: number;
  readonly answeredMore: number;
  /** Calls of the bot that the platform refused, and the first of them. */
  readonly refusedCalls: number;
  readonly refusals: readonly string[];
}

export interface EventTarget {
  readonly pid: number;
  readonly eventsUrl: string;
}

/** A chat platform that runs in a process of its own, with people who ask and a bot that is told. */
export interface EventPlatform<Event extends WrittenEvent> {
  readonly pid: number;
  /** The product's settings for it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where the product is told, behind its own address. */
  readonly eventsPath: string;
  /** How many chats and channels people ask in, by turns. */
  readonly placesCount: number;
  /** Makes what is on the platform the company's. */
  connect(databaseUrl: string, company: TenantId): Promise<void>;
  /** Has people write these questions, in all places in turn, without telling the bot. */
  write(questions: readonly string[]): Promise<readonly Event[]>;
  sender(eventsUrl: string): EventSender<Event>;
  /** Runs `work` against an app of the platform's own library that only acknowledges, in a process of its own. */
  withBareApp<T>(work: (app: EventTarget) => Promise<T>): Promise<T>;
  count(questions: readonly Event[], answers: readonly PostedAnswer[]): Promise<AnswerCounts>;
}

/** What tells the load of one platform from that of another. */
export interface EventBench<Event extends WrittenEvent> {
  readonly channel: "slack" | "teams";
  /** For people: "Slack", and "a bare Bolt app". */
  readonly names: { readonly platform: string; readonly bareApp: string };
  readonly perSecond: number;
  withPlatform<T>(folder: string, work: (platform: EventPlatform<Event>) => Promise<T>): Promise<T>;
}
