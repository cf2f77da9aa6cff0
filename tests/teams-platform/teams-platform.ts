import type { TokenIssuer } from "../teams/token-issuer.ts";
import type { Drive } from "./drive.ts";

/**
 * A local Teams: a connector of the Bot Framework that behaves like Teams' own for one app and many Microsoft tenants,
 * and refuses what Teams refuses. `startTeamsPlatform` (start-teams-platform.ts) starts it:
 *
 *     const platform = await startTeamsPlatform({ throttle: "off" });
 *     const contoso = platform.tenant({ name: "Contoso" });
 *     const ann = contoso.person({ name: "Ann Lee", email: "ann@contoso.example" });
 *     platform.connect({ url: "http://127.0.0.1:3978/api/messages" });
 *     await contoso.installFor(ann);
 *     const support = contoso.team({ name: "Support", members: [ann] });
 *     const general = support.channel({ name: "General" });
 *     const asked = await ann.mention(general, "how much leave do I have?");
 *     … general.thread(asked.id) …
 *     expect(platform.violations).toEqual([]);
 *     await platform.close();
 *
 * The bot reaches it at `serviceUrl`, which every activity names, with the tokens of `issuer`. Every call that Teams would
 * refuse is answered as Teams answers it and is listed in `violations` (but for what came too fast since this process stood still), as is what Teams would swallow without a word:
 * properties that it does not know, a text and a card in one activity.
 */
export interface TeamsPlatform {
  readonly url: string;
  /** What the bot's calls begin with. */
  readonly serviceUrl: string;
  readonly issuer: TokenIssuer;
  /** `28:` and the app id. */
  readonly botId: string;
  readonly violations: readonly Violation[];
  /** Every call of the bot, oldest first. */
  readonly calls: readonly ConnectorCall[];
  /** Every activity that was sent to the bot, oldest first; those still waiting have no status. */
  readonly deliveries: readonly Delivery[];
  /** Where the bot listens. Without it, what people do is recorded but nobody is told. */
  connect(bot: { readonly url: string }): void;
  tenant(options: { readonly name: string; readonly id?: string }): Tenant;
  /** Makes the next `times` (default 1) calls of an operation fail. */
  fail(fault: Fault): void;
  /** Sends the same activity again, as Teams does where it was not answered in 15 seconds. */
  redeliver(delivery: Delivery, times?: number): Promise<readonly Delivery[]>;
  /** Signs and sends any activity; `token` in place of the right one, null for none. */
  send(activity: Json, token?: string | null): Promise<Delivery>;
  /** What people attach to their messages. */
  readonly drive: Drive;
  /** Forgets the violations that a test has provoked; their codes. */
  forgive(): readonly string[];
  /** As if every stream had been open for all of its life. */
  outliveStreams(): void;
  /** Until nothing that was sent to the bot waits for its answer. */
  settled(): Promise<void>;
  /** For how long this process stood still between two moments, in milliseconds since 1970. */
  stoodStillMs(from: number, until: number): number;
  close(): Promise<void>;
}

export type Json = Readonly<Record<string, unknown>>;

export interface TeamsPlatformOptions {
  readonly port?: number;
  /** An issuer of its own is started, and closed with the platform, where none is given. */
  readonly issuer?: TokenIssuer;
  /** "off" for loads; otherwise changes to the limits of throttles.ts. */
  readonly throttle?: Partial<ThrottleLimits> | "off";
  readonly streams?: Partial<StreamRules>;
  /** Milliseconds on a clock that never goes back, which throttles and streams go by; that of `performance` unless told. */
  readonly now?: () => number;
  /** How long the bot has to answer; default 120,000 ms. Teams sends the activity again after 15,000 ms: `redeliver`. */
  readonly answerWithinMs?: number;
  /** Whether `calls` and `deliveries` are kept; default true, false for loads. */
  readonly keepLogs?: boolean;
}

/** At most `count` calls within any `ms`. */
export interface ThrottleWindow {
  readonly count: number;
  readonly ms: number;
}

