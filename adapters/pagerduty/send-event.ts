import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent } from "node:https";
import { connect, isIP, type LookupFunction } from "node:net";
import type { EventParameters, EventPayloadV2 } from "@pagerduty/pdjs/build/src/events.js";
import { type Clock, type EndAfter, endAfter } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import { refusalsOf, type Said } from "./refusal.ts";

export interface EventSettings {
  /** Without a slash at its end: `https://events.pagerduty.com`. */
  readonly eventsUrl: string;
  readonly routingKey: string;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** The addresses to which a connection to a URL may be made. Throws where none may. */
export type FindReachable = (url: URL) => Promise<readonly string[]>;

export interface EventPorts {
  readonly clock: Clock;
  /** The addresses to which a connection to a URL may be made; throws where none may. Any, where it is not told. */
  readonly findReachable?: FindReachable;
  /** What ends the wait for an answer. */
  readonly endAfter?: EndAfter;
}

/** An event but for its routing key, by PagerDuty's names (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/). */
export type PagerEvent = {
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
} & (
  | { readonly event_action: "acknowledge" | "resolve" }
  | ({ readonly event_action: "trigger" } & Pick<EventPayloadV2, "payload" | "links">)
);

/** Node's own name of the channel; its messages are in https://nodejs.org/api/diagnostics_channel.html#http. */
const answered = "http.client.response.finish";
const idHeader = "x-request-id";

/**
 * Sends one event, once: pdjs tries again by itself after 429, which is refused it here. What PagerDuty says is taken from
 * the answer itself, since pdjs hides all of it but a sound body.
 */
export async function sendEvent(
  { clock, findReachable, endAfter: end = endAfter }: EventPorts,
  { eventsUrl, routingKey, timeoutMs }: EventSettings,
  event: PagerEvent,
): Promise<void> {
  const refusals = refusalsOf(eventsUrl, [routingKey]);
  const { event: send } = await import("@pagerduty/pdjs");
  const signal = end(timeoutMs);
  const addresses = findReachable ? await reach(findReachable, eventsUrl, signal, refusals) : null;
  const lookup = addresses === null ? {} : { lookup: pinned(addresses) };
  const id = randomUUID();
  let answer: IncomingMessage | null = null;
  const listen = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (String(request.getHeader(idHeader)) === id) answer = response;
  };
  let attempts = 0;
  const agent = (): Agent => {
    attempts += 1;
    if (attempts > 1) throw new Error("once is enough");
    return eventsUrl.startsWith("http:") ? new PlainAgent(lookup) : new Agent(lookup);
  };
  const parameters: EventParameters & { readonly agent: () => Agent } = {
    data: { routing_key: routingKey, ...event } as EventPayloadV2,
    server: eventsUrl.replace(/^https?:\/\//, ""),
    headers: { "content-type": "application/json", [idHeader]: id },
    signal,
    redirect: "manual",
    retryTimeout: 0,
    // Its own is a timer that ends nothing, and keeps the process.
    requestTimeout: 0,
    agent,
  };
  subscribe(answered, listen);
  const outcome = await send(parameters)
    .then(({ data }): unknown => data)
    .catch((thrown: unknown) => ({ thrown }))
    .finally(() => {
      unsubscribe(answered, listen);
    });
  // What the answer's body ends with does not change what its status says.
  const said = saidBy(answer, outcome);
  if (!said) throw refusals.lost((outcome as { thrown?: unknown }).thrown);
  if (said.status !== 202) throw refusals.refused(said, clock.now());
}

async function reach(
  findReachable: FindReachable,
  eventsUrl: string,
  signal: AbortSignal,
  refusals: ReturnType<typeof refusalsOf>,
): Promise<readonly string[]> {
  const tooLate = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(unresolved), { once: true });
  });
  try {
    return await Promise.race([findReachable(new URL(eventsUrl)), tooLate]);
  } catch (error) {
    throw error instanceof ExpertError ? error : refusals.lost(error);
  }
}

/** As Node says it of a name that cannot be looked up now. */
const unresolved = Object.assign(new Error("the name was not looked up in time"), { code: "EAI_AGAIN" });

/** Answers with these addresses, whatever is asked. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) done(null, found);
    else if (first) done(null, first.address, first.family);
  };

function saidBy(answer: IncomingMessage | null, body: unknown): Said | null {
  if (!answer) return null;
  return {
    status: answer.statusCode ?? 0,
    header: (name) => {
      const value = answer.headers[name];
      return typeof value === "string" ? value : null;
    },
    message: messageOf(body),
  };
}

function messageOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  const parts = [message, ...(Array.isArray(errors) ? (errors as readonly unknown[]) : [])];
  return parts.filter((part) => typeof part === "string").join("; ");
}

/** pdjs speaks https whatever the address says; one that begins with http is a relay or a test on this machine. */
class PlainAgent extends Agent {
  override createConnection(options: {
    readonly port: number;
    readonly host: string;
    readonly lookup?: LookupFunction;
  }): ReturnType<typeof connect> {
    const { port, host, lookup } = options;
    return connect({ port, host, ...(lookup === undefined ? {} : { lookup }) });
  }
}
