/** Logistic regression by Newton's method with an L2 penalty on standardised inputs; rows weigh as given. */
export interface LabelledRow {
  readonly inputs: readonly number[];
  readonly label: 0 | 1;
  readonly weight: number;
}

export interface LogisticModel {
  readonly intercept: number;
  /** On the inputs as they are, not standardised. */
  readonly weights: readonly number[];
}

export function fitLogistic(rows: readonly LabelledRow[], penalty: number): LogisticModel {
  const width = rows[0]?.inputs.length ?? 0;
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const means = column(
    width,
    (at) => rows.reduce((sum, row) => sum + row.weight * (row.inputs[at] ?? 0), 0) / total,
  );
  const deviations = column(width, (at) =>
    Math.sqrt(
      rows.reduce((sum, row) => sum + row.weight * ((row.inputs[at] ?? 0) - (means[at] ?? 0)) ** 2, 0) /
        total,
    ),
  );
  const scaled = rows.map(({ inputs }) => [
    1,
    ...inputs.map((value, at) =>
      (deviations[at] ?? 0) > 1e-9 ? (value - (means[at] ?? 0)) / (deviations[at] ?? 1) : 0,
    ),
  ]);
  let beta = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < 25; step += 1) {
    const gradient = new Array<number>(width + 1).fill(0);
    const hessian = Array.from({ length: width + 1 }, () => new Array<number>(width + 1).fill(0));
    rows.forEach(({ label, weight }, place) => {
      const inputs = scaled[place] ?? [];
      const probability = sigmoid(inputs.reduce((sum, value, at) => sum + value * (beta[at] ?? 0), 0));
      for (let i = 0; i <= width; i += 1) {
        gradient[i] = (gradient[i] ?? 0) + weight * (label - probability) * (inputs[i] ?? 0);
        const line = hessian[i] ?? [];
        for (let j = 0; j <= i; j += 1)
          line[j] =
            (line[j] ?? 0) + weight * probability * (1 - probability) * (inputs[i] ?? 0) * (inputs[j] ?? 0);
      }
    });
    for (let i = 0; i <= width; i += 1) {
      const line = hessian[i] ?? [];
      for (let j = i + 1; j <= width; j += 1) line[j] = hessian[j]?.[i] ?? 0;
      if (i > 0) {
        gradient[i] = (gradient[i] ?? 0) - penalty * (beta[i] ?? 0);
        line[i] = (line[i] ?? 0) + penalty;
      }
      line[i] = (line[i] ?? 0) + 1e-6;
    }
    const move = solve(hessian, gradient);
    beta = beta.map((value, at) => value + (move[at] ?? 0));
    if (Math.max(...move.map(Math.abs)) < 1e-6) break;
  }
  const weights = column(width, (at) =>
    (deviations[at] ?? 0) > 1e-9 ? (beta[at + 1] ?? 0) / (deviations[at] ?? 1) : 0,
  );
  const intercept = (beta[0] ?? 0) - weights.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0);
  return { intercept, weights };
}

export const predict = ({ intercept, weights }: LogisticModel, inputs: readonly number[]): number =>
  sigmoid(intercept + weights.reduce((sum, weight, at) => sum + weight * (inputs[at] ?? 0), 0));

/** Probability that a random positive is rated above a random negative; 0.5 says nothing, ties count half. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((value) => ({ value, positive: true })),
    ...negatives.map((value) => ({ value, positive: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    for (let at = from; at < to; at += 1) if (all[at]?.positive === true) ranks += (from + 1 + to) / 2;
    from = to;
  }
  const n = positives.length;
  return (ranks - (n * (n + 1)) / 2) / (n * negatives.length);
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const column = (width: number, value: (at: number) => number): number[] =>
  Array.from({ length: width }, (_, at) => value(at));

/** Gaussian elimination with partial pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const lines = matrix.map((line, at) => [...line, right[at] ?? 0]);
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    let best = pivot;
    for (let at = pivot + 1; at < size; at += 1)
      if (Math.abs(lines[at]?.[pivot] ?? 0) > Math.abs(lines[best]?.[pivot] ?? 0)) best = at;
    [lines[pivot], lines[best]] = [lines[best] ?? [], lines[pivot] ?? []];
    const head = lines[pivot] ?? [];
    for (let at = 0; at < size; at += 1) {
      const line = lines[at];
      if (at === pivot || line === undefined) continue;
      const factor = (line[pivot] ?? 0) / (head[pivot] ?? 1);
      if (factor !== 0)
        for (let j = pivot; j <= size; j += 1) line[j] = (line[j] ?? 0) - factor * (head[j] ?? 0);
    }
  }
  return lines.map((line, at) => (line[size] ?? 0) / (line[at] ?? 1));
}
