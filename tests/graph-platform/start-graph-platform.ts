import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EntraTenant, type GraphFault } from "./graph-platform.ts";

export interface GraphPlatform {
  /** `http://127.0.0.1:…/v1.0` */
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly appId: string;
  readonly secret: string;
  /** What was asked in a way that Graph or Entra does not know; a test expects none. */
  readonly violations: string[];
  /** The paths that Graph was asked for, without their host. */
  readonly asked: string[];
  /** The forms by which the app asked for tokens. */
  readonly logins: URLSearchParams[];
  /** Entries of one page. */
  pageSize: number;
  /** While true, nothing of Graph answers; the login does. */
  away: boolean;
  tenant(id?: string): EntraTenant;
  /** The next calls of Graph end so. */
  fail(...faults: readonly GraphFault[]): void;
  /** No token that was given until now is taken any more. */
  revokeTokens(): void;
  close(): Promise<void>;
}

interface Options {
  readonly appId?: string;
  readonly secret?: string;
  /** Tokens for other services by their scope, where one login serves them too. */
  readonly others?: Readonly<Record<string, string>>;
}

type Answer = readonly [status: number, body: object];
const failure = (status: number, code: string, message = "as Graph says"): Answer => [
  status,
  { error: { code, message } },
];
const userFields = ["id", "displayName", "mail", "userPrincipalName", "userType", "accountEnabled"] as const;
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Entra's login and Graph on this machine, strict about what they are asked. */
export async function startGraphPlatform({
  appId = "11111111-2222-3333-4444-555555555555",
  secret = "only-for-tests",
  others = {},
}: Options = {}): Promise<GraphPlatform> {
  const tenants = new Map<string, EntraTenant>();
  const tokens = new Map<string, EntraTenant>();
  const faults: GraphFault[] = [];
  let base = "";

  const violate = (what: string): Answer => {
    platform.violations.push(what);
    return failure(400, "BadRequest", what);
  };

  function login(path: string, form: URLSearchParams): Answer {
    platform.logins.push(form);
    const refused = (code: string, text: string): Answer => [401, { error: code, error_description: text }];
    const scope = form.get("scope") ?? "";
    const proven =
      form.get("client_secret") === secret || (form.get("client_assertion") ?? "").split(".").length === 3;
    if (form.get("client_id") !== appId) return refused("unauthorized_client", "AADSTS700016: not found");
    if (!proven) return refused("invalid_client", "AADSTS7000215: Invalid client secret provided.");
    if (form.get("grant_type") !== "client_credentials")
      return violate(`grant ${String(form.get("grant_type"))}`);
    const other = others[scope];
    if (other !== undefined) return [200, { token_type: "Bearer", expires_in: 3_600, access_token: other }];
    const tenant = tenants.get(path.split("/")[2] ?? "");
    if (!tenant) return refused("invalid_request", "AADSTS90002: Tenant not found.");
    if (!scope.split(" ").includes(`${base}/.default`)) return violate(`scope ${scope}`);
    const claims = { aud: base, tid: tenant.id, roles: tenant.permissions, jti: randomUUID() };
    const token = `${base64({ alg: "none" })}.${base64(claims)}.`;
    tokens.set(token, tenant);
    return [200, { token_type: "Bearer", expires_in: 3_600, access_token: token }];
  }

  function graph(url: URL, tenant: EntraTenant | undefined): Answer {
    if (!tenant) return failure(401, "InvalidAuthenticationToken");
    const allowed = new Set(["$select", "$top", "$skiptoken"]);
    const strange = [...url.searchParams.keys()].filter((key) => !allowed.has(key));
    const select = (url.searchParams.get("$select") ?? "").split(",");
    const top = Number(url.searchParams.get("$top") ?? 100);
    if (strange.length > 0 || !Number.isInteger(top) || top < 1 || top > 999) return violate(url.search);
    const unknown = select.filter((field) => !(userFields as readonly string[]).includes(field));
    if (unknown.length > 0) return violate(`$select=${select.join(",")}`);
    const readsUsers = tenant.permissions.includes("User.Read.All");
    const readsGroups = tenant.permissions.includes("GroupMember.Read.All");
    const [, version, collection, id, relation, ...more] = url.pathname.split("/").map(decodeURIComponent);
    if (version !== "v1.0" || collection !== "users" || more.length > 0) return violate(url.pathname);
    if (!readsUsers && !readsGroups)
      return failure(403, "Authorization_RequestDenied", "Insufficient privileges");
    if (id === undefined) {
      const value = [...tenant.users.values()].slice(0, top).map((user) => pick(user, select));
      return [200, { value }];
    }
    const user = tenant.users.get(id);
    if (!user) return failure(404, "Request_ResourceNotFound", `Resource '${id}' does not exist`);
    if (relation === undefined) {
      const known = pick(user, select);
      return [200, readsUsers ? known : { ...known, accountEnabled: undefined, userType: undefined }];
    }
    if (relation !== "transitiveMemberOf") return violate(url.pathname);
    return page(url, tenant, id, top);
  }

  function page(url: URL, tenant: EntraTenant, id: string, top: number): Answer {
    const all = [
      { "@odata.type": "#microsoft.graph.directoryRole", id: randomUUID() },
      ...tenant.groupsOf(id).map((group) => ({ "@odata.type": "#microsoft.graph.group", id: group.id })),
    ];
    const size = Math.min(top, platform.pageSize);
    const from = Number(url.searchParams.get("$skiptoken") ?? 0);
    const next = new URL(url);
    next.searchParams.set("$skiptoken", String(from + size));
    const link = from + size < all.length ? { "@odata.nextLink": next.href } : {};
    return [200, { value: all.slice(from, from + size), ...link }];
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", base);
    const end = ([status, body]: Answer, headers: Record<string, string> = {}): void =>
      void response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(body));
    if (request.method === "POST" && /^\/login\/[^/]+\/oauth2\/v2\.0\/token$/.test(url.pathname)) {
      end(login(url.pathname, new URLSearchParams(Buffer.concat(chunks).toString())));
      return;
    }
    if (request.method !== "GET") {
      end(violate(`${request.method ?? ""} ${url.pathname}`));
      return;
    }
    platform.asked.push(`${url.pathname}${url.search}`);
    const fault = platform.away ? ({ how: "close" } as const) : faults.shift();
    if (fault === undefined) {
      const bearer = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
      end(graph(url, tokens.get(bearer)));
    } else if ("status" in fault) {
      end(
        failure(fault.status, fault.code),
        fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter },
      );
    } else if ("body" in fault) {
      response.writeHead(200, { "content-type": "application/json" }).end(fault.body);
    } else if (fault.how === "close") request.socket.destroy();
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error("The local Graph failed:", error);
      response.destroy();
    });
  });
  // Node's own 5 s may be over in the moment in which a connection is used again.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  const platform: GraphPlatform = {
    graphUrl: `${base}/v1.0`,
    loginUrl: `${base}/login`,
    appId,
    secret,
    violations: [],
    asked: [],
    logins: [],
    pageSize: 999,
    away: false,
    tenant(id) {
      const tenant = new EntraTenant(id);
      tenants.set(tenant.id, tenant);
      return tenant;
    },
    fail: (...more) => void faults.push(...more),
    revokeTokens: () => {
      tokens.clear();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return platform;
}

const pick = (user: object, fields: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(user).filter(([key]) => fields.includes(key)));
