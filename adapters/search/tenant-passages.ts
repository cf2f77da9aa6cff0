import type { DocumentId } from "../../core/ids.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";
import { Dictionary } from "./dictionary.ts";
import { Labels } from "./labels.ts";
import { chooseMerge, mergeSegments } from "./merge-segments.ts";
import { Pacer } from "./pacer.ts";
import { SegmentBuilder } from "./segment-builder.ts";
import { tokensOf, type Segment } from "./segment.ts";
import { ShownRecords } from "./shown-records.ts";
import { VectorGraphs } from "./vector-graphs.ts";
import type { Statistics } from "./word-scores.ts";

/** All passages that a document now has; none removes it. */
export interface DocumentPassages {
  readonly documentId: DocumentId;
  readonly passages: readonly IndexedPassage[];
}

interface Write {
  readonly documents: readonly DocumentPassages[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One tenant's passages in memory. Writes are collected into immutable segments beside what searches read and appear
 * in one step; segments are merged in the background.
 */
export class TenantPassages {
  readonly dictionary: Dictionary;
  readonly labels: Labels;
  readonly graphs: VectorGraphs;
  readonly shown = new ShownRecords();
  #segments: readonly Segment[] = [];
  #statistics: Statistics = { version: 0, passages: 0, bodyWords: 0, headWords: 0 };
  #waiting: Write[] = [];
  #writing: Promise<void> | null = null;
  /** Unset in the same step that finds nothing waiting, so that no write is left behind. */
  #busy = false;
  #tidying: Promise<void> | null = null;
  #graphing: Promise<void> | null = null;
  #closed = false;

  constructor(dictionary = new Dictionary(), labels = new Labels(), graphs = new VectorGraphs()) {
    this.dictionary = dictionary;
    this.labels = labels;
    this.graphs = graphs;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get statistics(): Statistics {
    return this.#statistics;
  }

  /** Replaces the documents' passages; later ones win. Visible to searches, all at once, when this resolves. */
  write(documents: readonly DocumentPassages[]): Promise<void> {
    const written = new Promise<void>((done, failed) => this.#waiting.push({ documents, done, failed }));
    if (!this.#busy) this.#writing = this.#writeAll();
    return written;
  }

  /** Takes over a segment as it was saved, with its removed passages. */
  async adopt(segment: Segment): Promise<void> {
    const pacer = new Pacer();
    this.#publish([], segment);
    for (let passage = 0; passage < segment.size; passage += 1)
      if (segment.live[passage] !== 1) {
        this.#forget(segment, passage);
        await pacer.pause();
      }
  }

  /** Ends background work; what is in memory stays searchable. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
    await this.#graphing;
  }

  /** Waits until nothing is being written or merged. */
  async settled(): Promise<void> {
    await this.#writing;
    await this.#tidying;
  }

  async #writeAll(): Promise<void> {
    this.#busy = true;
    const pacer = new Pacer();
    while (this.#waiting.length > 0) {
      const writes = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeTogether(writes, pacer);
        for (const write of writes) write.done();
      } catch (error) {
        for (const write of writes) write.failed(error);
      }
    }
    this.#busy = false;
    this.#tidying ??= this.#tidy().finally(() => (this.#tidying = null));
  }

  async #writeTogether(writes: readonly Write[], pacer: Pacer): Promise<void> {
    const latest = new Map<DocumentId, readonly IndexedPassage[]>();
    for (const write of writes)
      for (const { documentId, passages } of write.documents) latest.set(documentId, passages);
    const builder = new SegmentBuilder();
    for (const passages of latest.values())
      for (const passage of passages) {
        builder.addPassage(passage, this.dictionary, this.labels);
        await pacer.pause();
      }
    const segment = await builder.finish(pacer);
    this.#publish([...latest.keys()], segment);
  }

  #publish(replaced: readonly DocumentId[], segment: Segment): void {
    for (const document of replaced) this.#remove(document);
    if (segment.size === 0) return;
    for (let term = 0; term < segment.terms.length; term += 1)
      this.dictionary.count(
        segment.terms[term]!,
        segment.postingStarts[term + 1]! - segment.postingStarts[term]!,
      );
    const sum = (lengths: Uint32Array): number => lengths.reduce((all, length) => all + length, 0);
    this.#count(segment.size, sum(segment.bodyLengths), sum(segment.headLengths));
    this.#segments = [...this.#segments, segment];
  }

  #remove(document: DocumentId): void {
    for (const segment of this.#segments) {
      const start = segment.documentStarts.get(document);
      if (start === undefined) continue;
      for (let passage = start; segment.documents[passage] === document; passage += 1) {
        if (segment.live[passage] !== 1) continue;
        segment.live[passage] = 0;
        segment.liveCount -= 1;
        this.#forget(segment, passage);
      }
    }
  }

  /** Takes a passage out of the statistics. */
  #forget(segment: Segment, passage: number): void {
    for (const term of new Set(tokensOf(segment, passage))) this.dictionary.count(term, -1);
    this.#count(-1, -segment.bodyLengths[passage]!, -segment.headLengths[passage]!);
  }

  #count(passages: number, bodyWords: number, headWords: number): void {
    this.#statistics = {
      version: this.#statistics.version + 1,
      passages: this.#statistics.passages + passages,
      bodyWords: this.#statistics.bodyWords + bodyWords,
      headWords: this.#statistics.headWords + headWords,
    };
  }

  async #tidy(): Promise<void> {
    for (;;) {
      const chosen = this.#closed ? [] : chooseMerge(this.#segments);
      if (chosen.length === 0) break;
      const { merged, copyRemovals } = await mergeSegments(chosen, new Pacer());
      copyRemovals();
      const kept = this.#segments.filter((segment) => !chosen.includes(segment));
      this.#segments = merged.liveCount === 0 ? kept : [...kept, merged];
    }
    this.#graphing ??= this.#growGraphs().finally(() => (this.#graphing = null));
  }

  async #growGraphs(): Promise<void> {
    for (const segment of this.#segments) {
      const wanted = (): boolean => !this.#closed && this.#segments.includes(segment);
      await this.graphs.build(segment, wanted);
    }
  }
}
