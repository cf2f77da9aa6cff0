import { type Logger as SdkLogger, LogLevel } from "@slack/web-api";
import type { Logger } from "../../../core/logger.ts";

/** Longest part of an SDK's line that is kept, in characters. */
const lineLimit = 500;

/**
 * The Slack SDK's log in ours. Its debug lines hold whole payloads, which are people's words, and are dropped; its
 * errors are warnings here, since whoever called it reports what they mean.
 */
export function createSdkLogger(logger: Logger): SdkLogger {
  const warn = (...parts: unknown[]): void => {
    const line = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
    logger.warn("the Slack SDK reports a problem", { line: line.slice(0, lineLimit) });
  };
  return {
    debug() {},
    info() {},
    warn,
    error: warn,
    getLevel: () => LogLevel.WARN,
    setLevel() {},
    setName() {},
  };
}
