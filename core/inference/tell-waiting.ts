/** Somebody who waits is told first after so long, and then at most so often, in milliseconds. */
const tellEveryMs = 2_000;

export interface TellWaitingOptions {
  /** About how many are before it; null where it does not wait any more, or where that cannot be said now. */
  readonly placeOf: () => number | null | Promise<number | null>;
  readonly tell: (place: number) => void;
  /** 2,000 unless told. */
  readonly everyMs?: number;
}

/**
 * Tells a call's place in line while it waits, where it changed. What it returns ends that at once: nothing is told after it. A place that
 * could not be looked up is looked up again the next time.
 */
export function tellWaiting({ placeOf, tell, everyMs = tellEveryMs }: TellWaitingOptions): () => void {
  let told: number | null = null;
  let over = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const place = await Promise.resolve()
      .then(placeOf)
      .catch(() => null);
    if (isOver()) return;
    if (place !== null && place !== told) tell((told = place));
    if (!isOver()) wait();
  };
  const isOver = (): boolean => over;
  const wait = (): void => {
    timer = setTimeout(() => void look(), everyMs);
  };
  wait();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
