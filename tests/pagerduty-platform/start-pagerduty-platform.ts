import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CheckRequest } from "./published-description.ts";

interface PlatformSchedule {
  readonly id: string;
  readonly name: string;
  /** E-mail addresses of those who are on call; null for a person without one. */
  onCall: readonly (string | null)[];
}

/** How the next call ends. */
export type PagerDutyFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly how: "hang" | "close" };

export interface PagerDutyPlatform {
  readonly apiUrl: string;
  token: string;
  readonly schedules: PlatformSchedule[];
  /** Paths that were asked for, with their query. */
  readonly asked: string[];
  /** What was asked in a way that PagerDuty does not know; a test expects none. */
  readonly violations: string[];
  /** Entries of one page at most. */
  pageSize: number;
  /** While true, nothing answers. */
  away: boolean;
  fail(...faults: readonly PagerDutyFault[]): void;
  close(): Promise<void>;
}

type Answer = readonly [status: number, body: object];
const failure = (status: number, message: string): Answer => [
  status,
  { error: { code: 2000 + status, message } },
];
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * PagerDuty's REST API on this machine, strict about what it is asked.
 * @param check holds every request to PagerDuty's published description as well
 */
export async function startPagerDutyPlatform(check: CheckRequest | null = null): Promise<PagerDutyPlatform> {
  const faults: PagerDutyFault[] = [];

  const violate = (what: string): Answer => {
    platform.violations.push(what);
    return failure(400, what);
  };

  function answer(request: IncomingMessage, url: URL): Answer {
    const { headers, method = "" } = request;
    const query: Record<string, string> = Object.fromEntries(url.searchParams);
    if (check) {
      const plainHeaders = Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          typeof value === "string" ? [[name, value]] : [],
        ),
      );
      platform.violations.push(...check({ method, path: url.pathname, query, headers: plainHeaders }));
    }
    if (method !== "GET") return violate(`${method} ${url.pathname}`);
    if (headers.accept !== "application/vnd.pagerduty+json;version=2") {
      return violate(`accept: ${String(headers.accept)}`);
    }
    if (headers["content-type"] !== "application/json") {
      return violate(`content-type: ${String(headers["content-type"])}`);
    }
    if (headers.authorization !== `Token token=${platform.token}`) return failure(401, "Unauthorized");
    const [, collection, id, relation, ...more] = url.pathname.split("/").map(decodeURIComponent);
    if (collection !== "schedules" || more.length > 0) return violate(url.pathname);
    if (id === undefined) return list(url.searchParams);
    if (relation !== "users") return violate(url.pathname);
    return usersOf(id, url.searchParams);
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

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    platform.asked.push(`${url.pathname}${url.search}`);
    const fault = platform.away ? ({ how: "close" } as const) : faults.shift();
    if (fault === undefined) {
      const [status, body] = answer(request, url);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    } else if ("status" in fault) {
      const headers = { "content-type": "application/json", ...fault.headers };
      response.writeHead(fault.status, headers).end(fault.body ?? JSON.stringify({ error: {} }));
    } else if (fault.how === "close") request.socket.destroy();
  }

  const server = createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const platform: PagerDutyPlatform = {
    apiUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    token: "only-for-tests",
    schedules: [],
    asked: [],
    violations: [],
    pageSize: 100,
    away: false,
    fail: (...more) => void faults.push(...more),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return platform;
}
