import type { Pacer } from "./pacer.ts";
import { SegmentBuilder } from "./segment-builder.ts";
import type { Segment } from "./segment.ts";

const mergeFactor = 8;
/** A segment is rewritten when this share of it is removed. */
const deadShare = 0.5;

/**
 * Which segments to merge next, if any: eight of about the same size, so that each passage is rewritten only as often
 * as the collection grows eightfold, or one that is mostly dead.
 */
export function chooseMerge(segments: readonly Segment[]): readonly Segment[] {
  const tiers = new Map<number, Segment[]>();
  for (const segment of segments) {
    if (segment.size - segment.liveCount > segment.size * deadShare) return [segment];
    const tier = Math.floor(Math.log(Math.max(1, segment.liveCount)) / Math.log(mergeFactor));
    const same = tiers.get(tier) ?? [];
    same.push(segment);
    tiers.set(tier, same);
    if (same.length >= mergeFactor) return same;
  }
  return [];
}

/**
 * Writes the live passages of some segments into one. Passages may be removed meanwhile: call `copyRemovals` in the same
 * step that puts the merged segment in the place of its sources.
 */
export async function mergeSegments(
  sources: readonly Segment[],
  pacer: Pacer,
): Promise<{ merged: Segment; copyRemovals(): void }> {
  const builder = new SegmentBuilder();
  const origins: { source: Segment; passage: number }[] = [];
  for (const source of sources) {
    for (let passage = 0; passage < source.size; passage += 1) {
      if (source.live[passage] !== 1) continue;
      builder.addFromSegment(source, passage);
      origins.push({ source, passage });
      if (passage % 64 === 0) await pacer.pause();
    }
  }
  const merged = await builder.finish(pacer);
  return {
    merged,
    copyRemovals: () => {
      origins.forEach(({ source, passage }, place) => {
        if (source.live[passage] === 1) return;
        merged.live[place] = 0;
        merged.liveCount -= 1;
      });
    },
  };
}
