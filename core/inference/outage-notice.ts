import type { LogFacts, Logger } from "../logger.ts";

/** Tells of an outage once, and once that it is over, however many questions meet it. */
export interface OutageNotice {
  away(what: string, facts: LogFacts): void;
  back(what: string): void;
}

export function createOutageNotice(logger: Logger): OutageNotice {
  const out = new Set<string>();
  return {
    away(what, facts) {
      if (out.has(what)) {
        logger.debug(`${what} is still away`, facts);
        return;
      }
      out.add(what);
      logger.warn(`${what} is away; questions are answered without it`, facts);
    },
    back(what) {
      if (out.delete(what)) logger.warn(`${what} is back`);
    },
  };
}
