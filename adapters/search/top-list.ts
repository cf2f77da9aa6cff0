/** A passage of a segment with what it is ranked by. */
export interface Candidate {
  readonly segment: number;
  readonly passage: number;
  readonly id: string;
  readonly score: number;
}

/** Higher scores first; equal ones by passage id, so that the order never depends on how segments were merged. */
export const before = (a: { score: number; id: string }, b: { score: number; id: string }): boolean =>
  a.score > b.score || (a.score === b.score && a.id < b.id);

export const byRank = (a: { score: number; id: string }, b: { score: number; id: string }): number =>
  before(a, b) ? -1 : before(b, a) ? 1 : 0;

/** Keeps the best `limit` candidates that it is offered: a binary heap with the weakest at its root. */
export class TopList {
  readonly #heap: Candidate[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A candidate with a lower score than this need not be offered. */
  get threshold(): number {
    return this.#heap.length < this.#limit ? -Infinity : this.#heap[0]!.score;
  }

  offer(candidate: Candidate): void {
    if (this.#limit === 0) return;
    if (this.#heap.length < this.#limit) {
      this.#heap.push(candidate);
      this.#rise(this.#heap.length - 1);
    } else if (before(candidate, this.#heap[0]!)) {
      this.#heap[0] = candidate;
      this.#sink(0);
    }
  }

  sorted(): Candidate[] {
    return [...this.#heap].sort(byRank);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!before(this.#heap[parent]!, this.#heap[at]!)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const left = at * 2 + 1;
      const right = left + 1;
      let weakest = at;
      if (left < this.#heap.length && before(this.#heap[weakest]!, this.#heap[left]!)) weakest = left;
      if (right < this.#heap.length && before(this.#heap[weakest]!, this.#heap[right]!)) weakest = right;
      if (weakest === at) return;
      this.#swap(weakest, at);
      at = weakest;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
