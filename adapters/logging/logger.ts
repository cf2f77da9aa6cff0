import pino from "pino";
import type { LogFacts, Logger } from "../../core/logger.ts";
import { redact } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One readable line per event, for a terminal; otherwise JSON lines, for machines. */
  readonly pretty: boolean;
  /** Where the lines go; standard error unless told, for standard output belongs to commands' results. */
  readonly write?: (line: string) => void;
}

/** Structured logs, with secrets taken out of facts and messages. */
export function createLogger({ level, pretty, write }: LoggerOptions): Logger {
  const destination = write ? { write } : pino.destination({ dest: 2, sync: true });
  const stream = pretty ? { write: (line: string) => void destination.write(toLine(line)) } : destination;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const log =
    (name: Exclude<LogLevel, "silent">) =>
    (message: string, facts: LogFacts = {}) => {
      if (!logger.isLevelEnabled(name)) return;
      logger[name](redact(withoutOwnNames(facts)) as object, String(redact(message)));
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

/** pino's own names would appear twice in a line: a fact of that name is kept under another. */
function withoutOwnNames(facts: LogFacts): LogFacts {
  const own = ["level", "time", "msg"].filter((name) => name in facts);
  if (own.length === 0) return facts;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [own.includes(name) ? `${name}_` : name, value]),
  );
}

/** A JSON line as people read it: `12:00:00 WARN  message  name=value`. */
function toLine(json: string): string {
  const { level, time, msg, ...facts } = JSON.parse(json) as Record<string, unknown>;
  const shown = Object.entries(facts)
    .filter(([, value]) => value !== null && value !== "")
    .map(
      ([name, value]) =>
        `${name}=${typeof value === "string" && !/\s/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(" ");
  const line = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}`;
  return `${shown === "" ? line : `${line}  ${shown}`}\n`;
}
