import { similarity } from "./passage-vectors.ts";
import type { Segment } from "./segment.ts";
import type { VectorGraphs } from "./vector-graphs.ts";

export interface Neighbour {
  readonly passage: number;
  readonly similarity: number;
}

/** Fewer readable passages than this are compared one by one: it costs less than a filtered graph search, and is exact. */
const exactBelow = 10_000;
/** A graph is asked for this many times the limit at first; it cannot filter by itself. */
const firstOversampling = 4;

/**
 * The readable passages of a segment that are nearest to the query: exactly, where few are readable or no graph is
 * ready, else by its graph, asked for more and more until enough of its answers are readable.
 */
export function nearest(
  segment: Segment,
  query: Float32Array,
  readable: (passage: number) => boolean,
  limit: number,
  graphs: VectorGraphs,
): Neighbour[] {
  const { vectors } = segment;
  if (vectors === null || vectors.dimensions !== query.length) return [];
  const graph = graphs.of(segment);
  if (graph !== null) {
    let readableCount = 0;
    for (let passage = 0; passage < segment.size && readableCount < exactBelow; passage += 1)
      if (vectors.present[passage] === 1 && readable(passage)) readableCount += 1;
    if (readableCount >= exactBelow) {
      for (let asked = limit * firstOversampling; asked < segment.size; asked *= 4) {
        const found = graph.search(query, asked).filter(readable);
        if (found.length >= limit) return rank(segment, query, found).slice(0, limit);
      }
    }
  }
  const all: number[] = [];
  for (let passage = 0; passage < segment.size; passage += 1)
    if (vectors.present[passage] === 1 && readable(passage)) all.push(passage);
  return rank(segment, query, all).slice(0, limit);
}

function rank(segment: Segment, query: Float32Array, passages: readonly number[]): Neighbour[] {
  return passages
    .map((passage) => ({ passage, similarity: similarity(segment.vectors!, passage, query) }))
    .sort(
      (a, b) => b.similarity - a.similarity || (segment.ids[a.passage]! < segment.ids[b.passage]! ? -1 : 1),
    );
}
