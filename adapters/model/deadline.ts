/** One request's time limits and the caller's wish to stop, in one signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** From now on the next sign of life must come within `ms`. */
  expect(what: string, ms: number): void;
  /** The limit does not run while the caller is busy with what came. */
  rest(): void;
  /** What did not come in time, or null. */
  readonly missed: string | null;
  /** Stops the request, if it still runs, and the timer. */
  end(): void;
}

export function createDeadline(caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let missed: string | null = null;
  const stop = () => controller.abort();
  caller?.addEventListener("abort", stop, { once: true });
  if (caller?.aborted) stop();
  return {
    signal: controller.signal,
    expect(what, ms) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        missed = `${what} (${ms} ms)`;
        controller.abort();
      }, ms);
    },
    rest() {
      clearTimeout(timer);
    },
    get missed() {
      return missed;
    },
    end() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", stop);
      controller.abort();
    },
  };
}
