import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";
import type { BotAnswer } from "./bot-client.ts";
import type { Json, PlatformState } from "./platform-state.ts";
import { newSecret } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";

/** docs.slack.dev/apis/events-api/using-socket-mode: at most ten connections per app. */
export const SOCKETS_PER_APP = 10;
const PING_EVERY_MS = 10_000;
const CLOSING_WITHIN_MS = 300;

/** What waits for its acknowledgement. */
interface Unsettled {
  readonly text: string;
  readonly settle: (answer: BotAnswer) => void;
  /** Absent while no connection is open. */
  over: WebSocket | undefined;
}

const unanswered: BotAnswer = { status: 0, body: undefined };

export interface SocketMode {
  /** The address that apps.connections.open gives; its ticket serves once. @throws SlackRefusal `too_many_websockets`. */
  open(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Sends an envelope over one of the connections and waits for its acknowledgement. Where there is none, or it ends
   * meanwhile, the next one takes it.
   */
  deliver(envelope: Json, withinMs: number): Promise<BotAnswer>;
  refresh(reason: "warning" | "refresh_requested"): void;
  readonly count: number;
  close(): Promise<void>;
}

/** The WebSocket side of Socket Mode: hello, envelopes, acknowledgements, disconnect. */
export function socketMode(state: Pick<PlatformState, "app" | "url">): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const unsettled = new Map<string, Unsettled>();
  let turn = 0;
  let closed = false;

  const received = (data: string) => {
    const message = JSON.parse(data) as { envelope_id?: string; payload?: unknown };
    unsettled.get(message.envelope_id ?? "")?.settle({ status: 200, body: message.payload });
  };
  const send = (envelope: Unsettled): void => {
    const open = [...sockets].filter((socket) => socket.readyState === WebSocket.OPEN);
    envelope.over = open[turn++ % Math.max(1, open.length)];
    envelope.over?.send(envelope.text);
  };
  const sendAgain = (): void => {
    for (const envelope of unsettled.values()) if (!envelope.over) send(envelope);
  };
  const greet = (socket: WebSocket) => {
    sockets.add(socket);
    const ping = setInterval(() => socket.ping("Ping from applink-0"), PING_EVERY_MS);
    ping.unref();
    socket.on("close", () => {
      sockets.delete(socket);
      clearInterval(ping);
      for (const envelope of unsettled.values()) if (envelope.over === socket) envelope.over = undefined;
      sendAgain();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (data: Buffer) => received(data.toString("utf8")));
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: sockets.size,
        debug_info: { host: "applink-0", build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: state.app.id },
      }),
    );
    sendAgain();
  };

  return {
    open: () => {
      if (sockets.size >= SOCKETS_PER_APP)
        throw new SlackRefusal("too_many_websockets", `${SOCKETS_PER_APP} connections are open.`);
      const ticket = newSecret();
      tickets.add(ticket);
      return `${state.url.replace("http", "ws")}/link/?ticket=${ticket}&app_id=${state.app.id}`;
    },
    upgrade: (request, socket, head) => {
      const ticket = new URL(request.url ?? "/", state.url).searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) {
        socket.end("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    deliver: (envelope, withinMs) => {
      if (closed) return Promise.resolve(unanswered);
      const id = randomUUID();
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(unanswered), withinMs);
        const settle = (answer: BotAnswer) => {
          clearTimeout(timer);
          unsettled.delete(id);
          resolve(answer);
        };
        const made = { text: JSON.stringify({ envelope_id: id, ...envelope }), settle, over: undefined };
        unsettled.set(id, made);
        send(made);
      });
    },
    refresh: (reason) => {
      for (const socket of sockets)
        socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-0" } }));
    },
    get count() {
      return sockets.size;
    },
    close: async () => {
      closed = true;
      for (const { settle } of unsettled.values()) settle(unanswered);
      for (const socket of sockets) socket.close(1001);
      // Bolt's stop() does not wait for its own closing handshake: cut short, it leaves a timer of half a minute.
      const end = performance.now() + CLOSING_WITHIN_MS;
      while (sockets.size > 0 && performance.now() < end) await delay(5);
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
}
