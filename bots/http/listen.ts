import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ExpertError } from "../../core/errors.ts";

export interface Listening {
  /** Where to open the page. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * How long a connection is kept for its client's next request: longer than proxies keep theirs (nginx: 60 s), so that
 * none sends a request over a connection that is being closed here. Node's own 5 s end while a busy machine stands still.
 */
const keptOpenMs = 75_000;

/** Answers on the address; `configuration_invalid` where the port is taken or not allowed. */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createHttpServer(app);
  server.keepAliveTimeout = keptOpenMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${error.code ?? ""})`;
      reject(
        new ExpertError("configuration_invalid", `The address ${host}:${String(port)} ${why}.`, {
          remedy: "Set PORT to another port, or to 0 for any free one.",
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown =
    host === "127.0.0.1" || host === "0.0.0.0" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        // Streams stay open for as long as their readers like.
        server.closeAllConnections();
      }),
  };
}
