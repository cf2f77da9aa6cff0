import type { Logger } from "../core/logger.ts";

export interface Lanes {
  /**
   * Has a piece of work done in a lane, once while it waits; never throws, and does not wait for it. `dropped`: it will never
   * be begun, since the lanes were closed.
   */
  add(lane: string, name: string, work: () => Promise<void>, dropped?: () => void): void;
  /** Begins nothing more, and waits for what runs. */
  close(): Promise<void>;
}

interface Piece {
  readonly work: () => Promise<void>;
  readonly dropped: (() => void) | undefined;
}

interface Lane {
  readonly waiting: Map<string, Piece>;
  running: number;
}

/** Works in lanes, so many pieces at a time in each, so that one that is slow delays no other. What fails is logged. */
export function createLanes(atOnce: number, logger: Logger): Lanes {
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let closed = false;

  const next = (name: string, lane: Lane): void => {
    if (lane.running === 0 && lane.waiting.size === 0) lanes.delete(name);
    const [first] = lane.waiting;
    if (closed || first === undefined || lane.running >= atOnce) return;
    const [key, { work }] = first;
    lane.waiting.delete(key);
    lane.running += 1;
    const done = (async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        logger.warn("work failed; it is found again by its rows", { lane: name, work: key, error });
      }
      lane.running -= 1;
      next(name, lane);
    })().finally(() => running.delete(done));
    running.add(done);
  };

  return {
    add(name, key, work, dropped) {
      if (closed) {
        dropped?.();
        return;
      }
      const lane = lanes.get(name) ?? { waiting: new Map(), running: 0 };
      lanes.set(name, lane);
      if (!lane.waiting.has(key)) lane.waiting.set(key, { work, dropped });
      next(name, lane);
    },
    async close() {
      closed = true;
      for (const { waiting } of lanes.values()) for (const { dropped } of waiting.values()) dropped?.();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
