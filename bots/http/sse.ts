import type { Response } from "express";

/** A comment now and then, so that proxies do not take a quiet stream for a dead one. */
const keepAliveMs = 15_000;

/** Events of one instant share a write; long enough for the steps of a quick turn, too short to be seen. */
const gatherMs = 15;

export interface EventWriter {
  /** Sends soon; what came before goes along. */
  send(event: string, data: unknown, sequence?: number): void;
  end(): void;
}

/** Turns a response into a stream of server-sent events (HTML Standard, “Server-sent events”). */
export function openEventStream(response: Response): EventWriter {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const keepAlive = setInterval(() => response.write(": alive\n\n"), keepAliveMs);
  let begun = false;
  let gathered = "";
  let flushing: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(flushing);
    flushing = undefined;
    if (gathered !== "") response.write(gathered);
    gathered = "";
  };
  const stop = (): void => {
    clearInterval(keepAlive);
    clearTimeout(flushing);
  };
  response.on("close", stop);
  return {
    send(event, data, sequence) {
      const id = sequence === undefined ? "" : `id: ${String(sequence)}\n`;
      gathered += `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      // The first goes out with the headers, at once.
      if (begun) flushing ??= setTimeout(flush, gatherMs);
      else flush();
      begun = true;
    },
    end() {
      stop();
      response.end(gathered);
      gathered = "";
    },
  };
}
