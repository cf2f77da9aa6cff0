import type { PassageRecord } from "./segment-builder.ts";
import type { Segment } from "./segment.ts";

/** Characters of the texts kept: a few megabytes of memory per tenant at most. */
const keptCharacters = 2_000_000;

/** The passages of one tenant that were shown, decoded: the same ones are found again and again. */
export class ShownRecords {
  #bySegment = new WeakMap<Segment, Map<number, PassageRecord>>();
  #characters = 0;

  read(segment: Segment, passage: number): PassageRecord {
    const known = this.#bySegment.get(segment)?.get(passage);
    if (known !== undefined) return known;
    const record = decode(segment, passage);
    this.#characters += record.text.length;
    if (this.#characters > keptCharacters) {
      this.#bySegment = new WeakMap();
      this.#characters = record.text.length;
    }
    const shown = this.#bySegment.get(segment) ?? new Map<number, PassageRecord>();
    this.#bySegment.set(segment, shown.set(passage, record));
    return record;
  }
}

function decode({ records, recordStarts }: Segment, passage: number): PassageRecord {
  const json = records.toString("utf8", recordStarts[passage], recordStarts[passage + 1]);
  return JSON.parse(json) as PassageRecord; // written by SegmentBuilder; a snapshot's checksum covers it
}
