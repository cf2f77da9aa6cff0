import { createServer, type Server } from "node:http";

export interface Offer {
  /** GET answers with what was made, and lets it be made at the first request. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Makes a thing once for a whole test run, when the first test file asks for it. It belongs to the process that calls this,
 * so it lives as long as the run, not as one worker.
 */
export async function offerOnDemand(make: () => Promise<string>): Promise<Offer> {
  let making: Promise<string> | null = null;
  const http = createServer((_request, response) => {
    // A connection that is kept may be closed just when a later test file asks over it.
    response.setHeader("connection", "close");
    making ??= make();
    making.then(
      (answer) => response.end(answer),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const port = await listen(http);
  http.unref();
  return {
    address: `http://127.0.0.1:${String(port)}`,
    async close() {
      http.close();
      http.closeAllConnections();
      await making?.catch(() => undefined);
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
