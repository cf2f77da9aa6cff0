import { LogLevel, WebClient } from "@slack/web-api";
import type { SlackPlatform } from "./slack-platform.ts";

/** The real client, pointed at the local Slack: no retries, nothing logged for refusals that a test wants. */
export const quietClient = (platform: Pick<SlackPlatform, "apiUrl">, token: string): WebClient =>
  new WebClient(token, {
    slackApiUrl: platform.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: () => {},
      setLevel: () => {},
      getLevel: () => LogLevel.ERROR,
      setName: () => {},
    },
  });
