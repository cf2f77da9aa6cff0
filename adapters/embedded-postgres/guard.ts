import { spawn } from "node:child_process";
import { Socket } from "node:net";

export interface Guard {
  /** Ends the guard without touching the server. */
  dismiss(): void;
}

/**
 * `read` returns with a line when dismissed, and with the end of the pipe when this process is
 * gone, however it died. Then the pid is signalled only if it still owns the cluster's
 * postmaster.pid, so that a number given to another process is left alone. INT is PostgreSQL's fast shutdown: commits
 * that had not waited for the disk are written before it ends.
 */
const script = `
if read -r word; then exit 0; fi
read -r owner < "$2" || exit 0
if [ "$owner" = "$1" ]; then kill -INT "$1"; fi
`;

/** Starts a small process that outlives this one by an instant, to stop the server with it. */
export function guardServer(serverPid: number, pidFile: string): Guard {
  const guard = spawn("/bin/sh", ["-c", script, "expert-database-guard", String(serverPid), pidFile], {
    // A session of its own: a Ctrl-C in the terminal must not take the guard.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
  });
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    dismiss: () => void guard.stdin.end("dismissed\n"),
  };
}
