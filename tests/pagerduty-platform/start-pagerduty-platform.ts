import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createIncidentBook, type IncidentBook } from "./incident-book.ts";
import { webhookJson } from "./incident-json.ts";
import type { CheckRequest } from "./published-description.ts";
import { type Answer, answerRest, failure } from "./rest-answers.ts";
import { createWebhookSender, type WebhookSender } from "./webhook-sender.ts";

interface PlatformSchedule {
  readonly id: string;
  readonly name: string;
  /** E-mail addresses of those who are on call; null for a person without one. */
  onCall: readonly (string | null)[];
}

/**
 * How a call ends. `done`: what it asked for is done all the same. `hang`: no answer. `close`: the connection is cut.
 * `late`: the answer comes after `ms`, and what it asked for is done at once.
 */
export type PagerDutyFault = (
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly how: "hang" | "close" }
  | { readonly how: "late"; readonly ms: number }
) & { readonly done?: boolean };

/** Which calls: Events API v2, or the REST API. */
type Interface = "events" | "rest";

export interface PagerDutyPlatform extends IncidentBook {
  /** For `events_url` and `api_url`; both are the same server. */
  readonly apiUrl: string;
  token: string;
  readonly schedules: PlatformSchedule[];
  /** Paths that were asked for, with their query. */
  readonly asked: string[];
  /** Events that came, answered or not. */
  readonly events: Readonly<Record<string, unknown>>[];
  /** What was asked in a way that PagerDuty does not know; a test expects none. */
  readonly violations: string[];
  readonly webhooks: WebhookSender;
  /** What time it is there, in milliseconds since 1970; the machine's, unless a test says otherwise. */
  now: () => number;
  /** Entries of one page of schedules at most. */
  pageSize: number;
  /** Told of each call that is not answered, or late. */
  onSilence: () => void;
  /** While true, nothing answers. */
  away: boolean;
  /** The next calls, of either interface, end so. */
  fail(...faults: readonly PagerDutyFault[]): void;
  /** The next calls of one interface end so; null: as it should. */
  failNext(which: Interface, ...faults: readonly (PagerDutyFault | null)[]): void;
  /** The next calls end as they should, whatever was planned. */
  mend(): void;
  close(): Promise<void>;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const eventsPath = "/v2/enqueue";

function summaryOf(payload: unknown): string {
  const { summary } = (payload ?? {}) as { summary?: unknown };
  return typeof summary === "string" ? summary : "";
}

/** Holds requests to PagerDuty's published descriptions as well. */
interface Descriptions {
  readonly rest: CheckRequest | null;
  readonly events: CheckRequest | null;
}

/**
 * PagerDuty on this machine: its REST API, Events API v2 and webhooks v3, with incidents that stand; strict about what it
 * is asked.
 */
export async function startPagerDutyPlatform(
  check: CheckRequest | Descriptions | null = null,
): Promise<PagerDutyPlatform> {
  const descriptions = check === null || typeof check === "function" ? { rest: check, events: null } : check;
  const faults: PagerDutyFault[] = [];
  const planned: Record<Interface, (PagerDutyFault | null)[]> = { events: [], rest: [] };
  const webhooks = createWebhookSender();
  const book = createIncidentBook(
    (event) => {
      webhooks.tell(event.type, webhookJson(event, crypto.randomUUID()));
    },
    () => platform.now(),
  );

  const violate = (what: string): Answer => {
    platform.violations.push(what);
    return failure(400, what);
  };

  /** Null where it is as it should be. */
  function held(which: Interface, request: IncomingMessage, url: URL, body: unknown): string | null {
    const check = descriptions[which];
    if (!check) return null;
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value]] : [],
      ),
    );
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((name) => [
        name,
        name.endsWith("[]") ? url.searchParams.getAll(name) : (url.searchParams.get(name) ?? ""),
      ]),
    );
    const path = which === "events" ? url.pathname.replace(/^\/v2/, "") : url.pathname;
    const found = check({
      method: request.method ?? "",
      path,
      query,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return found.length === 0 ? null : found.join("; ");
  }

  function answerEvent(request: IncomingMessage, url: URL, body: unknown): Answer {
    const event = body as Readonly<Record<string, unknown>>;
    platform.events.push(event);
    const found = held("events", request, url, body);
    if (found !== null) platform.violations.push(found);
    const { dedup_key: key, payload } = event;
    const errors = [
      ...(typeof key === "string" && key.length > 255 ? ["dedup_key is too long"] : []),
      ...(summaryOf(payload).length > 1_024 ? ["summary is too long"] : []),
      ...(found === null ? [] : [found]),
    ];
    if (errors.length === 0 && !book.event(event)) errors.push("Invalid routing key");
    return errors.length === 0
      ? [202, { status: "success", message: "Event processed", dedup_key: key }]
      : [400, { status: "invalid event", message: "Event object is invalid", errors }];
  }

  function answerOther(request: IncomingMessage, url: URL, body: unknown): Answer {
    const { headers, method = "" } = request;
    const found = held("rest", request, url, body);
    if (found !== null) platform.violations.push(found);
    if (headers.accept !== "application/vnd.pagerduty+json;version=2") {
      return violate(`accept: ${String(headers.accept)}`);
    }
    if (headers["content-type"] !== "application/json") {
      return violate(`content-type: ${String(headers["content-type"])}`);
    }
    if (headers.authorization !== `Token token=${platform.token}`) return failure(401, "Unauthorized");
    if (found !== null) return failure(400, found);
    const path = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const query = url.searchParams;
    const answered = answerRest(book, { method, path, query, from: headers.from, body });
    if (answered) return answered;
    const [collection, id, relation, ...more] = path;
    if (method !== "GET" || collection !== "schedules" || more.length > 0) {
      return violate(`${method} ${url.pathname}`);
    }
    if (id === undefined) return list(query);
    return relation === "users" ? usersOf(id, query) : violate(url.pathname);
  }

  function list(query: URLSearchParams): Answer {
    const strange = [...query.keys()].filter((key) => !["query", "limit", "offset"].includes(key));
    const limit = Number(query.get("limit") ?? 25);
    const offset = Number(query.get("offset") ?? 0);
    const sound = Number.isInteger(limit) && limit >= 1 && limit <= 100 && Number.isInteger(offset);
    if (strange.length > 0 || !sound) return violate(query.toString());
    const words = (query.get("query") ?? "").toLowerCase();
    const found = platform.schedules.filter(({ name }) => name.toLowerCase().includes(words));
    const size = Math.min(limit, platform.pageSize);
    const schedules = found
      .slice(offset, offset + size)
      .map(({ id, name }) => ({ id, type: "schedule", summary: name, name, time_zone: "Asia/Bangkok" }));
    return [200, { schedules, limit: size, offset, more: offset + size < found.length, total: null }];
  }

  function usersOf(id: string, query: URLSearchParams): Answer {
    const [since, until] = [query.get("since") ?? "", query.get("until") ?? ""];
    const sound = instant.test(since) && instant.test(until) && Date.parse(since) < Date.parse(until);
    if (!sound || query.size !== 2) return violate(query.toString());
    const schedule = platform.schedules.find((one) => one.id === id);
    if (!schedule) return failure(404, "Not Found");
    const users = schedule.onCall.map((email, index) => ({
      id: `PUSER${String(index)}`,
      type: "user",
      name: email ?? "Nobody",
      ...(email === null ? {} : { email }),
    }));
    return [200, { users }];
  }

  function serve(request: IncomingMessage, response: ServerResponse, text: string): void {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    platform.asked.push(`${url.pathname}${url.search}`);
    const isEvent = url.pathname === eventsPath && request.method === "POST";
    const work = (): Answer => {
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      return isEvent ? answerEvent(request, url, body) : answerOther(request, url, body);
    };
    const reply = ([status, body]: Answer): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const fault = platform.away
      ? ({ how: "close" } as const)
      : (planned[isEvent ? "events" : "rest"].shift() ?? faults.shift());
    if (!fault) {
      reply(work());
      return;
    }
    if ("how" in fault && fault.how === "late") {
      const answer = work();
      setTimeout(() => {
        reply(answer);
      }, fault.ms).unref();
      platform.onSilence();
      return;
    }
    if (fault.done === true) work();
    if ("status" in fault) {
      const headers = { "content-type": "application/json", ...fault.headers };
      response.writeHead(fault.status, headers).end(fault.body ?? JSON.stringify({ error: {} }));
    } else if (fault.how === "close") request.socket.destroy();
    else platform.onSilence();
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      serve(request, response, Buffer.concat(chunks).toString());
    });
  });
  // A connection that is kept must not be closed just when the next request comes over it.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const platform: PagerDutyPlatform = {
    ...book,
    apiUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    token: "only-for-tests",
    schedules: [],
    asked: [],
    events: [],
    violations: [],
    webhooks,
    now: () => Date.now(),
    pageSize: 100,
    onSilence: () => undefined,
    away: false,
    fail: (...more) => void faults.push(...more),
    failNext: (which, ...more) => void planned[which].push(...more),
    mend() {
      for (const each of [faults, planned.rest, planned.events]) each.length = 0;
    },
    async close() {
      await webhooks.settled();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return platform;
}
