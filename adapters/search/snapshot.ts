import { z } from "zod";
import { sensitivities } from "../../core/identity/access.ts";
import type { DepartmentId, DocumentId, PassageId, TenantId } from "../../core/ids.ts";
import { analyzerVersion } from "../../core/text/analyze.ts";
import { Dictionary } from "./dictionary.ts";
import { Labels } from "./labels.ts";
import { Pacer } from "./pacer.ts";
import type { Segment } from "./segment.ts";
import { readSnapshotFile, writeSnapshotFile } from "./snapshot-file.ts";
import { decodeStrings, encodeStrings } from "./string-section.ts";
import { TenantPassages } from "./tenant-passages.ts";

const headerSchema = z.object({
  tenant: z.string(),
  analyzerVersion: z.number(),
  icuVersion: z.string(),
  feedVersion: z.number().int().nonnegative(),
  labels: z.array(
    z.object({
      departmentId: z.string(),
      sensitivity: z.enum(sensitivities),
      readers: z.array(z.string()).nullable(),
    }),
  ),
  segments: z.array(z.object({ size: z.number(), dimensions: z.number() })),
});

const sectionsPerSegment = 17;

/** Writes the tenant's passages as they are now, good for the feed's version given. */
export async function saveSnapshot(
  path: string,
  tenant: TenantId,
  passages: TenantPassages,
  feedVersion: number,
): Promise<void> {
  const { segments, dictionary, labels } = passages;
  const header: z.infer<typeof headerSchema> = {
    tenant,
    analyzerVersion,
    icuVersion: process.versions["icu"] ?? "",
    feedVersion,
    labels: labels.all.map(({ departmentId, sensitivity, readers }) => ({
      departmentId,
      sensitivity,
      readers: readers === null ? null : [...readers],
    })),
    segments: segments.map(({ size, vectors }) => ({ size, dimensions: vectors?.dimensions ?? 0 })),
  };
  // What changes later is read now, in one step; the rest only grows or stays as it is.
  const termCount = dictionary.size;
  const lives = segments.map((segment) => segment.live.slice());
  const pacer = new Pacer();
  const sections = [await encodeStrings(dictionary.terms, termCount, pacer)];
  for (const [index, segment] of segments.entries())
    sections.push(...(await encodeSegment(segment, lives[index]!, pacer)));
  await writeSnapshotFile(path, { header, sections });
}

/**
 * Null where there is none, or where it was made by another analyser. Throws where the file is damaged: then, too,
 * the index is rebuilt from its feed.
 */
export async function loadSnapshot(
  path: string,
  tenant: TenantId,
): Promise<{ passages: TenantPassages; feedVersion: number } | null> {
  const content = await readSnapshotFile(path);
  if (content === null) return null;
  const header = headerSchema.parse(content.header);
  const made = header.analyzerVersion === analyzerVersion && header.icuVersion === process.versions["icu"];
  if (!made || header.tenant !== tenant) return null;
  const [terms, ...sections] = content.sections;
  if (terms === undefined || sections.length !== header.segments.length * sectionsPerSegment)
    throw new Error("snapshot lacks sections");

  const pacer = new Pacer();
  const dictionary = new Dictionary();
  for (const term of await decodeStrings(terms, pacer)) {
    dictionary.add(term);
    if (dictionary.size % 1024 === 0) await pacer.pause();
  }
  const labels = new Labels();
  for (const label of header.labels)
    labels.add({ ...label, departmentId: label.departmentId as DepartmentId });
  const passages = new TenantPassages(dictionary, labels);
  for (const [index, { size, dimensions }] of header.segments.entries()) {
    const own = sections.slice(index * sectionsPerSegment, (index + 1) * sectionsPerSegment);
    await passages.adopt(await decodeSegment(own, size, dimensions, pacer));
    await pacer.pause();
  }
  return { passages, feedVersion: header.feedVersion };
}

async function encodeSegment(segment: Segment, live: Uint8Array, pacer: Pacer): Promise<Uint8Array[]> {
  const { ids, documentStarts } = segment;
  return [
    await encodeStrings(ids, ids.length, pacer),
    await encodeStrings(documentStarts.keys(), documentStarts.size, pacer),
    asBytes(Uint32Array.from(segment.documentStarts.values())),
    asBytes(segment.labels),
    live,
    segment.records,
    asBytes(segment.recordStarts),
    asBytes(segment.tokens),
    asBytes(segment.tokenStarts),
    asBytes(segment.headTokens),
    asBytes(segment.headLengths),
    asBytes(segment.bodyLengths),
    asBytes(segment.terms),
    asBytes(segment.postingStarts),
    asBytes(segment.postings),
    asBytes(segment.counts),
    encodeVectors(segment),
  ];
}

async function decodeSegment(
  sections: readonly Uint8Array[],
  size: number,
  dimensions: number,
  pacer: Pacer,
): Promise<Segment> {
  const part = (index: number): Uint8Array => sections[index]!;
  const numbers = (index: number): Uint32Array => new Uint32Array(part(index).buffer);
  const ids = (await decodeStrings(part(0), pacer)) as PassageId[];
  const names = (await decodeStrings(part(1), pacer)) as DocumentId[];
  const starts = numbers(2);
  const documentStarts = new Map<DocumentId, number>();
  const documents: DocumentId[] = [];
  for (const [index, name] of names.entries()) {
    documentStarts.set(name, starts[index]!);
    while (documents.length < (starts[index + 1] ?? size)) documents.push(name);
    if (index % 1024 === 0) await pacer.pause();
  }
  const live = part(4);
  const vectors = part(16);
  const rowBytes = size * dimensions * Float32Array.BYTES_PER_ELEMENT;
  return {
    size,
    ids,
    documents,
    documentStarts,
    labels: numbers(3),
    live,
    liveCount: live.reduce((sum, one) => sum + one, 0),
    records: Buffer.from(part(5).buffer),
    recordStarts: numbers(6),
    tokens: numbers(7),
    tokenStarts: numbers(8),
    headTokens: numbers(9),
    headLengths: numbers(10),
    bodyLengths: numbers(11),
    terms: numbers(12),
    postingStarts: numbers(13),
    postings: numbers(14),
    counts: new Uint16Array(part(15).buffer),
    vectors:
      dimensions === 0
        ? null
        : {
            dimensions,
            rows: new Float32Array(vectors.buffer, 0, size * dimensions),
            present: new Uint8Array(vectors.buffer, rowBytes, size),
          },
    norms: null,
  };
}

function encodeVectors({ vectors }: Segment): Uint8Array {
  return vectors === null ? new Uint8Array() : Buffer.concat([asBytes(vectors.rows), vectors.present]);
}

const asBytes = (array: Uint32Array | Uint16Array | Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
