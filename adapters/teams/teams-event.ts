import type { TeamsPlaceKind } from "./thread-key.ts";

/** Where something happened in Teams. */
export interface TeamsPlaceOrigin {
  /** The Microsoft tenant (Entra) of the conversation: the workspace of installations and identities. */
  readonly msTenantId: string;
  /** Where the bot reaches this conversation: the very address that the validated token named, over https. */
  readonly serviceUrl: string;
  /** As Teams gave it: in a channel's thread with `;messageid=`. */
  readonly conversationId: string;
  readonly conversationType: TeamsPlaceKind;
  /** Teams' id of the team (`19:…`) and channel; null outside of channels. */
  readonly teamId: string | null;
  readonly channelId: string | null;
  /** The bot's own id there, `28:` and the app id. */
  readonly botId: string;
  /** BCP 47, as the person's Teams is set; null where it did not tell. */
  readonly locale: string | null;
}

export interface TeamsOrigin extends TeamsPlaceOrigin {
  /** The person's Entra object id; null where Teams left it out, as of anonymous guests of a meeting. */
  readonly userAadId: string | null;
  /** Teams' own id of the person (`29:…`): differs from bot to bot and is no identity. */
  readonly userId: string;
  /** As Teams shows it; empty where it did not tell. */
  readonly userName: string;
  /** The Microsoft tenant that the person belongs to: another one than the place's for guests and in shared channels. */
  readonly userMsTenantId: string;
  /** The message that this belongs to, as a card's for a click on it. */
  readonly replyToId: string | null;
}

/** A file or picture of a message. */
export interface TeamsFile {
  readonly name: string;
  /** A media type, or null where Teams tells only the name's ending. */
  readonly mediaType: string | null;
  /**
   * Where it is read. `link`: an address that opens without credentials for some minutes; `bot`: one of the bot service,
   * that wants the bot's token; `none`: Teams keeps it from the bot, as files of channels and group chats.
   */
  readonly access: "link" | "bot" | "none";
  readonly url: string | null;
}

export interface TeamsMessageText {
  readonly id: string;
  /** Plain text or Teams' Markdown; the bot's own name taken out, other people's left as words. */
  readonly text: string;
  readonly files: readonly TeamsFile[];
}

/** What a person did in Teams. Every variant lies in the inbox as JSON: only what the handlers need, and no token. */
export type PersonalTeamsEvent =
  | (TeamsOrigin & {
      readonly kind: "message";
      readonly message: TeamsMessageText;
      /** Whether it names the bot or stands in a personal chat. Otherwise it may be a follow-up in a channel's thread. */
      readonly addressed: boolean;
    })
  /** A button of a card: `Action.Execute`, or `Action.Submit` where the client knows no other. */
  | (TeamsOrigin & {
      readonly kind: "card_action";
      /** `Action.Execute`'s verb; of `Action.Submit` what its data names as `verb`. */
      readonly verb: string;
      /** The action's data and what was entered on the card, by id. */
      readonly values: Readonly<Record<string, string>>;
      /** The message with the card. */
      readonly messageId: string | null;
      /** How it was clicked: an `execute` waited for an answer, a `submit` did not. */
      readonly by: "execute" | "submit";
    })
  /** The feedback buttons below an answer, with what was written in their form. */
  | (TeamsOrigin & {
      readonly kind: "feedback";
      readonly reaction: "like" | "dislike";
      readonly values: Readonly<Record<string, string>>;
      readonly messageId: string | null;
    })
  /** The form of the message extension's action command was sent: ask about this message. */
  | (TeamsOrigin & {
      readonly kind: "message_action";
      readonly commandId: string;
      readonly values: Readonly<Record<string, string>>;
      /** The message that it is about; null where it was begun elsewhere. */
      readonly about: TeamsQuotedMessage | null;
    });

export type TeamsEvent =
  | PersonalTeamsEvent
  /** The bot came into a chat, group or team, or was brought up to date there. Told of twice by Teams, in two ways. */
  | (TeamsOrigin & {
      readonly kind: "installed";
      readonly told: "installation" | "members";
      readonly upgrade: boolean;
      readonly teamName: string | null;
    })
  | (TeamsOrigin & { readonly kind: "removed"; readonly told: "installation" | "members" })
  /** People came or went: what is remembered of who reads there is out of date. */
  | (TeamsOrigin & { readonly kind: "members_changed" })
  /** A team or channel was renamed, moved, shared, archived or deleted, as `eventType` of Teams tells. */
  | (TeamsOrigin & { readonly kind: "place_changed"; readonly eventType: string });

export interface TeamsQuotedMessage {
  readonly id: string;
  readonly text: string;
  /** Who wrote it; null where it was an app. */
  readonly fromAadId: string | null;
  /** As Teams shows it; null where it did not tell. */
  readonly fromName: string | null;
  readonly conversationId: string | null;
}

/** An event with what tells its repeats. */
export interface ParsedTeamsEvent {
  readonly eventId: string;
  readonly event: TeamsEvent;
}

/** What has to be answered with content at once, within five seconds: read, never stored. */
export type TeamsInquiry =
  /** The message extension's search command. */
  | (TeamsOrigin & {
      readonly kind: "search";
      readonly commandId: string;
      /** Empty where it was just opened. */
      readonly query: string;
      readonly skip: number;
      readonly count: number;
    })
  /** The form of the action command, about the message that it was opened on. */
  | (TeamsOrigin & {
      readonly kind: "open_message_action";
      readonly commandId: string;
      readonly about: TeamsQuotedMessage | null;
    })
  /** The form behind the feedback buttons. */
  | (TeamsOrigin & {
      readonly kind: "open_feedback";
      readonly reaction: "like" | "dislike";
      readonly messageId: string | null;
    })
  /** A card that asks for its present state (`refresh`, trigger `automatic`). */
  | (TeamsOrigin & {
      readonly kind: "refresh_card";
      readonly verb: string;
      readonly values: Readonly<Record<string, string>>;
      readonly messageId: string | null;
    });

/** An answer to an invoke: a status of HTTP and a body in the form of that invoke. */
export interface InvokeAnswer {
  readonly status: number;
  readonly body?: object;
}
