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
