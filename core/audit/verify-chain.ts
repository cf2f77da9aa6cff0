import { createHash } from "node:crypto";

/** A seal and, in order, the text of each event that it covers. */
export interface SealedBatch {
  readonly number: number;
  readonly eventCount: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly events: readonly string[];
}

export interface ChainReport {
  readonly intact: boolean;
  readonly seals: number;
  readonly events: number;
  /** The newest hash: kept elsewhere, it proves later that nothing was cut off the end. */
  readonly head: string;
  readonly faults: readonly string[];
}

/** SHA-256 of the previous hash and the events' texts, each on its own line. */
export const sealHash = (previousHash: string, events: readonly string[]): string =>
  createHash("sha256")
    .update(`${previousHash}\n${events.join("\n")}`, "utf8")
    .digest("hex");

/** Recomputes a tenant's chain from its first seal to its last. */
export async function verifyChain(batches: AsyncIterable<SealedBatch>): Promise<ChainReport> {
  const faults: string[] = [];
  let head = "";
  let seals = 0;
  let events = 0;
  for await (const batch of batches) {
    seals += 1;
    events += batch.events.length;
    if (batch.number !== seals)
      faults.push(`seal ${String(seals)} is missing; found ${String(batch.number)}`);
    if (batch.previousHash !== head)
      faults.push(`seal ${String(batch.number)} does not follow the one before it`);
    if (batch.eventCount !== batch.events.length) {
      faults.push(
        `seal ${String(batch.number)} covers ${String(batch.eventCount)} events; ${String(batch.events.length)} are there`,
      );
    }
    if (sealHash(batch.previousHash, batch.events) !== batch.hash) {
      faults.push(`an event under seal ${String(batch.number)} was changed`);
    }
    head = batch.hash;
  }
  return { intact: faults.length === 0, seals, events, head, faults };
}
