import type { Clock } from "../../core/clock.ts";

/**
 * A local Slack: an HTTP and WebSocket server that behaves like slack.com for one app and many workspaces, and
 * refuses what Slack refuses. `startSlackPlatform` (start-slack-platform.ts) starts it:
 *
 *     const platform = await startSlackPlatform({ rateLimits: "off" });
 *     const acme = platform.workspace({ name: "Acme" });
 *     const ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
 *     const bot = acme.install();
 *     const general = acme.channel({ name: "general", members: [ann, bot] });
 *     platform.connect({ url: "http://127.0.0.1:3000/slack/events" }); // or { socket: true }
 *     const asked = await ann.mention(general, "how much leave do I have?");
 *     … general.thread(asked.ts) …
 *     expect(platform.violations).toEqual([]);
 *     await platform.close();
 *
 * The bot's clients take `slackApiUrl: platform.apiUrl`; its installer takes `authorizationUrl: platform.authorizeUrl`.
 * Every call that Slack would refuse is answered as Slack answers it and is listed in `violations`.
 */
export interface SlackPlatform {
  readonly url: string;
  /** `${url}/api/`, the `slackApiUrl` of clients. */
  readonly apiUrl: string;
  /** The consent page, which approves at once: see `Person.addToSlack`. */
  readonly authorizeUrl: string;
  readonly app: SlackApp;
  readonly violations: readonly Violation[];
  /** Every call of the Web API, oldest first. */
  readonly calls: readonly ApiCall[];
  /** Every request that was sent to the bot, oldest first; those still waiting have no status. */
  readonly deliveries: readonly Delivery[];
  /** Where the bot listens. Without it, what people do is recorded but nobody is told. */
  connect(bot: BotAddress): void;
  workspace(options: WorkspaceOptions): Workspace;
  /** An Enterprise organisation, to whose workspaces the app can be installed at once. */
  organisation(options: { name: string; id?: string }): Organisation;
  /** Makes the next `times` (default 1) calls of a method fail. */
  fail(fault: Fault): void;
  /** Sends the same event again under the same id, as Slack's retries do. */
  redeliver(eventId: string, options?: Redelivery): Promise<readonly Delivery[]>;
  /** Signs and sends any body to the bot: for forged, stale, truncated and foreign requests. */
  send(request: RawRequest): Promise<Delivery>;
  /** The url_verification challenge that Slack sends when an address is entered. */
  verifyUrl(): Promise<Delivery>;
  /** Asks the bot's sockets to reconnect, as Slack does about once an hour. */
  refreshSockets(reason?: "warning" | "refresh_requested"): void;
  /** How many Socket Mode connections are open. */
  readonly socketCount: number;
  /** Until nothing that was sent to the bot waits for its answer. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SlackPlatformOptions {
  clock?: Clock;
  port?: number;
  /** "off" for loads; otherwise changes to the defaults of rate-limits.ts. */
  rateLimits?: Partial<RateLimits> | "off";
  app?: Partial<SlackApp>;
  /** A stream dies this long after its start (default 300,000 ms) or after its last call (default 120,000 ms). */
  streams?: { lifeMs?: number; gapMs?: number };
  /** How long a trigger_id may be exchanged; default Slack's own 3,000 ms by a `clock` that is given, else 60,000. */
  triggerLifeMs?: number;
  /** How long the bot has to acknowledge, by the machine's own clock; default 60,000 ms, Slack's own is 3,000. */
  acknowledgeWithinMs?: number;
  /** Whether the bot is told of its own posts and edits, as Slack does; default true, false for loads. */
  ownMessageEvents?: boolean;
  /** Whether `calls` and `deliveries` are kept; default true, false for loads. */
  keepLogs?: boolean;
}

export interface SlackApp {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
  readonly verificationToken: string;
  /** For Socket Mode, `xapp-…`. */
  readonly appToken: string;
  /** What an installation is granted unless it says otherwise. */
  readonly scopes: readonly string[];
  /** The bot events subscribed to, as in a manifest: "app_mention", "message.channels", … */
  readonly events: readonly string[];
  /** Empty: any. */
  readonly redirectUrls: readonly string[];
  readonly tokenRotation: boolean;
}

export interface RateLimits {
  /** chat.postMessage, postEphemeral and startStream, per channel. */
  channelMessagesPerSecond: number;
  /** How many may come at once before the rate above holds. */
  channelBurst: number;
  /** The same calls, per workspace. */
  workspaceMessagesPerMinute: number;
  /** Calls of one method per minute and workspace, by Slack's tiers 1 to 4. */
  tiersPerMinute: readonly [number, number, number, number];
}

