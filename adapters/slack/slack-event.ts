/** A file of a message, as Slack names it. */
export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Answers with the file to the bot's token; null where Slack keeps the file from the bot. */
  readonly downloadUrl: string | null;
  readonly permalink: string | null;
}

export interface SlackMessageText {
  readonly ts: string;
  /** Null where the message stands in no thread yet. */
  readonly threadTs: string | null;
  /** In Slack's own format. */
  readonly text: string;
  readonly files: readonly SlackFile[];
}

/** Who did something, and where the bot heard of it. */
interface Origin {
  /** The workspace of the event; its organisation, where it has one. */
  readonly teamId: string;
  readonly organisationId: string | null;
  readonly userId: string;
  /** The workspace that the person belongs to: another one than the event's in a shared channel. */
  readonly userTeamId: string;
}

export type SlackChannelType = "channel" | "group" | "im" | "mpim";

/** What Slack told, as it lies in the inbox: only what the handlers need, and no token. */
export type SlackEvent =
  | (Origin & {
      readonly kind: "message";
      readonly channelId: string;
      /** Null where the event does not tell. */
      readonly channelType: SlackChannelType | null;
      readonly message: SlackMessageText;
      /**
       * Whether it is known to name the bot, or stands in a direct message. Otherwise it may be a follow-up in a thread,
       * or name the bot where Slack did not tell the bot's id.
       */
      readonly addressed: boolean;
    })
  | (Origin & {
      readonly kind: "command";
      /** What stands behind `/expert`. */
      readonly text: string;
      readonly channelId: string;
      readonly triggerId: string;
      readonly responseUrl: string;
    })
  | (Origin & {
      readonly kind: "shortcut";
      readonly callbackId: string;
      readonly channelId: string;
      readonly message: SlackMessageText & { readonly userId: string | null };
      readonly triggerId: string;
      readonly responseUrl: string;
    })
  | (Origin & {
      readonly kind: "click";
      readonly actionId: string;
      /** The button's value, or what was entered or chosen. */
      readonly value: string;
      readonly container: "message" | "ephemeral" | "home" | "modal";
      readonly channelId: string | null;
      readonly messageTs: string | null;
      readonly threadTs: string | null;
      readonly viewId: string | null;
      /** Every input of the view, by action id. */
      readonly values: Readonly<Record<string, string>>;
      readonly triggerId: string;
      readonly responseUrl: string | null;
    })
  | (Origin & {
      readonly kind: "form";
      readonly callbackId: string;
      readonly viewId: string;
      readonly privateMetadata: string;
      /** Every input, by action id. */
      readonly values: Readonly<Record<string, string>>;
      readonly triggerId: string;
    })
  | (Origin & { readonly kind: "home_opened"; readonly tab: "home" | "messages"; readonly channelId: string })
  /** What is remembered of who reads a channel is out of date. */
  | (Omit<Origin, "userId" | "userTeamId"> & { readonly kind: "readers_changed"; readonly channelId: string })
  | (Omit<Origin, "userId" | "userTeamId"> & { readonly kind: "person_changed"; readonly userId: string })
  | (Omit<Origin, "userId" | "userTeamId"> & {
      readonly kind: "installation_ended";
      readonly how: "tokens_revoked" | "app_uninstalled";
    });

/**
 * An event with what tells its repeats: Slack's event id, the place of a message that names the bot, or the trigger of a
 * click, command or form.
 */
export interface ParsedSlackEvent {
  readonly eventId: string;
  readonly event: SlackEvent;
}
