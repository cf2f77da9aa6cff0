/**
 * One of those who share a model, and those among whom its own share is divided again. By fair queueing with a virtual clock (Parekh, Gallager:
 * "A Generalized Processor Sharing Approach to Flow Control", IEEE/ACM Transactions on Networking 1, 1993): of those
 * who wait, whoever has had the least for its weight is next. Who was away gains nothing by it: it begins where the clock is, or where it was
 * if that is later.
 */
export interface ShareNode<T> {
  weight: number;
  /** What it has had, divided by its weight. */
  had: number;
  /** Of those that have had the same, who came first. */
  since: number;
  /** How many wait in it and below. */
  waiting: number;
  /** The clock of its children: what each that waited all the time would have had by now. */
  clock: number;
  /** The weights of its children in which somebody waits. */
  sharing: number;
  readonly children: Map<string, ShareNode<T>>;
  /** Who waits right here, in order. */
  readonly queue: T[];
}

export const shareNode = <T>(weight: number): ShareNode<T> => ({
  weight,
  had: 0,
  since: 0,
  waiting: 0,
  clock: 0,
  sharing: 0,
  children: new Map(),
  queue: [],
});

/** Those who neither wait nor have had too much are looked for once there are so many children, and twice as many each time. */
const lookedThroughFrom = 64;

/** The nodes from the root to the leaf; null where one of them is not known any more. */
export function pathTo<T>(root: ShareNode<T>, keys: readonly string[]): readonly ShareNode<T>[] | null {
  const path = [root];
  for (const key of keys) {
    const child = path.at(-1)?.children.get(key);
    if (!child) return null;
    path.push(child);
  }
  return path;
}

/** The path, whose nodes are made where they are not known, with one more who waits in each. */
export function enter<T>(
  root: ShareNode<T>,
  keys: readonly string[],
  weights: readonly number[],
  stamp: number,
): readonly ShareNode<T>[] {
  const path = [root];
  root.waiting += 1;
  for (const [depth, key] of keys.entries()) {
    const parent = path[depth] ?? root;
    const child = parent.children.get(key) ?? shareNode<T>(weights[depth] ?? 1);
    if (!parent.children.has(key)) {
      forgetIdle(parent);
      parent.children.set(key, child);
    }
    const weight = weights[depth] ?? 1;
    if (child.waiting > 0) parent.sharing += weight - child.weight;
    child.weight = weight;
    if (child.waiting === 0) {
      child.had = Math.max(child.had, parent.clock);
      child.since = stamp;
      parent.sharing += child.weight;
    }
    child.waiting += 1;
    path.push(child);
  }
  return path;
}

/** Forgets children who neither wait nor have had more than they would have by now. */
function forgetIdle<T>(node: ShareNode<T>): void {
  const { size } = node.children;
  // At powers of two, so that each newcomer costs the same in the mean.
  if (size < lookedThroughFrom || (size & (size - 1)) !== 0) return;
  for (const [key, child] of node.children)
    if (child.waiting === 0 && child.had <= node.clock) node.children.delete(key);
}

/** The path to the leaf whose turn it is; the root alone where nobody waits. */
export function pathToNext<T>(root: ShareNode<T>): readonly ShareNode<T>[] {
  const path = [root];
  for (let node = leastOf(root); node; node = leastOf(node)) path.push(node);
  return path;
}

function leastOf<T>(node: ShareNode<T>): ShareNode<T> | null {
  let least: ShareNode<T> | null = null;
  for (const child of node.children.values())
    if (child.waiting > 0 && (least === null || isBefore(child, least))) least = child;
  return least;
}

export const isBefore = <T>(one: ShareNode<T>, other: ShareNode<T>): boolean =>
  one.had < other.had || (one.had === other.had && one.since < other.since);

/** One is served on the path: each below the root has had so much more, and the clocks go on. */
export function serve<T>(path: readonly ShareNode<T>[], amount: number): void {
  for (const [depth, parent] of path.entries()) {
    const child = path[depth + 1];
    if (!child) return;
    parent.clock += amount / Math.max(parent.sharing, child.weight);
    child.had += amount / child.weight;
  }
}

/** Corrects what each below the root has had; negative gives back. */
export function correct<T>(path: readonly ShareNode<T>[], amount: number): void {
  for (const node of path.slice(1)) node.had += amount / node.weight;
}

/** One fewer waits on the path. */
export function leave<T>(path: readonly ShareNode<T>[]): void {
  for (const [depth, node] of path.entries()) {
    node.waiting -= 1;
    const parent = path[depth - 1];
    if (parent && node.waiting === 0) parent.sharing -= node.weight;
  }
}
