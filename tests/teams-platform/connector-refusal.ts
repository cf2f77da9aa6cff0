/** A call that the connector refuses: `{"error":{"code","message"}}`. */
export class ConnectorRefusal extends Error {
  readonly status: number;
  readonly code: string;
  /** In seconds. */
  readonly retryAfter: number | undefined;
  /** Whether it is this machine's doing, and not the bot's. */
  readonly excused: boolean;

  constructor(status: number, code: string, message: string, retryAfter?: number, excused = false) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.excused = excused;
  }
}

/**
 * Codes and words of
 * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/build-conversational-capability and
 * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux#error-codes
 */
export const refusals = {
  syntax: (detail: string) => new ConnectorRefusal(400, "BadSyntax", detail),
  argument: (detail: string) => new ConnectorRefusal(400, "BadArgument", detail),
  unauthorized: () =>
    new ConnectorRefusal(401, "Unauthorized", "Authorization has been denied for this request."),
  notInRoster: () =>
    new ConnectorRefusal(
      403,
      "BotNotInConversationRoster",
      "The bot is not part of the conversation roster.",
    ),
  notInstalled: () =>
    new ConnectorRefusal(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope"),
  notOwn: () =>
    new ConnectorRefusal(403, "NotEnoughPermissions", "The bot may only change its own messages."),
  noConversation: () => new ConnectorRefusal(404, "ConversationNotFound", "Conversation not found."),
  noActivity: () => new ConnectorRefusal(404, "ActivityNotFoundInConversation", "Conversation not found."),
  tooBig: (detail: string) =>
    new ConnectorRefusal(413, "MessageSizeTooBig", `Message size too large. (${detail})`),
  throttled: (seconds: number, excused: boolean) =>
    new ConnectorRefusal(429, "Throttled", "Too many requests.", seconds, excused),
  stream: (message: string) => new ConnectorRefusal(403, "ContentStreamNotAllowed", message),
} as const;
