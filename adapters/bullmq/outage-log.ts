import type { Logger } from "../../core/logger.ts";

/** Logs an outage once, then at most once a minute, and its end: a store that is down fails thousands of times. */
export interface OutageLog {
  failed(error: unknown): void;
  recovered(): void;
}

const repeatAfterMs = 60_000;

export function createOutageLog(logger: Logger, what: string): OutageLog {
  let loggedAt: number | null = null;
  let unlogged = 0;
  return {
    failed(error) {
      const now = Date.now();
      if (loggedAt !== null && now - loggedAt < repeatAfterMs) {
        unlogged += 1;
        return;
      }
      logger.error(`${what} is failing`, {
        error: error instanceof Error ? error.message : String(error),
        unlogged,
      });
      loggedAt = now;
      unlogged = 0;
    },
    recovered() {
      if (loggedAt === null) return;
      logger.info(`${what} works again`, { unlogged });
      loggedAt = null;
      unlogged = 0;
    },
  };
}
