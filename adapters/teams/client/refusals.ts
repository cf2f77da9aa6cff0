interface Refusal {
  readonly what: string;
  readonly remedy?: string;
}

const notThere: Refusal = {
  what: "The bot is not in this team or chat any more.",
  remedy: "Add the app to the team or chat in Teams.",
};
const gone: Refusal = { what: "The conversation or message does not exist any more." };
const streamEnded: Refusal = { what: "Teams takes no more of this stream." };
const tooLong: Refusal = { what: "The message is longer than Teams takes." };

/** What Teams will not take however often it is sent, by its own word (learn.microsoft.com, bots' errors and limits). */
const byCode: Readonly<Record<string, Refusal>> = {
  BotNotInConversationRoster: notThere,
  BotDisabledByAdmin: {
    what: "The administrator of Teams has blocked the app.",
    remedy: "Allow it in the Teams admin center, Manage apps.",
  },
  MessageWritesBlocked: {
    what: "The person has blocked the bot or taken it out.",
    remedy: "They unblock it in their chat with the bot, or add the app anew.",
  },
  ConversationBlockedByUser: {
    what: "The person has blocked the bot.",
    remedy: "They unblock it in their chat with the bot.",
  },
  ForbiddenOperationException: {
    what: "The app is not installed for this person.",
    remedy: "Let them add the app, or install it for everyone in the Teams admin center, Setup policies.",
  },
  ContentStreamNotAllowed: streamEnded,
  ConversationNotFound: gone,
  ActivityNotFoundInConversation: gone,
  ThreadNotFound: gone,
  MessageSizeTooBig: tooLong,
  RequestEntityTooLarge: tooLong,
};

const byStatus: Readonly<Record<number, Refusal>> = {
  401: {
    what: "Teams does not accept the bot's token.",
    remedy:
      "See that TEAMS_APP_ID is the app of the bot in Azure, and TEAMS_APP_TYPE and its tenant are right.",
  },
  403: notThere,
  404: gone,
  413: tooLong,
};

const other: Refusal = { what: "Teams refuses what it was sent." };

export const refusals = { byCode, byStatus, other };
