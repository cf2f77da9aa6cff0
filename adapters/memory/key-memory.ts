/** Remembers keys for a time, and never more than a number of them: the oldest are forgotten first. */
export interface KeyMemory {
  has(key: string, nowMs: number): boolean;
  add(key: string, nowMs: number): void;
}

export function createKeyMemory(options: {
  readonly rememberMs: number;
  readonly maximumKeys: number;
}): KeyMemory {
  // A Map keeps the order of insertion and every key lives equally long, so the front is always the oldest.
  const expiries = new Map<string, number>();
  const forget = (nowMs: number) => {
    for (const [key, expiresAt] of expiries) {
      if (expiresAt > nowMs && expiries.size <= options.maximumKeys) return;
      expiries.delete(key);
    }
  };
  return {
    has(key, nowMs) {
      forget(nowMs);
      return expiries.has(key);
    },
    add(key, nowMs) {
      expiries.delete(key);
      expiries.set(key, nowMs + options.rememberMs);
      forget(nowMs);
    },
  };
}
