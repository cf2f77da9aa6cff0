/** A conversation as the bot reaches it. */
export interface TeamsPlace {
  /** As a validated token named it. */
  readonly serviceUrl: string;
  /** With `;messageid=` for a thread of a channel. */
  readonly conversationId: string;
}

/** What the bot sends: an activity of the Bot Framework, by its wire names. Entities pass as they are. */
export interface OutgoingActivity {
  readonly type: "message" | "typing";
  readonly text?: string;
  readonly textFormat?: "markdown" | "plain" | "xml";
  /** For notifications and lists, where there are cards alone. */
  readonly summary?: string;
  readonly attachments?: readonly TeamsAttachment[];
  readonly attachmentLayout?: "list" | "carousel";
  /** Streaming information, mentions, the AI label with citations. */
  readonly entities?: readonly TeamsEntity[];
  readonly channelData?: Readonly<Record<string, unknown>>;
}

export interface TeamsAttachment {
  readonly contentType: string;
  readonly content: object;
}

export interface TeamsEntity {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** A member of a chat, group or team, as the roster tells. */
export interface TeamsMember {
  /** Teams' own id, `29:…`. */
  readonly id: string;
  /** Entra object id; null for those without an account. */
  readonly aadObjectId: string | null;
  readonly name: string;
  readonly givenName: string | null;
  readonly email: string | null;
  readonly userPrincipalName: string | null;
  /** The Microsoft tenant that they belong to; null where Teams does not tell. */
  readonly msTenantId: string | null;
  /** `user`, `guest`, `owner`, `anonymous`, …; null where Teams does not tell. */
  readonly role: string | null;
}

export interface MembersPage {
  readonly members: readonly TeamsMember[];
  /** Null at the end. */
  readonly continuation: string | null;
}

/** A conversation that does not exist yet. */
export type NewConversation = { readonly serviceUrl: string } & (
  | /** The chat with a person; Teams gives the same one each time. */
    {
      readonly kind: "personal";
      /** Entra object id or `29:…`. */
      readonly userId: string;
    } /** A new thread in a channel, begun by the activity. */
  | { readonly kind: "channel"; readonly channelId: string; readonly activity: OutgoingActivity }
);

/**
 * The bot in one Microsoft tenant. Every call is made once and never repeated, and throws `ExpertError`s: `rate_limited`
 * with the fact `retryAfterMs`, `channel_refused` where Teams will not take it however often it is sent,
 * `channel_unavailable` where it may later. The facts `status` and `teamsError` hold what Teams said.
 */
export interface TeamsBot {
  readonly msTenantId: string;
  /** `28:` and the app id. */
  readonly botId: string;
  /** Posts an activity; gives its id, which is empty where Teams gave none, as for parts of a stream. */
  send(place: TeamsPlace, activity: OutgoingActivity): Promise<string>;
  update(place: TeamsPlace, activityId: string, activity: OutgoingActivity): Promise<void>;
  remove(place: TeamsPlace, activityId: string): Promise<void>;
  /** The id of the conversation, and of the activity where it begins with one. */
  createConversation(
    conversation: NewConversation,
  ): Promise<{ readonly conversationId: string; readonly activityId: string | null }>;
  /** At most 500 at a time; of a channel everyone in its team or, for a private or shared one, the channel. */
  members(place: TeamsPlace, continuation?: string): Promise<MembersPage>;
  /** One of them, by `29:…` or Entra object id; null where they are not there. */
  member(place: TeamsPlace, userId: string): Promise<TeamsMember | null>;
  /** The channels of a team; the one that every team has carries no name. */
  channels(
    serviceUrl: string,
    teamId: string,
  ): Promise<readonly { readonly id: string; readonly name: string | null; readonly type: string | null }[]>;
  /** Bytes of a picture in a message, which the bot service gives to the bot alone; stops beyond `limitBytes`. */
  download(url: string, limitBytes: number): Promise<Uint8Array>;
}

/** Bots by Microsoft tenant, without asking anybody. */
export interface TeamsClient {
  bot(msTenantId: string): TeamsBot;
}
