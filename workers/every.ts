import type { Logger } from "../core/logger.ts";

export interface Schedule {
  /** Lets the round that runs end, and begins no other. */
  stop(): Promise<void>;
}

/** Does a piece of work again and again, `pauseMs` after the last round ended; a failed round is logged. */
export function every(name: string, pauseMs: number, logger: Logger, work: () => Promise<unknown>): Schedule {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let round: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      logger.warn(`${name} failed; it is tried again`, { error });
    }
    plan();
  };
  const plan = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      round = run();
    }, pauseMs);
  };
  round = run();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