export interface Violation {
  readonly method: string;
  /** Slack's error code as it was answered, or "ratelimited". */
  readonly error: string;
  /** What was wrong, for people. */
  readonly detail: string;
  readonly team?: string;
}

export interface ApiCall {
  readonly method: string;
  readonly team: string | undefined;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The answer's `error`, or undefined where it was ok. */
  readonly error: string | undefined;
  readonly at: Date;
}

/** `url` serves all three unless one of the others is given. */
export type BotAddress =
  { url: string; eventsUrl?: string; interactivityUrl?: string; commandsUrl?: string } | { socket: true };

/** A request to the bot and its answer. */
export interface Delivery {
  readonly kind: "event" | "interactive" | "command" | "raw";
  /** `Ev…` for events. */
  readonly eventId: string | undefined;
  /** The event's, interaction's or command's type: "app_mention", "block_actions", "/expert". */
  readonly type: string;
  readonly team: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryNum: number | undefined;
  /** The HTTP status, 200 for a Socket Mode acknowledgement, 0 where the connection failed or time ran out. */
  readonly status: number | undefined;
  /** The answer's body, parsed where it is JSON. */
  readonly answer: unknown;
  readonly tookMs: number | undefined;
}

export interface Redelivery {
  /** Default 1. */
  times?: number;
  /** All at once instead of one after the other; default false. */
  parallel?: boolean;
  /** X-Slack-Retry-Num of the first; default 1, then counting. */
  retryNum?: number;
  /** Default "http_timeout". */
  reason?: "http_timeout" | "http_error" | "connection_failed" | "too_many_redirects" | "unknown_error";
}

export interface RawRequest {
  /** Which address of the bot; default "events". */
  to?: "events" | "interactivity" | "commands";
  body: string | Uint8Array;
  contentType?: string;
  /** The X-Slack-Request-Timestamp in seconds; default now; null leaves it out. */
  timestamp?: number | null;
  /** Default: the right one over `body` and `timestamp`; null leaves it out. */
  signature?: string | null;
  /** The secret to sign with; default the app's. */
  signingSecret?: string;
  headers?: Record<string, string>;
}

export interface Fault {
  method: string;
  times?: number;
  how: "http-500" | "ratelimited" | "close-connection" | "close-after-effect" | "delay" | "error";
  /** For "ratelimited", in seconds; default 1. */
  retryAfter?: number;
  /** For "delay"; default 1,000. */
  delayMs?: number;
  /** For "error": the code to answer; default "internal_error". */
  error?: string;
  /** Only calls for which this holds. */
  where?: (call: { team: string | undefined; arguments: Readonly<Record<string, unknown>> }) => boolean;
}

export interface Organisation {
  readonly id: string;
  readonly name: string;
  /** Installs the app for all workspaces of the organisation. */
  install(options?: InstallOptions): Installation;
}

export interface WorkspaceOptions {
  name: string;
  id?: string;
  domain?: string;
  organisation?: Organisation;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterpriseId: string | undefined;
  person(options: PersonOptions): Person;
  channel(options: ChannelOptions): Channel;
  /** The direct messages between a person and the bot, opened when first asked for. */
  dm(person: Person): Channel;
  install(options?: InstallOptions): Installation;
  /** What the app has here, own or by its organisation; undefined where it is not installed. */
  readonly installation: Installation | undefined;
  /** Revokes the bot's tokens and tells the bot (tokens_revoked). */
  revokeTokens(): Promise<readonly Delivery[]>;
  /** Removes the app and tells the bot (tokens_revoked and app_uninstalled, in no certain order). */
  uninstall(): Promise<readonly Delivery[]>;
}

export interface InstallOptions {
  scopes?: readonly string[];
  installer?: Person;
  /** Short-lived tokens with refresh tokens; default the app's setting. */
  tokenRotation?: boolean;
}

export interface Installation {
  /** The user id of the bot, so that it can be named among a channel's members. */
  readonly id: string;
  readonly appId: string;
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly isEnterpriseInstall: boolean;
  readonly botToken: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly scopes: readonly string[];
  readonly refreshToken: string | undefined;
  readonly expiresAt: Date | undefined;
}

export interface PersonOptions {
  name: string;
  email?: string;
  id?: string;
  /** Default true. */
  emailConfirmed?: boolean;
  /** A guest: multi-channel, or single-channel with "ultra". */
  restricted?: boolean | "ultra";
  /** Someone of another company, met in a Connect channel; `team` is theirs. */
  stranger?: boolean | { team: string };
  locale?: string;
  timeZone?: string;
  deleted?: boolean;
  bot?: boolean;
}

