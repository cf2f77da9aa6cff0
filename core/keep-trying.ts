export interface Trying {
  /** Tries no more; what is under way ends by itself. */
  readonly stop: () => void;
}

export interface KeepTryingOptions {
  /** Whether what went wrong may pass; called once for each try that failed. What it throws ends the first try, or is told to `onGivenUp`. */
  readonly mayPass: (error: unknown) => boolean;
  /** Told where a later try throws what does not pass. */
  readonly onGivenUp: (error: unknown) => void;
  /** Between two tries, in milliseconds. */
  readonly retryMs: number;
}

/** Tries once, and where what went wrong may pass, again and again until it succeeds or is stopped. Resolves after the first try. */
export async function keepTrying(
  work: () => Promise<void>,
  { mayPass, onGivenUp, retryMs }: KeepTryingOptions,
): Promise<Trying> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (mayPass(error) && !stopped) timer = setTimeout(again, retryMs).unref();
    }
  };
  const again = (): void => {
    attempt().catch(onGivenUp);
  };
  await attempt();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
