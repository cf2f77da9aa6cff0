/** More than one, so that a single stand of the process never counts for all. */
const parts = 10;

/**
 * Calls `over` once this process has run for `ms` milliseconds. The time in which it stands still itself, as one that is
 * short of processor or memory, counts for a tenth at most: what came meanwhile is read first. Returns what ends the wait.
 */
export function afterRunning(ms: number, over: () => void): () => void {
  let left = parts;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    over();
  }, ms / parts);
  return () => {
    clearInterval(timer);
  };
}

/** A signal that is aborted by `afterRunning`, and what ends its wait. */
export function signalAfterRunning(ms: number): { readonly signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const end = afterRunning(ms, () => {
    over.abort(new DOMException(`no answer within ${String(ms)} ms`, "TimeoutError"));
  });
  return { signal: over.signal, end };
}
