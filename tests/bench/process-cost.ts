import { readdir, readFile } from "node:fs/promises";

/** What processes have used so far. */
export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly residentMib: number;
}

/** Ticks per second of the times in /proc, which Linux fixes for programs at 100 (proc_pid_stat(5), USER_HZ). */
const ticksPerSecond = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly ticksOfEndedChildren: number;
}

/** A process by itself; null where there is no /proc, or no such process. */
export async function costOf(pid: number): Promise<ProcessCost | null> {
  const stat = await readStat(pid);
  return stat && { cpuSeconds: stat.ticks / ticksPerSecond, residentMib: await readResident(pid) };
}

/** Everything that a process has started, and what that has started; children that ended count with their parent. */
export async function costOfDescendants(pid: number): Promise<ProcessCost | null> {
  const names = await readdir("/proc").catch(() => []);
  const stats = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => readStat(Number(name))),
  );
  const known = stats.filter((stat) => stat !== null);
  if (!known.some((stat) => stat.pid === pid)) return null;
  const family = new Set([pid]);
  for (const member of family) {
    for (const stat of known) if (stat.parent === member) family.add(stat.pid);
  }
  family.delete(pid);
  const descendants = known.filter((stat) => family.has(stat.pid));
  const ticks = descendants.reduce((sum, stat) => sum + stat.ticks + stat.ticksOfEndedChildren, 0);
  const resident = await Promise.all(descendants.map((stat) => readResident(stat.pid)));
  return { cpuSeconds: ticks / ticksPerSecond, residentMib: resident.reduce((sum, mib) => sum + mib, 0) };
}

async function readStat(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name in brackets may hold spaces: fields are counted from behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    ticks: field(14) + field(15),
    ticksOfEndedChildren: field(16) + field(17),
  };
}

/** Memory of its own in MiB: pages that are shared with others, as PostgreSQL's are, count once for each by share. */
async function readResident(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1_024;
}
