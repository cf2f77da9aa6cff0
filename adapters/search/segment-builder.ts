import { analyzeText } from "../../core/text/analyze.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";
import type { DocumentId, PassageId } from "../../core/ids.ts";
import { gramKey, type Dictionary } from "./dictionary.ts";
import { Uint32List } from "./growable.ts";
import type { Labels } from "./labels.ts";
import type { Pacer } from "./pacer.ts";
import { packVectors, vectorOf } from "./passage-vectors.ts";
import { buildPostings } from "./postings.ts";
import { tokensOf, type Segment } from "./segment.ts";

/** What a hit shows, without its label (the segment has it). */
export type PassageRecord = Pick<
  IndexedPassage,
  "id" | "documentId" | "title" | "text" | "position" | "headingPath" | "page"
>;

/** Collects passages, new ones or those of older segments, into one new segment. */
export class SegmentBuilder {
  readonly #ids: PassageId[] = [];
  readonly #documents: DocumentId[] = [];
  readonly #documentStarts = new Map<DocumentId, number>();
  readonly #labels = new Uint32List();
  readonly #records: Buffer[] = [];
  readonly #tokens = new Uint32List();
  readonly #tokenStarts = new Uint32List();
  readonly #headTokens = new Uint32List();
  readonly #headLengths = new Uint32List();
  readonly #bodyLengths = new Uint32List();
  readonly #embeddings: (Float32Array | null)[] = [];

  addPassage(passage: IndexedPassage, dictionary: Dictionary, labels: Labels): void {
    const { id, documentId, title, text, position, headingPath, page } = passage;
    const record: PassageRecord = { id, documentId, title, text, position, headingPath, page };
    const head = analyzeText([...new Set([title, ...headingPath])].join("\n"));
    const body = analyzeText(text);
    this.#begin(id, documentId, labels.add(passage), passage.embedding);
    this.#records.push(Buffer.from(JSON.stringify(record)));
    this.#headTokens.push(head.terms.length + head.grams.length);
    this.#headLengths.push(head.length);
    this.#bodyLengths.push(body.length);
    for (const { terms, grams } of [head, body]) {
      for (const term of terms) this.#tokens.push(dictionary.add(term));
      for (const gram of grams) this.#tokens.push(dictionary.add(gramKey(gram)));
    }
  }

  addFromSegment(segment: Segment, passage: number): void {
    const vector = vectorOf(segment.vectors, passage);
    this.#begin(segment.ids[passage]!, segment.documents[passage]!, segment.labels[passage]!, vector);
    this.#records.push(
      segment.records.subarray(segment.recordStarts[passage], segment.recordStarts[passage + 1]),
    );
    this.#headTokens.push(segment.headTokens[passage]!);
    this.#headLengths.push(segment.headLengths[passage]!);
    this.#bodyLengths.push(segment.bodyLengths[passage]!);
    this.#tokens.append(tokensOf(segment, passage));
  }

  async finish(pacer: Pacer): Promise<Segment> {
    const size = this.#ids.length;
    this.#tokenStarts.push(this.#tokens.length);
    const forward = {
      size,
      tokens: await this.#tokens.toArray(pacer),
      tokenStarts: await this.#tokenStarts.toArray(pacer),
      headTokens: await this.#headTokens.toArray(pacer),
    };
    await pacer.pause();
    const postings = await buildPostings(forward, pacer);
    return {
      ...forward,
      ...postings,
      ids: this.#ids,
      documents: this.#documents,
      documentStarts: this.#documentStarts,
      labels: await this.#labels.toArray(pacer),
      headLengths: await this.#headLengths.toArray(pacer),
      bodyLengths: await this.#bodyLengths.toArray(pacer),
      live: new Uint8Array(size).fill(1),
      liveCount: size,
      ...(await this.#joinRecords(pacer)),
      vectors: packVectors(this.#embeddings),
      norms: null,
    };
  }

  #begin(id: PassageId, document: DocumentId, label: number, embedding: Float32Array | null): void {
    if (!this.#documentStarts.has(document)) this.#documentStarts.set(document, this.#ids.length);
    this.#ids.push(id);
    this.#documents.push(document);
    this.#labels.push(label);
    this.#tokenStarts.push(this.#tokens.length);
    this.#embeddings.push(embedding);
  }

  async #joinRecords(pacer: Pacer): Promise<{ records: Buffer; recordStarts: Uint32Array }> {
    const recordStarts = new Uint32Array(this.#records.length + 1);
    const bytes = this.#records.reduce((sum, record) => sum + record.length, 0);
    const records = Buffer.allocUnsafe(bytes);
    for (const [passage, record] of this.#records.entries()) {
      records.set(record, recordStarts[passage]);
      recordStarts[passage + 1] = recordStarts[passage]! + record.length;
      if (passage % 256 === 0) await pacer.pause();
    }
    return { records, recordStarts };
  }
}
