import { Index, MetricKind, ScalarKind } from "usearch";
import { Pacer } from "./pacer.ts";
import type { Segment } from "./segment.ts";

export interface VectorGraph {
  /** About the `count` nearest passages, nearest first. */
  search(query: Float32Array, count: number): number[];
}

const graphFrom = 20_000;
const batch = 16;

/** HNSW graphs (usearch) over large segments, grown in the background; until one is ready its segment is scanned. */
export class VectorGraphs {
  readonly #ready = new WeakMap<Segment, VectorGraph>();
  readonly #smallest: number;

  constructor(smallest = graphFrom) {
    this.#smallest = smallest;
  }

  of(segment: Segment): VectorGraph | null {
    return this.#ready.get(segment) ?? null;
  }

  /** Builds the segment's graph, unless it is small or has one; stops early when `wanted` no longer holds. */
  async build(segment: Segment, wanted: () => boolean): Promise<void> {
    const { vectors } = segment;
    if (vectors === null || segment.size < this.#smallest || this.#ready.has(segment)) return;
    const { dimensions, rows, present } = vectors;
    const graph = new Index({
      dimensions,
      metric: MetricKind.IP,
      quantization: ScalarKind.F16,
      connectivity: 16,
      expansion_add: 64,
      expansion_search: 96,
      multi: false,
    });
    const pacer = new Pacer();
    for (let start = 0; start < segment.size; start += batch) {
      if (!wanted()) return;
      const keys: bigint[] = [];
      const added: Float32Array[] = [];
      for (let passage = start; passage < Math.min(segment.size, start + batch); passage += 1) {
        if (present[passage] !== 1) continue;
        keys.push(BigInt(passage));
        added.push(rows.subarray(passage * dimensions, (passage + 1) * dimensions));
      }
      if (keys.length > 0) graph.add(keys, added, 1);
      await pacer.pause();
    }
    this.#ready.set(segment, {
      search: (query, count) => Array.from(graph.search(query, count, 1).keys, Number),
    });
  }
}
