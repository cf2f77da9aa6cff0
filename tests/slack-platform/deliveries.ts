import type { BotAnswer } from "./bot-client.ts";
import { botClient } from "./bot-client.ts";
import type { Json, PlatformState } from "./platform-state.ts";
import { signRequest } from "./signature.ts";
import type { BotAddress, Delivery, RawRequest, Redelivery } from "./slack-platform.ts";
import type { SocketMode } from "./socket-mode.ts";

export interface Outgoing {
  kind: "event" | "interactive" | "command";
  type: string;
  team: string | undefined;
  eventId?: string;
  body: Json;
}

export interface Deliveries {
  connect(bot: BotAddress): void;
  readonly log: readonly Delivery[];
  /** Signed and sent, and waited for until the bot has acknowledged or its time is up. */
  send(outgoing: Outgoing): Promise<Delivery>;
  /** The same without waiting: what Slack sends while a call of the bot is being answered. */
  sendLater(outgoing: Outgoing): void;
  sendRaw(request: RawRequest): Promise<Delivery>;
  redeliver(eventId: string, options: Redelivery): Promise<readonly Delivery[]>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

const socketTypes = { event: "events_api", interactive: "interactive", command: "slash_commands" } as const;
const addressOf = { event: "events", interactive: "interactivity", command: "commands" } as const;

/** Events as JSON; commands as a form; interactions as a form whose `payload` is JSON. */
function encoded({ kind, body }: Outgoing): { contentType: string; body: Buffer } {
  const form = "application/x-www-form-urlencoded";
  if (kind === "event") return { contentType: "application/json", body: Buffer.from(JSON.stringify(body)) };
  const fields =
    kind === "interactive" ? { payload: JSON.stringify(body) } : (body as Record<string, string>);
  return { contentType: form, body: Buffer.from(new URLSearchParams(fields).toString()) };
}

export function createDeliveries(state: PlatformState, sockets: Pick<SocketMode, "deliver">): Deliveries {
  const client = botClient();
  const log: Delivery[] = [];
  /** The last bytes of each event, for retries; bounded by what a test or a bench sends. */
  const events = new Map<string, Outgoing>();
  const open = new Set<Promise<unknown>>();
  let bot: BotAddress | undefined;

  const urlOf = (to: "events" | "interactivity" | "commands"): string | undefined => {
    if (!bot || "socket" in bot) return undefined;
    const own = { events: bot.eventsUrl, interactivity: bot.interactivityUrl, commands: bot.commandsUrl }[to];
    return own ?? bot.url;
  };
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    open.add(work);
    void work.finally(() => open.delete(work));
    return work;
  };
  const signed = (
    contentType: string,
    body: Buffer,
    retry: Record<string, string>,
  ): Record<string, string> => {
    const timestamp = Math.floor(state.now() / 1000);
    return {
      "Content-Type": contentType,
      "X-Slack-Request-Timestamp": String(timestamp),
      "X-Slack-Signature": signRequest(state.app.signingSecret, timestamp, body),
      ...retry,
    };
  };

  const attempt = async (outgoing: Outgoing, retry?: { num: number; reason: string }): Promise<Delivery> => {
    const delivery: Mutable<Delivery> = {
      kind: outgoing.kind,
      eventId: outgoing.eventId,
      type: outgoing.type,
      team: outgoing.team,
      body: outgoing.body,
      retryNum: retry?.num,
      status: undefined,
      answer: undefined,
      tookMs: undefined,
    };
    if (state.keepLogs) log.push(delivery);
    const started = performance.now();
    let answer: BotAnswer = { status: 0, body: undefined };
    const url = urlOf(addressOf[outgoing.kind]);
    if (url !== undefined) {
      const { contentType, body } = encoded(outgoing);
      const retryHeaders = retry
        ? { "X-Slack-Retry-Num": String(retry.num), "X-Slack-Retry-Reason": retry.reason }
        : undefined;
      answer = await client.post(
        url,
        signed(contentType, body, retryHeaders ?? {}),
        body,
        state.acknowledgeWithinMs,
      );
    } else if (bot) {
      const envelope = {
        type: socketTypes[outgoing.kind],
        payload: outgoing.body,
        accepts_response_payload: outgoing.kind !== "event",
        ...(outgoing.kind === "event" && {
          retry_attempt: retry?.num ?? 0,
          retry_reason: retry?.reason ?? "",
        }),
      };
      answer = await sockets.deliver(envelope, state.acknowledgeWithinMs);
    }
    delivery.status = answer.status;
    delivery.answer = answer.body;
    delivery.tookMs = performance.now() - started;
    return delivery;
  };

  const send = (outgoing: Outgoing): Promise<Delivery> => {
    if (outgoing.eventId !== undefined && state.keepLogs) events.set(outgoing.eventId, outgoing);
    return track(attempt(outgoing));
  };

  return {
    log,
    connect: (address) => {
      bot = address;
    },
    send,
    sendLater: (outgoing) => {
      if (bot) void send(outgoing);
    },
    sendRaw: async (raw) => {
      const url = urlOf(raw.to ?? "events");
      if (url === undefined) throw new Error("Raw requests need the bot's URL: call connect({ url }) first.");
      const body = Buffer.from(raw.body);
      const now = Math.floor(state.now() / 1000);
      const timestamp = raw.timestamp === undefined ? now : raw.timestamp;
      const signature =
        raw.signature === undefined
          ? signRequest(raw.signingSecret ?? state.app.signingSecret, timestamp ?? now, body)
          : raw.signature;
      const headers = {
        "Content-Type": raw.contentType ?? "application/json",
        ...(timestamp !== null && { "X-Slack-Request-Timestamp": String(timestamp) }),
        ...(signature !== null && { "X-Slack-Signature": signature }),
        ...raw.headers,
      };
      const started = performance.now();
      const answer = await track(client.post(url, headers, body, state.acknowledgeWithinMs));
      return {
        kind: "raw",
        eventId: undefined,
        type: "raw",
        team: undefined,
        body: {},
        retryNum: undefined,
        status: answer.status,
        answer: answer.body,
        tookMs: performance.now() - started,
      };
    },
    redeliver: async (eventId, { times = 1, parallel = false, retryNum = 1, reason = "http_timeout" }) => {
      const outgoing = events.get(eventId);
      if (!outgoing) throw new Error(`No event ${eventId} was sent.`);
      const retry = (index: number) => track(attempt(outgoing, { num: retryNum + index, reason }));
      const turns = Array.from({ length: times }, (_, index) => index);
      if (parallel) return Promise.all(turns.map(retry));
      const results: Delivery[] = [];
      for (const index of turns) results.push(await retry(index));
      return results;
    },
    settled: async () => {
      while (open.size > 0) await Promise.allSettled([...open]);
    },
    close: async () => {
      bot = undefined;
      while (open.size > 0) await Promise.allSettled([...open]);
      client.close();
    },
  };
}
