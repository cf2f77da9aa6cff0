import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "./api-client.ts";

/** What somebody who watches a question in the browser sees of it. */
export interface WatchedTurn {
  /** The words that came, as they came; anew where the turn's text begins anew. */
  streamed: string;
  /** How each final message begins: there must be one. */
  readonly ends: string[];
  /** How often the connection broke off and was opened again. */
  reconnects: number;
  /** Resolves at the final message. */
  readonly done: Promise<void>;
}

/** Follows a turn's events to their end as a browser's EventSource does: after a break it goes on behind the last it has seen. */
export function watchTurn(
  url: string,
  { cookie }: ApiClient,
  turnId: string,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): WatchedTurn {
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const read = async (lastId: { value: string }): Promise<void> => {
    const headers = {
      cookie,
      accept: "text/event-stream",
      connection: "close",
      "last-event-id": lastId.value,
    };
    const response = await fetch(`${url}/v1/turns/${turnId}/events`, {
      headers,
      signal: over,
    });
    if (!response.ok || !response.body) throw new Error(`status ${String(response.status)}`);
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(chunk, { stream: true });
      const events = rest.split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) take(event, lastId);
    }
  };
  const take = (event: string, lastId: { value: string }): void => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(event)?.[1];
    const data = JSON.parse(field("data") ?? "null") as { text?: string; state?: string } | null;
    lastId.value = field("id") ?? lastId.value;
    const kind = field("event");
    if (kind === "state" && data?.state === "retrieved") watched.streamed = "";
    if (kind === "text") watched.streamed += data?.text ?? "";
    if (kind === "reply" || kind === "error")
      watched.ends.push(`${kind} ${JSON.stringify(data).slice(0, 80)}`);
  };
  const follow = async (): Promise<void> => {
    const lastId = { value: "0" };
    for (;;) {
      try {
        await read(lastId);
      } catch (error) {
        if (over.aborted) throw new Error(`No final message of ${turnId} came.`, { cause: error });
      }
      if (watched.ends.length > 0) return;
      watched.reconnects += 1;
      await pause(200);
    }
  };
  const watched: WatchedTurn = { streamed: "", ends: [], reconnects: 0, done: Promise.resolve() };
  const done = follow();
  // Told to whoever waits for it; where a test has failed before, nobody does.
  done.catch(() => undefined);
  return Object.assign(watched, { done });
}
