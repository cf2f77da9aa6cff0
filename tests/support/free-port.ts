import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below those that systems give to outgoing connections (Linux: from 32,768; others: from 49,152), and above those of services. */
const [lowest, above] = [15_000, 32_000] as const;

/**
 * A port of the loopback interface that nothing listens at, and that no connection is given by the system: it is free
 * still when it is used a while later, and once more after whatever listened there was stopped.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, above);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => {
      server.close(() => resolve(true));
    });
  });
