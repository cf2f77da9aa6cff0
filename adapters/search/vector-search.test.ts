import { describe, expect, it } from "@jest/globals";
import { newId, type DocumentId } from "../../core/ids.ts";
import { samplePassage } from "../../tests/contract/knowledge-index.ts";
import { Dictionary } from "./dictionary.ts";
import { Labels } from "./labels.ts";
import { Pacer } from "./pacer.ts";
import { SegmentBuilder } from "./segment-builder.ts";
import { VectorGraphs } from "./vector-graphs.ts";
import { nearest } from "./vector-search.ts";

const dimensions = 16;
let seed = 7;
const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648 - 0.5;

function unit(): Float32Array {
  const values = Float32Array.from({ length: dimensions }, random);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

describe("nearest", () => {
  it("finds by graph nearly what it finds by comparing all, and only what is readable", async () => {
    const builder = new SegmentBuilder();
    const dictionary = new Dictionary();
    const labels = new Labels();
    const documentId = newId<DocumentId>();
    for (let position = 0; position < 12_000; position += 1)
      builder.addPassage(samplePassage("x", { documentId, embedding: unit() }), dictionary, labels);
    const segment = await builder.finish(new Pacer());
    const exact = new VectorGraphs();
    const graphs = new VectorGraphs(1_000);
    await graphs.build(segment, () => true);
    expect(graphs.of(segment)).not.toBeNull();
    expect(exact.of(segment)).toBeNull();

    let shared = 0;
    const readable = (passage: number): boolean => passage % 12 !== 0;
    for (let round = 0; round < 20; round += 1) {
      const query = unit();
      const truth = nearest(segment, query, readable, 10, exact).map(({ passage }) => passage);
      const found = nearest(segment, query, readable, 10, graphs).map(({ passage }) => passage);
      expect(found).toHaveLength(10);
      expect(found.every(readable)).toBe(true);
      shared += found.filter((passage) => truth.includes(passage)).length;
    }
    expect(shared / 200).toBeGreaterThan(0.95);

    const few = nearest(segment, unit(), (passage) => passage < 5, 10, graphs);
    expect(few.map(({ passage }) => passage).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(nearest(segment, new Float32Array(3), readable, 10, graphs)).toEqual([]);
  });

  it("gives up a graph that is no longer wanted", async () => {
    const builder = new SegmentBuilder();
    builder.addPassage(samplePassage("x", { embedding: unit() }), new Dictionary(), new Labels());
    const segment = await builder.finish(new Pacer());
    const graphs = new VectorGraphs(1);
    await graphs.build(segment, () => false);
    expect(graphs.of(segment)).toBeNull();
  });
});
