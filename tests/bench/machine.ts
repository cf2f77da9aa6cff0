import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findBinaries } from "../../adapters/embedded-postgres/binaries.ts";
import { percentile, rounded } from "./percentiles.ts";

/** Where figures come from: they mean nothing without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  /** Writing 8 KiB through to the disk of the data folders, median and 95th percentile. */
  readonly diskFsyncP50Ms: number;
  readonly diskFsyncP95Ms: number;
  readonly diskFreeGib: number;
  /** Runnable processes over the last minute: above `cores`, others took part of the machine. */
  readonly loadAverage: number;
  readonly node: string;
  readonly postgres: string;
  readonly date: string;
}

const gib = 2 ** 30;

export async function describeMachine(): Promise<Machine> {
  const processors = cpus();
  const fsync = await measureFsync();
  const disk = await statfs(tmpdir());
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGib: rounded(totalmem() / gib),
    diskFsyncP50Ms: rounded(percentile(fsync, 50), 2),
    diskFsyncP95Ms: rounded(percentile(fsync, 95), 2),
    diskFreeGib: rounded((disk.bavail * disk.bsize) / gib),
    loadAverage: rounded(loadavg()[0] ?? 0, 2),
    node: process.version,
    postgres: await postgresVersion(),
    date: new Date().toISOString(),
  };
}

const fsyncs = 100;
/** One page of PostgreSQL's write-ahead log. */
const pageBytes = 8_192;

async function measureFsync(): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), "expert-bench-disk-"));
  const file = await open(join(folder, "page"), "w");
  try {
    const page = Buffer.alloc(pageBytes, 1);
    const durations: number[] = [];
    for (let count = 0; count < fsyncs; count += 1) {
      const begin = performance.now();
      await file.write(page);
      await file.datasync();
      durations.push(performance.now() - begin);
    }
    return durations;
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function postgresVersion(): Promise<string> {
  const { postgres } = await findBinaries();
  const { stdout } = await promisify(execFile)(postgres, ["--version"]);
  return stdout.replace("postgres (PostgreSQL)", "").trim();
}
