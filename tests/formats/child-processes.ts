import { readdirSync, readFileSync } from "node:fs";

const fieldOf = (pid: number | string, field: string): number => {
  try {
    return Number(
      new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0,
    );
  } catch {
    return 0;
  }
};

/** Processes started by `parent`; empty on systems without /proc. */
export function childrenOf(parent: number): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && fieldOf(entry, "PPid") === parent)
      .map(Number);
  } catch {
    return [];
  }
}

/** Most resident memory that the process ever had, in MB. */
export const peakMemoryMb = (pid: number): number => fieldOf(pid, "VmHWM") / 1024;

/** Seconds of a processor that it has used, a hundredth exactly; 0 where it is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // proc(5): after the name in parentheses comes field 3; fields 14 and 15 are the ticks, a hundred a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Whether the process runs: a zombie, whose parent has not yet asked for its status, does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}

/** Polls every 20 ms. Returns whether the condition came true in time. */
export async function becomes(condition: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}
