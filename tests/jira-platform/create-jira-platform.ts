import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createJiraFaults, type JiraFault } from "./jira-faults.ts";
import { createJiraIssues, type JiraIssueRecord, type JiraPerson } from "./jira-issues.ts";
import { carryOut, type JiraAnswer, routeOf, type RoutePorts } from "./jira-routes.ts";
import { createJiraWebhooks, type JiraWebhookEvent, type JiraWebhooks } from "./jira-webhooks.ts";
import { type JiraEdition, type Json, presentComment, presentIssue, presentPerson } from "./present-issue.ts";
import { openPublishedDescription } from "./published-description.ts";
import { readRequest } from "./read-request.ts";
import { checkCloudSearch, checkDataCenter } from "./request-shapes.ts";

/** Somebody of Jira, by name. */
export interface NamedPerson {
  readonly name: string;
  /** Null: they do not share it. */
  readonly email: string | null;
}

/** A local Jira. Issues are named by id or key. */
export interface JiraPlatform {
  readonly edition: JiraEdition;
  /** Without a slash at its end. */
  readonly url: string;
  /** What the connection signs in with; Data Center takes the token alone as well. */
  readonly email: string;
  token: string;
  /** A search does not find what was made within this time. */
  indexDelayMs: number;
  /** Whether closing asks for a resolution. */
  requireResolution: boolean;
  missingPermissions: readonly string[];
  attachmentLimitBytes: number;
  /** While true, nothing answers. */
  away: boolean;
  /** Requests so far: `create`, `search`, … */
  readonly asked: readonly string[];
  /** What was asked in a way that Jira does not know; a test expects none. */
  readonly violations: readonly string[];
  readonly webhooks: JiraWebhooks;
  issues(): readonly JiraIssueRecord[];
  issue(idOrKey: string): JiraIssueRecord;
  /** Every change is told there from now on, signed. */
  webhooksTo(url: string, secret: string | null): void;
  /** The next requests end so. */
  fail(...faults: readonly JiraFault[]): void;
  /** Faults that were ordered and not met. */
  faultsLeft(): number;
  /** What people do in Jira itself. */
  assign(issue: string, to: NamedPerson | null, by?: NamedPerson): void;
  /** By a transition's name: `Start work`, `Stop work`, `Close issue`, `Reopen`. */
  move(issue: string, transition: string, by: NamedPerson, resolution?: string): void;
  comment(
    issue: string,
    comment: {
      readonly by: NamedPerson;
      /** Plain text; for more, `body` in the edition's own format. */
      readonly text?: string;
      readonly body?: unknown;
      readonly internal?: boolean;
      readonly role?: string;
    },
  ): string;
  setField(issue: string, name: string, value: unknown): void;
  remove(issue: string): void;
  close(): Promise<void>;
}

export interface JiraPlatformOptions {
  readonly edition: JiraEdition;
  readonly now?: () => Date;
  /** What is delayed happens by these timers; the machine's, unless a test has its own time. */
  readonly after?: (delayMs: number, work: () => void) => void;
}

/**
 * A Jira on this machine, strict about what it is asked: Cloud's requests are held to Atlassian's description (where it is there),
 * Data Center's to shapes of our own; what is unknown in them is refused and noted.
 */
