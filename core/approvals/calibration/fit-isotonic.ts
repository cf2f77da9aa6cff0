import { z } from "zod";
import type { Label } from "./label.ts";

const share = z.number().min(0).max(1);

/** As it is kept: JSON that was read back must fit. */
export const calibrationSchema = z
  .object({
    /** By confidence, rising; the probability never falls. */
    points: z.array(z.object({ confidence: share, probability: share })).readonly(),
    /** How many labels it was fitted on. */
    labels: z.int().min(0),
  })
  .refine(
    ({ points, labels }) => points.length > 0 === labels > 0,
    "points without labels, or labels without",
  )
  .refine(
    ({ points }) =>
      points.every(({ confidence, probability }, at) => {
        const before = points[at - 1];
        return before === undefined || (before.confidence < confidence && before.probability <= probability);
      }),
    "the points must rise",
  );

/** Turns raw confidence into the probability that an approver takes the answer as it stands. */
export type Calibration = z.infer<typeof calibrationSchema>;

interface Block {
  readonly from: number;
  readonly to: number;
  readonly approved: number;
  readonly labels: number;
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955; for confidences:
 * Zadrozny and Elkan 2002, "Transforming classifier scores into accurate multiclass probability estimates"): the
 * rising steps that fit the labels best. Labels of the same confidence are one step from the beginning.
 *
 * Each step's rate is then Laplace's (approved + 1) / (labels + 2), and steps that this puts out of order are pooled
 * again: the plain rate says 0 or 1 after a handful of labels. Fitted on 20 to 200 labels drawn from the calibration
 * halves of docs/approvals.md and tested on the rest of these halves, it had the lower log loss on each set (on squad2
 * 0.71 against 1.02 with 20 labels, 0.67 against 0.71 with 200); Jeffreys' half in place of 1 came close.
 */
export function fitIsotonic(labels: readonly Label[]): Calibration {
  const rates = pooled(tied(labels), ({ approved, labels: count }) => approved / count);
  const smooth = pooled(rates, smoothed);
  const points = smooth.flatMap((block) => {
    const probability = smoothed(block);
    return [...new Set([block.from, block.to])].map((confidence) => ({ confidence, probability }));
  });
  return { points, labels: labels.length };
}

/**
 * Along the steps, and on a straight line between them; below the lowest and above the highest labelled confidence the
 * probability there. Null without labels: then nothing is known.
 */
export function probabilityOf({ points }: Calibration, confidence: number): number | null {
  const above = points.findIndex((point) => point.confidence >= confidence);
  const right = above < 0 ? points.at(-1) : points[above];
  if (right === undefined) return null;
  const left = points[above - 1];
  if (left === undefined || above < 0) return right.probability;
  const part = (confidence - left.confidence) / (right.confidence - left.confidence);
  return left.probability + part * (right.probability - left.probability);
}

const smoothed = ({ approved, labels }: Block): number => (approved + 1) / (labels + 2);

/** One block per confidence, rising. */
function tied(labels: readonly Label[]): readonly Block[] {
  const byConfidence = new Map<number, Block>();
  for (const { confidence, approved } of labels) {
    const block = byConfidence.get(confidence) ?? {
      from: confidence,
      to: confidence,
      approved: 0,
      labels: 0,
    };
    const more = { approved: block.approved + (approved ? 1 : 0), labels: block.labels + 1 };
    byConfidence.set(confidence, { ...block, ...more });
  }
  return [...byConfidence.values()].sort((a, b) => a.from - b.from);
}

/** Joins neighbours until the values rise. */
function pooled(blocks: readonly Block[], valueOf: (block: Block) => number): readonly Block[] {
  const rising: Block[] = [];
  for (const block of blocks) {
    let last = block;
    for (let before = rising.at(-1); before && valueOf(before) >= valueOf(last); before = rising.at(-1)) {
      rising.pop();
      last = {
        from: before.from,
        to: last.to,
        approved: before.approved + last.approved,
        labels: before.labels + last.labels,
      };
    }
    rising.push(last);
  }
  return rising;
}
