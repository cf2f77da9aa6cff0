import type { ApiClient } from "./api-client.ts";

/** A turn's events, as they come. */
export interface EventStream {
  /** What came so far. */
  readonly body: string;
  /** Kinds of the events so far, in their order. */
  readonly kinds: readonly string[];
  /** Resolves at its end. */
  readonly over: Promise<void>;
}

/** Opens a turn's event stream; somebody listens to it from then on. */
export async function openEventStream(
  url: string,
  { cookie }: Pick<ApiClient, "cookie">,
  turnId: string,
): Promise<EventStream> {
  const response = await fetch(`${url}/v1/turns/${turnId}/events`, {
    headers: { cookie, connection: "close" },
  });
  if (!response.ok || !response.body) throw new Error(`status ${String(response.status)}`);
  const chunks = response.body as unknown as AsyncIterable<Uint8Array>;
  let body = "";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of chunks) body += decoder.decode(chunk, { stream: true });
  };
  const over = read();
  // Told to whoever waits for it.
  over.catch(() => undefined);
  return {
    get body() {
      return body;
    },
    get kinds() {
      return [...body.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind ?? "");
    },
    over,
  };
}
