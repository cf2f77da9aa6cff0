import { ExpertError } from "../../core/errors.ts";
import type { ExtractedText, ExtractionInput, TextExtractor } from "../../core/knowledge/text-extractor.ts";
import type { Logger } from "../../core/logger.ts";
import { startChild, type ChildOutcome, type ExtractionChild } from "./extraction-child.ts";
import { limits } from "./limits.ts";
import { refuse, refuseCorrupt, refuseEmpty, refuseTooComplex } from "./refusal.ts";

export interface TextExtractorOptions {
  /** Time for one file, after which its process is killed. Default 10,000. */
  readonly timeoutMs?: number;
  /** Resident memory of one process. Default 512. */
  readonly memoryLimitMb?: number;
  /** Processes at most; they are started as files arrive and kept. Default 1. */
  readonly concurrency?: number;
  readonly logger?: Logger;
  /** Another entry for the child process, for tests of its failures. */
  readonly entry?: URL;
}

interface Job {
  readonly input: ExtractionInput;
  readonly resolve: (extracted: ExtractedText) => void;
  readonly reject: (error: ExpertError) => void;
}

/** A process is replaced after this many files, so that nothing that a parser leaks adds up. */
const filesPerProcess = 500;

/**
 * The TextExtractor that reads each file in a child process without network, environment or write access.
 * Files wait in order while all processes are busy. A process that crashes, hangs or grows too large takes
 * down its own file only.
 */
export function createTextExtractor(options: TextExtractorOptions = {}): TextExtractor {
  const { timeoutMs = 10_000, memoryLimitMb = 512, concurrency = 1, logger } = options;
  const entry =
    options.entry ??
    new URL(import.meta.url.endsWith(".ts") ? "./child-main.ts" : "./child-main.js", import.meta.url);
  const waiting: Job[] = [];
  const idle: ExtractionChild[] = [];
  const busy = new Set<Promise<void>>();
  const children = new Set<ExtractionChild>();
  let nextId = 1;
  let closed = false;

  const warmChild = async (): Promise<ExtractionChild> => {
    for (let child = idle.pop(); child !== undefined; child = idle.pop()) {
      if (child.alive) return child;
      children.delete(child);
    }
    const child = await startChild({ entry, memoryLimitMb });
    children.add(child);
    return child;
  };

  const release = async (child: ExtractionChild): Promise<void> => {
    const grown = child.alive && (await child.residentMb()) > memoryLimitMb / 2;
    if (child.alive && !grown && !closed && child.files < filesPerProcess) {
      idle.push(child);
      return;
    }
    children.delete(child);
    await child.stop();
  };

  const attempt = async (input: ExtractionInput, withinMs: number): Promise<ChildOutcome> => {
    const child = await warmChild();
    const reused = child.files > 0;
    const started = performance.now();
    const outcome = await child.run({ id: nextId++, ...input }, withinMs);
    await release(child);
    if (outcome.kind !== "crashed" || !reused || closed) return outcome;
    // A process may die of what an earlier file left behind: this file gets a fresh one, for the time that is left.
    return attempt(input, Math.max(1, withinMs - (performance.now() - started)));
  };

  const run = async ({ input, resolve, reject }: Job): Promise<void> => {
    try {
      const started = performance.now();
      const outcome = closed ? null : await attempt(input, timeoutMs);
      if (outcome === null) reject(closing());
      else if (outcome.kind === "extracted") resolve(outcome.extracted);
      else {
        // A refusal is the document's own fault, and its owner is told; anything else is worth an operator's look.
        logger?.[outcome.kind === "refused" ? "info" : "warn"]("document not read", {
          outcome: outcome.kind,
          milliseconds: Math.round(performance.now() - started),
        });
        reject(closed ? closing() : errorOf(outcome, timeoutMs));
      }
    } catch (error) {
      // Ending the program also ends a process that is still starting.
      const failure = new ExpertError("internal", "The process that reads documents could not be started.", {
        cause: error,
      });
      reject(closed ? closing() : failure);
    }
  };

  const pump = (): void => {
    while (busy.size < concurrency) {
      const job = waiting.shift();
      if (job === undefined) return;
      const running = run(job).finally(() => {
        busy.delete(running);
        pump();
      });
      busy.add(running);
    }
  };

  return {
    extract: ({ name, content }) =>
      new Promise((resolve, reject) => {
        if (closed) reject(closing());
        else if (content.length === 0) reject(refuseEmpty());
        else if (content.length > limits.fileBytes)
          reject(refuseTooComplex(`The file is larger than ${limits.fileBytes / 1024 / 1024} MB.`));
        else {
          waiting.push({ input: { name, content }, resolve, reject });
          pump();
        }
      }),
    close: async () => {
      closed = true;
      await Promise.all([...children].map((child) => child.stop()));
      await Promise.all(busy);
      children.clear();
    },
  };
}

const closing = (): ExpertError =>
  new ExpertError("cancelled", "The file was not read: the program is ending.");

function errorOf(outcome: Exclude<ChildOutcome, { kind: "extracted" }>, timeoutMs: number): ExpertError {
  switch (outcome.kind) {
    case "refused":
      return refuse(outcome.refusal.code, outcome.refusal.message, outcome.refusal.remedy);
    case "timeout":
      return refuseTooComplex(`Reading the file took longer than ${timeoutMs / 1000} seconds.`);
    case "memory":
      return refuseTooComplex("Reading the file took too much memory.");
    case "crashed":
      return refuseCorrupt("The file is damaged in a way that stopped its reader.");
  }
}
