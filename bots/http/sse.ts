import type { Response } from "express";

/** A comment now and then, so that proxies do not take a quiet stream for a dead one. */
const keepAliveMs = 15_000;

export interface EventWriter {
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
  response.on("close", () => {
    clearInterval(keepAlive);
  });
  return {
    send(event, data, sequence) {
      const id = sequence === undefined ? "" : `id: ${String(sequence)}\n`;
      response.write(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      clearInterval(keepAlive);
      response.end();
    },
  };
}