export interface ThrottleLimits {
  readonly conversation: readonly ThrottleWindow[];
  readonly tenant: readonly ThrottleWindow[];
}

export interface StreamRules {
  /** How long a stream lives; default 120,000 ms. */
  readonly lifeMs: number;
  /** Least time between two parts of a stream, its end included; default 1,000 ms. */
  readonly gapMs: number;
  /** Whether Teams streams at all for this app; default true. */
  readonly allowed: boolean;
}

export interface Violation {
  readonly operation: Operation;
  /** Teams' error code as it was answered. */
  readonly code: string;
  /** What was wrong, for people. */
  readonly detail: string;
}

export type Operation =
  | "send"
  | "reply"
  | "update"
  | "delete"
  | "createConversation"
  | "members"
  | "member"
  | "channels"
  /** An answer to an invoke. */
  | "answer"
  /** A file that somebody sent. */
  | "file"
  | "unknown";

export interface ConnectorCall {
  readonly operation: Operation;
  readonly conversationId: string;
  readonly activityId: string | undefined;
  readonly body: Json;
  readonly status: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An activity to the bot and its answer. */
export interface Delivery {
  /** Its type, for invokes with their name: "message", "invoke adaptiveCard/action". */
  readonly kind: string;
  readonly activity: Json;
  /** The HTTP status, 0 where the connection failed or time ran out. */
  readonly status: number | undefined;
  /** The answer's body, parsed where it is JSON. */
  readonly answer: unknown;
  readonly tookMs: number | undefined;
}

export interface Fault {
  readonly operation: Operation | "any";
  readonly times?: number;
  readonly how:
    | {
        readonly status: number;
        readonly code?: string;
        readonly message?: string;
        readonly retryAfter?: number;
      }
    | "close-connection"
    /** What was asked is done, and the answer never comes. */
    | "close-after-effect"
    | { readonly delayMs: number };
  /** Only calls for which this holds. */
  readonly where?: (call: { readonly conversationId: string; readonly body: Json }) => boolean;
}

export interface Tenant {
  /** The Microsoft tenant's id. */
  readonly id: string;
  readonly name: string;
  person(options: PersonOptions): Person;
  /** Adds the app to a person's chats and tells the bot, in both of Teams' ways. */
  installFor(person: Person): Promise<readonly Delivery[]>;
  uninstallFor(person: Person): Promise<readonly Delivery[]>;
  groupChat(options: {
    readonly name?: string;
    readonly members: readonly Person[];
    readonly bot?: boolean;
  }): Place;
  team(options: { readonly name: string; readonly members: readonly Person[]; readonly bot?: boolean }): Team;
  /** Adds the app to a group chat and tells the bot, in both of Teams' ways. */
  installIn(chat: Place, by: Person): Promise<readonly Delivery[]>;
  uninstallFrom(chat: Place, by: Person): Promise<readonly Delivery[]>;
  /** Somebody comes into a group chat or team, or goes; the bot is told where it is. */
  join(place: Place, person: Person): Promise<void>;
  leave(place: Place, person: Person): Promise<void>;
}

export interface PersonOptions {
  readonly name: string;
  readonly email?: string;
  readonly id?: string;
  /** `guest` of the tenant, whose own Microsoft tenant is another. */
  readonly role?: "user" | "guest";
  readonly locale?: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  /** `General` has the team's own id. */
  channel(options: { readonly name: string; readonly type?: "standard" | "private" | "shared" }): Place;
  /** Adds the app and tells the bot, in both of Teams' ways. */
  install(by: Person): Promise<readonly Delivery[]>;
  uninstall(by: Person): Promise<readonly Delivery[]>;
}

/** A chat or channel. */
export interface Place {
  readonly id: string;
  readonly kind: "personal" | "groupChat" | "channel";
  readonly name: string;
  readonly tenantId: string;
  readonly teamId: string | null;
  /** What people see, oldest first, deleted messages left out; of a channel its threads included. */
  messages(): readonly Message[];
  /** A channel's thread: its first message and the replies, oldest first. */
  thread(id: string): readonly Message[];
  message(id: string): Message | undefined;
}

export interface Message {
  readonly id: string;
  readonly placeId: string;
  /** As activities name it: in a channel with `;messageid=`. */
  readonly conversationId: string;
  /** `28:…` of the bot, `29:…` of a person. */
  readonly from: string;
  readonly text: string;
  readonly attachments: readonly Json[];
  readonly entities: readonly Json[];
  readonly channelData: Json;
  readonly summary: string | undefined;
  /** How often it was updated. */
  readonly edits: number;
  /** Undefined for a message that was not streamed; "dead" where its time ran out before its end. */
  readonly streaming: "open" | "final" | "stopped" | "dead" | undefined;
  /** What was streamed, in order: the words of informative updates, and the text as it grew. */
  readonly informative: readonly string[];
  readonly parts: readonly string[];
  /** The card's buttons, by their titles. */
  readonly buttons: readonly string[];
}

/** What a search came to. */
export interface Found {
  readonly delivery: Delivery;
  /** The cards that can be put into a message. */
  readonly results: readonly Json[];
  /** What is said where there are none. */
  readonly said: string | undefined;
}

export interface SendOptions {
  /** In a channel: the thread's first message. */
  readonly threadId?: string;
  readonly attachments?: readonly Json[];
  readonly entities?: readonly Json[];
}

/** What a person wrote, and the activity that told the bot; no delivery where it may not know. */
export interface Sent {
  readonly id: string;
  readonly message: Message;
  readonly delivery: Delivery | undefined;
}

export interface Person {
  /** `29:…`, the bot's own name of them. */
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly email: string | undefined;
  /** The chat with the bot. */
  readonly chat: Place;
  /** In a personal chat, or anywhere without naming the bot. */
  message(place: Place, text: string, options?: SendOptions): Promise<Sent>;
  /** Names the bot before the text. */
  mention(place: Place, text: string, options?: SendOptions): Promise<Sent>;
  /**
   * Uses a button of a card by its title, also one of a part that another button opens: `adaptiveCard/action` for `Action.Execute`, or a message with its data where
   * `as` is "submit", as on clients that know `Action.Submit` alone.
   * @throws Error where the person would see no such button.
   */
  click(
    message: Message,
    title: string,
    options?: { readonly inputs?: Json; readonly as?: "execute" | "submit" },
  ): Promise<Delivery>;
  /** Changes an own message; `mention`: names the bot before the text. No delivery where the bot may not know. */
  edit(
    message: Message,
    text: string,
    options?: { readonly mention?: boolean },
  ): Promise<Delivery | undefined>;
  delete(message: Message): Promise<Delivery | undefined>;
  /**
   * Opens a conversation again: a card that refreshes for this person asks the bot (`adaptiveCard/action`, trigger
   * `automatic`). The message as this person sees it then; the same where it is not for them.
   */
  look(message: Message): Promise<Message>;
  /** The message extension's search (`composeExtension/query`); an empty query is Teams' first, without words. */
  search(
    place: Place,
    query: string,
    page?: { readonly skip: number; readonly count: number },
  ): Promise<Found>;
  /** An action command on a message, `ask_about_message` unless told: its form (`composeExtension/fetchTask`). */
  askAbout(message: Message, commandId?: string): Promise<Delivery>;
  /** Sends the form (`composeExtension/submitAction`). */
  sendAskAbout(message: Message, values: Json, commandId?: string): Promise<Delivery>;
  /** Opens the form behind a feedback button (`message/fetchTask`). */
  openFeedback(message: Message, reaction: "like" | "dislike"): Promise<Delivery>;
  /** Sends it (`message/submitAction`). */
  rate(message: Message, reaction: "like" | "dislike", values?: Json): Promise<Delivery>;
  /** Presses Stop below a stream. */
  stop(message: Message): void;
  /** Any invoke in a place. */
  invoke(place: Place, name: string, value: Json, replyToId?: string): Promise<Delivery>;
}
