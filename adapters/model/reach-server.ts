import { connect } from "node:net";

export interface ServerReach {
  /** Rejects with `ETIMEDOUT`, `ECONNREFUSED` and the like where no connection can be made in time. */
  check(signal: AbortSignal): Promise<void>;
  /** The next check connects again. */
  doubt(): void;
}

const trustMs = 30_000;

/**
 * Node's fetch has no time limit for connecting, and a server that queues a prompt may be silent for long: only a
 * connection tells the one from the other. Checked at most every half a minute while all goes well.
 */
export function createServerReach(baseUrl: string, connectMs: number): ServerReach {
  const { hostname, port, protocol } = new URL(baseUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  let trustedUntil = 0;
  return {
    async check(signal) {
      if (Date.now() < trustedUntil || signal.aborted) return;
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ host, port: number, signal });
        const timer = setTimeout(
          () =>
            socket.destroy(Object.assign(new Error("The connection took too long."), { code: "ETIMEDOUT" })),
          connectMs,
        );
        socket.once("connect", () => resolve());
        socket.on("error", reject);
        socket.once("close", () => clearTimeout(timer));
        socket.once("connect", () => socket.destroy());
      });
      trustedUntil = Date.now() + trustMs;
    },
    doubt() {
      trustedUntil = 0;
    },
  };
}
