/** The embeddings of a segment's passages, one row each; a passage without one has a row of zeros. */
export interface PassageVectors {
  readonly dimensions: number;
  readonly rows: Float32Array;
  readonly present: Uint8Array;
}

/** Rows of the one dimension that the last embedding has; embeddings of another (an older model's) are left out. */
export function packVectors(embeddings: readonly (Float32Array | null)[]): PassageVectors | null {
  const dimensions = embeddings.findLast((embedding) => embedding !== null)?.length ?? 0;
  if (dimensions === 0) return null;
  const rows = new Float32Array(embeddings.length * dimensions);
  const present = new Uint8Array(embeddings.length);
  embeddings.forEach((embedding, passage) => {
    if (embedding?.length !== dimensions) return;
    rows.set(embedding, passage * dimensions);
    present[passage] = 1;
  });
  return { dimensions, rows, present };
}

export function vectorOf(vectors: PassageVectors | null, passage: number): Float32Array | null {
  if (vectors === null || vectors.present[passage] !== 1) return null;
  return vectors.rows.subarray(passage * vectors.dimensions, (passage + 1) * vectors.dimensions);
}

/** Cosine similarity; both are of unit length, so it is their inner product. */
export function similarity(vectors: PassageVectors, passage: number, query: Float32Array): number {
  const { rows, dimensions } = vectors;
  const start = passage * dimensions;
  let first = 0;
  let second = 0;
  let at = 0;
  for (; at + 1 < dimensions; at += 2) {
    first += rows[start + at]! * query[at]!;
    second += rows[start + at + 1]! * query[at + 1]!;
  }
  if (at < dimensions) first += rows[start + at]! * query[at]!;
  return first + second;
}
