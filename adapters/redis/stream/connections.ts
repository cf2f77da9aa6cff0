import { Redis } from "ioredis";

/** Longest pause before a connection is tried again, in milliseconds. */
const reconnectMs = 500;

export interface StreamConnections {
  readonly commands: Redis;
  /** Hears what is published, and can do nothing else. */
  readonly listening: Redis;
  close(): void;
}

/** What answers at all answers within `answerWithinMs`, in milliseconds. */
export function openStreamConnections(url: string, answerWithinMs = 2_000): StreamConnections {
  const open = (options: { readonly commandTimeout?: number }): Redis => {
    const redis = new Redis(url, {
      ...options,
      maxRetriesPerRequest: 1,
      retryStrategy: (times) => Math.min(times * 50, reconnectMs),
    });
    // Told once by the writer; without a listener it would end the process.
    redis.on("error", () => undefined);
    return redis;
  };
  const commands = open({ commandTimeout: answerWithinMs });
  const listening = open({});
  return {
    commands,
    listening,
    close() {
      commands.disconnect();
      listening.disconnect();
    },
  };
}