export async function createJiraPlatform({
  edition,
  now = () => new Date(),
  after,
}: JiraPlatformOptions): Promise<JiraPlatform> {
  const check = edition === "cloud" ? openPublishedDescription() : checkDataCenter;
  const account = personOf({ name: "Expert Bot", email: "bot@jira.example" });
  const prefix = edition === "cloud" ? "/rest/api/3" : "/rest/api/2";
  const issues = createJiraIssues(now);
  const webhooks = createJiraWebhooks(edition, now);
  const faults = createJiraFaults(send, after);
  const asked: string[] = [];
  const violations: string[] = [];

  function changed(event: JiraWebhookEvent, issue: JiraIssueRecord, more: Json = {}, by = account): void {
    webhooks.notify(event, {
      user: presentPerson(by, edition),
      // Data Center's events of comments do not have it.
      ...(edition === "data_center" && event.startsWith("comment_")
        ? {}
        : { issue: presentIssue(issue, edition, { fields: ["*all"], expand: [] }) }),
      ...more,
    });
  }
  const violate = (...found: readonly string[]): JiraAnswer => {
    violations.push(...found);
    return { status: 400, body: { errorMessages: found, errors: {} } };
  };
  const isSignedIn = ({ headers: { authorization = "" } }: IncomingMessage): boolean => {
    const basic = `Basic ${Buffer.from(`${platform.email}:${platform.token}`).toString("base64")}`;
    return (
      authorization === basic || (edition === "data_center" && authorization === `Bearer ${platform.token}`)
    );
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (platform.away) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const { method = "" } = request;
    const { body, file, wrong } = await readRequest(request);
    const route = url.pathname.startsWith(prefix) ? routeOf(method, url.pathname.slice(prefix.length)) : null;
    if (!route) {
      send(response, violate(`${method} ${url.pathname}`));
      return;
    }
    asked.push(route.act);
    const query: Record<string, string> = Object.fromEntries(url.searchParams);
    const act = (): JiraAnswer => {
      if (!isSignedIn(request))
        return { status: 401, body: { errorMessages: ["Client must be authenticated."], errors: {} } };
      const described = { method, path: url.pathname, query, body };
      const found = [
        ...wrong,
        ...((edition === "cloud" ? checkCloudSearch(described) : null) ?? check?.(described) ?? []),
      ];
      const ports: RoutePorts = { edition, issues, now, account, rules: platform, changed };
      return found.length > 0 ? violate(...found) : carryOut(ports, { ...route, query, body, file });
    };
    const fault = faults.take(route.act);
    if (fault) faults.meet(fault, act, response);
    else send(response, act());
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Who hangs up in the middle of a request has asked nothing.
      if (request.complete) violations.push(String(error));
      request.socket.destroy();
    });
  });
  // A connection that is kept must not be closed just when the next request comes over it.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const find = (idOrKey: string): JiraIssueRecord => {
    const issue = issues.find(idOrKey);
    if (!issue) throw new Error(`There is no issue ${idOrKey}.`);
    return issue;
  };

  const platform: JiraPlatform = {
    edition,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    email: "bot@jira.example",
    token: "only-for-tests-token",
    indexDelayMs: 0,
    requireResolution: false,
    missingPermissions: [],
    attachmentLimitBytes: 10 * 1024 * 1024,
    away: false,
    asked,
    violations,
    webhooks,
    issues: () => issues.all,
    issue: find,
    webhooksTo: (url, secret) => {
      webhooks.to(url, secret);
    },
    fail: (...more) => {
      faults.add(more);
    },
    faultsLeft: () => faults.left(),
    assign(id, to, by) {
      const issue = find(id);
      issues.touch(issue);
      issue.assignee = to && personOf(to);
      changed("jira:issue_updated", issue, {}, by ? personOf(by) : account);
    },
    move(id, transition, by, resolution) {
      const issue = find(id);
      const found = issues.transitionsOf(issue).find(({ name }) => name === transition);
      if (!found) throw new Error(`${issue.key} has no transition ${transition} from ${issue.status}.`);
      issues.move(issue, found.id, personOf(by), resolution ?? null);
      changed("jira:issue_updated", issue, {}, personOf(by));
    },
    comment(id, { by, text = "", body, internal = false, role = null }) {
      const issue = find(id);
      const written = body ?? (edition === "cloud" ? plainDocument(text) : text);
      const comment = issues.comment(issue, { author: personOf(by), body: written, internal, role });
      changed(
        "comment_created",
        issue,
        { comment: presentComment(issue, comment, edition, false) },
        personOf(by),
      );
      return comment.id;
    },
    setField(id, name, value) {
      const issue = find(id);
      issues.touch(issue);
      issue.fields[name] = value;
      changed("jira:issue_updated", issue);
    },
    remove(id) {
      const issue = find(id);
      issues.remove(issue);
      changed("jira:issue_deleted", issue);
    },
    async close() {
      faults.stop();
      await webhooks.stop();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return platform;
}

function personOf({ name, email }: NamedPerson): JiraPerson {
  const accountId = createHash("sha256").update(name).digest("hex").slice(0, 24);
  return { accountId, displayName: name, emailAddress: email };
}

const plainDocument = (text: string): object => ({
  type: "doc",
  version: 1,
  content: text.split("\n").map((line) => ({
    type: "paragraph",
    content: line === "" ? [] : [{ type: "text", text: line }],
  })),
});

function send(
  response: ServerResponse,
  { status, body }: JiraAnswer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json;charset=UTF-8", ...headers });
  response.end(body === null ? undefined : typeof body === "string" ? body : JSON.stringify(body));
}