export interface ChannelOptions {
  name: string;
  id?: string;
  private?: boolean;
  /** A Connect channel, shared with another company. */
  shared?: boolean;
  archived?: boolean;
  members?: readonly { readonly id: string }[];
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  /** As conversations.members gives it, the bot included. */
  readonly members: readonly string[];
  /** Everything that all members see, oldest first, threads included, deleted messages left out. */
  messages(): readonly Message[];
  /** The parent and its replies, oldest first. */
  thread(ts: string): readonly Message[];
  message(ts: string): Message | undefined;
  /** What only this person sees here. */
  ephemerals(person: Person): readonly Message[];
  /** The status below a thread: assistant.threads.setStatus; undefined where there is none or its time is up. */
  status(threadTs: string): string | undefined;
  /** Every status that was set, in order, empty ones included. */
  statuses(threadTs: string): readonly string[];
  title(threadTs: string): string | undefined;
  suggestedPrompts(threadTs?: string): readonly { title: string; message: string }[];
  /** member_joined_channel and member_left_channel are sent for people and for the bot. */
  join(member: { readonly id: string }, invitedBy?: Person): Promise<readonly Delivery[]>;
  leave(member: { readonly id: string }): Promise<readonly Delivery[]>;
  archive(): void;
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly botId: string | undefined;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly blocks: readonly Record<string, unknown>[];
  readonly metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined;
  readonly files: readonly Record<string, unknown>[];
  readonly reactions: readonly { name: string; users: readonly string[] }[];
  /** Undefined for a message that was not streamed; "dead" where its time ran out before it was stopped. */
  readonly streaming: "streaming" | "stopped" | "dead" | undefined;
  readonly ephemeralTo: string | undefined;
  /** How often chat.update changed it. */
  readonly edits: number;
  /** What its buttons and menus are called: `action_id`s in order. */
  readonly actionIds: readonly string[];
}

export interface View {
  readonly id: string;
  readonly type: "modal" | "home";
  readonly callbackId: string;
  readonly title: string | undefined;
  readonly blocks: readonly Record<string, unknown>[];
  readonly privateMetadata: string;
  readonly hash: string;
  readonly actionIds: readonly string[];
}

export interface SharedFile {
  name: string;
  content: string | Uint8Array;
  mimetype?: string;
}

export interface SendOptions {
  threadTs?: string;
  files?: readonly SharedFile[];
}

/** A message that a person sent, and the requests that told the bot; `deliveries` is empty where it may not know. */
export interface Sent {
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly channel: string;
  readonly message: Message;
  readonly files: readonly Record<string, unknown>[];
  readonly deliveries: readonly Delivery[];
}

/** What a view_submission was answered, already carried out on the person's modals. */
export interface Submission {
  readonly delivery: Delivery;
  readonly responseAction: "update" | "push" | "clear" | "errors" | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string | undefined;
  /** Names the bot before the text: app_mention and the message event go out under two event ids. */
  mention(channel: Channel, text: string, options?: SendOptions): Promise<Sent>;
  message(channel: Channel, text: string, options?: SendOptions): Promise<Sent>;
  /** Writes to the bot in the direct messages with it. */
  dm(text: string, options?: SendOptions): Promise<Sent>;
  edit(message: Message, text: string): Promise<readonly Delivery[]>;
  delete(message: Message): Promise<readonly Delivery[]>;
  react(message: Message, name: string): Promise<readonly Delivery[]>;
  /** Its `answer` is what was said at once; what is said later to the response_url is among `ephemerals` or messages. */
  slash(command: string, text: string, channel: Channel): Promise<Delivery>;
  /**
   * Uses a button, menu or feedback control of a message, a modal or the home tab. `value` chooses among options or
   * feedback buttons, and is what is typed into an input.
   * @throws Error where the person would see no such control.
   */
  click(on: Message | View, actionId: string, value?: string): Promise<Delivery>;
  /** Sends a modal. `values` by action_id; what is left out keeps its initial value. */
  submit(view: View, values?: Readonly<Record<string, string | readonly string[]>>): Promise<Submission>;
  /** Closes a modal; view_closed is sent where the view asked for it. */
  dismiss(view: View): Promise<Delivery | undefined>;
  /** A message shortcut. */
  shortcut(message: Message, callbackId: string): Promise<Delivery>;
  globalShortcut(callbackId: string): Promise<Delivery>;
  openHome(tab?: "home" | "messages"): Promise<readonly Delivery[]>;
  /** The published home tab. */
  home(): View | undefined;
  /** The open modals, the topmost last. */
  modals(): readonly View[];
  /** Opens "Add to Slack" in a browser with cookies and approves, or denies, for a workspace or an organisation. */
  addToSlack(
    installUrl: string,
    options?: { organisation?: Organisation; deny?: boolean },
  ): Promise<{ status: number; url: string; text: string }>;
}
