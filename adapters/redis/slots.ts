import { createHash } from "node:crypto";

/**
 * A fixed number of places in Redis, so that a cache there never grows beyond them, whatever Redis does when its memory is
 * full: the queue beside it forbids Redis to throw anything away. Each name has one place, and whatever was there before
 * makes room. A value carries the digest of its name, and only whoever asks by that name gets it.
 */
export interface Slots {
  keyOf(name: string): string;
  /** The value as it is written. */
  pack(name: string, value: Uint8Array): Buffer;
  /** Null where the place is empty or holds another name's. */
  unpack(name: string, stored: Buffer | null | undefined): Buffer | null;
}

const digestBytes = 32;
const digestOf = (name: string): Buffer => createHash("sha256").update(name, "utf8").digest();

export const createSlots = (prefix: string, number: number): Slots => ({
  keyOf: (name) => `${prefix}:${String(digestOf(name).readUInt32BE(0) % number)}`,
  pack: (name, value) => Buffer.concat([digestOf(name), value]),
  unpack(name, stored) {
    if (!stored || !stored.subarray(0, digestBytes).equals(digestOf(name))) return null;
    return stored.subarray(digestBytes);
  },
});
