import type { Redis } from "ioredis";

/** Nothing was told for so long: it is looked at all the same, since a message may be lost with a connection. */
const lookAgainMs = 1_000;

export interface StreamWakes {
  /** Begins to listen for a stream's growth; one that grows between this and the first `next` wakes it at once. */
  listen(key: string): Promise<StreamWake>;
  /** Wakes everyone for good. */
  close(): void;
}

export interface StreamWake {
  /** Resolves when the stream may have grown, or the signal is aborted. */
  next(signal: AbortSignal): Promise<void>;
  end(): void;
}

interface Listener {
  told: boolean;
  wake: (() => void) | null;
}

/** Who waits for which stream, over one connection that listens for all of them. */
export function createStreamWakes(listening: Redis): StreamWakes {
  const listeners = new Map<string, Set<Listener>>();
  let closed = false;
  const tell = (listener: Listener): void => {
    listener.told = true;
    listener.wake?.();
  };
  listening.on("message", (key: string) => {
    for (const listener of listeners.get(key) ?? []) tell(listener);
  });
  // What was told while the connection was away was not heard, and who began to listen then was refused.
  listening.on("ready", () => {
    for (const some of listeners.values()) for (const listener of some) tell(listener);
    if (listeners.size > 0) listening.subscribe(...listeners.keys()).catch(() => undefined);
  });

  return {
    async listen(key) {
      const listener: Listener = { told: true, wake: null };
      const known = listeners.get(key);
      if (known) known.add(listener);
      else {
        listeners.set(key, new Set([listener]));
        // Where this fails, it is looked at every second.
        await listening.subscribe(key).catch(() => undefined);
        // Who began to listen meanwhile may have looked before anything could be heard.
        for (const each of listeners.get(key) ?? []) tell(each);
      }
      return {
        async next(signal) {
          if (!listener.told && !signal.aborted && !closed) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, lookAgainMs);
              listener.wake = () => {
                clearTimeout(timer);
                resolve();
              };
              signal.addEventListener("abort", listener.wake, { once: true });
            });
            if (listener.wake) signal.removeEventListener("abort", listener.wake);
            listener.wake = null;
          }
          listener.told = false;
        },
        end() {
          const rest = listeners.get(key);
          rest?.delete(listener);
          if (rest?.size !== 0) return;
          listeners.delete(key);
          if (!closed) listening.unsubscribe(key).catch(() => undefined);
        },
      };
    },
    close() {
      closed = true;
      for (const some of listeners.values()) for (const listener of some) tell(listener);
    },
  };
}
