import { connect, type Parts } from "../../adapters/connect.ts";
import { type Config, readConfig } from "../../adapters/config.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import { openTerminal, printJson, type Terminal, type TerminalOptions } from "./terminal.ts";

/** What a command tells the shell. */
export const exitCodes = { done: 0, failed: 1, notFound: 3, interrupted: 130 } as const;
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Runs one command to its end: its exit code, or its error in plain words and 1. */
export async function runCommand(
  options: TerminalOptions,
  command: (terminal: Terminal) => Promise<ExitCode>,
): Promise<void> {
  const terminal = openTerminal(options);
  let code: ExitCode;
  try {
    code = await command(terminal);
  } catch (error) {
    code = exitCodes.failed;
    explain(terminal, error);
  }
  // Whatever a library keeps open must not hold the shell; what is written goes out first.
  process.stdout.write("", () => process.exit(code));
}

function explain(terminal: Terminal, error: unknown): void {
  const known = asExpertError(error);
  terminal.note(known.message);
  if (known.remedy !== undefined) terminal.note(`What to do: ${known.remedy}`);
  if (known.code === "internal" && error instanceof Error) terminal.detail(error.stack ?? "");
  if (!terminal.json) return;
  const { code, message, remedy = null } = known;
  printJson(terminal, { error: { code, message, remedy } });
}

/** Any error as one of ours: a file that is missing or closed to us is the caller's to mend. */
export function asExpertError(error: unknown): ExpertError {
  if (isExpertError(error)) return error;
  const { code = "", path = "" } = Object(error) as Partial<NodeJS.ErrnoException>;
  const message = error instanceof Error ? error.message : String(error);
  if (path !== "" && ["ENOENT", "ENOTDIR"].includes(code)) {
    return new ExpertError("not_found", `There is no ${path}.`, { remedy: "Check the path.", cause: error });
  }
  if (path !== "" && ["EACCES", "EPERM", "EROFS"].includes(code)) {
    return new ExpertError("forbidden", `${path} may not be used by this account (${code}).`, {
      remedy: "Change its permissions, or run the command as the account that owns it.",
      cause: error,
    });
  }
  return new ExpertError("internal", `The command failed: ${message}`, {
    remedy: "Run it again with --verbose, and `npm run expert -- doctor` to see whether every part works.",
    cause: error,
  });
}

export interface ConnectedCommandOptions {
  /** Load the demo company into an empty embedded database, as the server would. */
  readonly demoCompany: boolean;
}

/** Joins the parts, beside a running server or without one, and closes them in order whatever happens. */
export async function withParts<T>(
  terminal: Terminal,
  { demoCompany }: ConnectedCommandOptions,
  work: (parts: Parts) => Promise<T>,
): Promise<T> {
  const given = readConfig();
  const config: Config = { ...given, DEMO_COMPANY: given.DEMO_COMPANY && demoCompany };
  const connecting = connect({ config, attach: true, onProgress: (step) => terminal.detail(`· ${step}`) });
  return await interruptible(
    terminal,
    async () => (await connecting).close(),
    async () => {
      const parts = await connecting;
      if (parts.connected.attached) terminal.detail("· a server runs on this data folder; working beside it");
      return await work(parts);
    },
  );
}

/**
 * Does the work and closes. Ctrl+C closes in order and ends the process: what was being done is in the database, and
 * goes on next time. A second one does not wait.
 */
export async function interruptible<T>(
  terminal: Terminal,
  close: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(exitCodes.interrupted);
    stopping = true;
    terminal.note("\nStopping …");
    const leave = (): void => process.exit(exitCodes.interrupted);
    close().then(leave, leave);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work();
  } finally {
    // Work whose parts are closed under it fails, or ends too early: neither is its outcome.
    if (stopping) await new Promise<never>(() => undefined);
    await close();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
