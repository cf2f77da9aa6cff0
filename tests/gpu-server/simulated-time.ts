/** When things happen: as the clock goes, or at once, one after the other, in a time that is only counted. */
export interface SimulatedTime {
  /** In milliseconds, from any beginning; never goes back. */
  now(): number;
  /** Runs `work` so many milliseconds from now; what it returns takes it back. */
  after(milliseconds: number, work: () => void): () => void;
}

export const realTime: SimulatedTime = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};

interface Planned {
  readonly at: number;
  /** Things of the same moment happen in the order in which they were planned. */
  readonly place: number;
  work: (() => void) | null;
}

/** A time without waiting. */
export interface VirtualTime extends SimulatedTime {
  /** Goes on to the next planned thing; false where none is left. */
  step(): boolean;
  /** Goes on until none is left. */
  run(): void;
}

export function createVirtualTime(): VirtualTime {
  const heap: Planned[] = [];
  let now = 0;
  let planned = 0;
  const before = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.place < b.place);

  const push = (item: Planned): void => {
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || before(parent, item)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = item;
  };

  const pop = (): Planned | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const least = a && b && before(b, a) ? b : a;
      if (!least || before(last, least)) break;
      heap[index] = least;
      index = least === a ? left : left + 1;
    }
    heap[index] = last;
    return first;
  };

  const step = (): boolean => {
    const next = pop();
    if (!next) return false;
    if (next.work) {
      now = next.at;
      next.work();
    }
    return true;
  };

  return {
    now: () => now,
    after(milliseconds, work) {
      planned += 1;
      const item: Planned = { at: now + Math.max(0, milliseconds), place: planned, work };
      push(item);
      return () => {
        item.work = null;
      };
    },
    step,
    run() {
      while (step());
    },
  };
}
