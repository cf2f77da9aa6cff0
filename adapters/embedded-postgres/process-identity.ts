import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { systemErrorCode } from "./system-error.ts";

const run = promisify(execFile);

/**
 * When the process was born, as an opaque text: with the pid it names one process for ever, while
 * a pid alone is given again. Null where no such process lives (a zombie does not).
 */
export async function birthOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat !== null) {
      // proc(5): after the name in parentheses comes field 3, the state; field 22 is the start in ticks.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? null : `${fields[19] ?? ""} ticks`;
    }
    // Under hidepid a living process of another account has no entry.
    return signalReaches(pid) ? "unknown" : null;
  }
  const { stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  const [state, ...birth] = stdout.trim().split(/\s+/);
  return !state || state.startsWith("Z") ? null : birth.join(" ");
}

/** The command line of a living process, its words separated by spaces; empty where it cannot be read. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return words.replaceAll("\0", " ").trim();
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim();
}

/** Names the space in which a pid has a meaning: this host since its boot, or one container. */
export async function pidSpace(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const container = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), boot.trim(), container].join(" ").trim();
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}
