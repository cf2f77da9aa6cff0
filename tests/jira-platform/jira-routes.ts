import { documentShape } from "./document-shape.ts";
import {
  issueTypes,
  type JiraIssueRecord,
  type JiraIssues,
  type JiraPerson,
  priorities,
  projects,
  resolutions,
} from "./jira-issues.ts";
import type { JiraWebhookEvent } from "./jira-webhooks.ts";
import {
  type JiraEdition,
  type Json,
  presentComment,
  presentIssue,
  presentPerson,
  presentTransition,
} from "./present-issue.ts";

/** What a request does. */
export type JiraAct =
  | "create"
  | "search"
  | "read"
  | "comments"
  | "comment"
  | "transitions"
  | "transition"
  | "attach"
  | "myself"
  | "permissions";

export interface JiraAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface RoutedRequest {
  readonly act: JiraAct;
  /** Of the issue, as it was asked for. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Of an attachment. */
  readonly file: { readonly filename: string; readonly content: Buffer } | null;
}

export interface RoutePorts {
  readonly edition: JiraEdition;
  readonly issues: JiraIssues;
  readonly now: () => Date;
  readonly account: JiraPerson;
  /** What may be set while it runs. */
  readonly rules: {
    readonly indexDelayMs: number;
    readonly requireResolution: boolean;
    readonly missingPermissions: readonly string[];
    readonly attachmentLimitBytes: number;
  };
  readonly changed: (event: JiraWebhookEvent, issue: JiraIssueRecord, more?: Json) => void;
}

const routes: readonly (readonly [RegExp, JiraAct])[] = [
  [/^POST \/issue$/, "create"],
  [/^POST \/search(?:\/jql)?$/, "search"],
  [/^GET \/issue\/([^/]+)$/, "read"],
  [/^GET \/issue\/([^/]+)\/comment$/, "comments"],
  [/^POST \/issue\/([^/]+)\/comment$/, "comment"],
  [/^GET \/issue\/([^/]+)\/transitions$/, "transitions"],
  [/^POST \/issue\/([^/]+)\/transitions$/, "transition"],
  [/^POST \/issue\/([^/]+)\/attachments$/, "attach"],
  [/^GET \/myself$/, "myself"],
  [/^GET \/mypermissions$/, "permissions"],
];

/** Which act a path below `/rest/api/N` is. */
export function routeOf(method: string, path: string): { readonly act: JiraAct; readonly id: string } | null {
  for (const [pattern, act] of routes) {
    const found = pattern.exec(`${method} ${path}`);
    if (found) return { act, id: found[1] ?? "" };
  }
  return null;
}

const refused = (messages: readonly string[], errors: Json = {}, status = 400): JiraAnswer => ({
  status,
  body: { errorMessages: messages, errors },
});
const notThere = refused(["Issue does not exist or you do not have permission to see it."], {}, 404);
const textLimit = 32_767;
/** Control characters and halves of characters, as JSON writes them. */
const unkept = /(?<!\\)(?:\\\\)*\\(?:u00[01]|ud[89a-f]|[bf])/;

/** Does what a sound request asks, and answers as Jira does. */
export function carryOut(ports: RoutePorts, request: RoutedRequest): JiraAnswer {
  const { edition, account } = ports;
  switch (request.act) {
    case "create":
      return create(ports, request.body as { readonly fields?: Json });
    case "search":
      return search(ports, (request.body as { readonly jql: string }).jql);
    case "myself":
      return { status: 200, body: presentPerson(account, edition) };
    case "permissions":
      return { status: 200, body: { permissions: permissions(ports, request.query["permissions"]) } };
    default: {
      const issue = ports.issues.find(request.id);
      return issue ? onIssue(ports, request, issue) : notThere;
    }
  }
}

const known = ["BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "TRANSITION_ISSUES", "CREATE_ATTACHMENTS"];

const permissions = ({ rules }: RoutePorts, asked: string | undefined): Json =>
  Object.fromEntries(
    (asked?.split(",") ?? known).map((key) => [
      key,
      { key, type: "PROJECT", havePermission: !rules.missingPermissions.includes(key) },
    ]),
  );

const settable =
  /^(?:summary|description|labels|project|issuetype|priority|environment|duedate|components|customfield_\d+)$/;

function create(ports: RoutePorts, { fields = {} }: { readonly fields?: Json }): JiraAnswer {
  const errors: Record<string, string> = {};
  const named = (field: string, by: string): unknown => (fields[field] as Json | null | undefined)?.[by];
  const project = named("project", "key");
  const priority = named("priority", "name");
  const { summary, labels = [] } = fields;
  if (!projects.some((one) => one === project)) errors["project"] = "valid project is required";
  if (!issueTypes.some((one) => one === named("issuetype", "name")))
    errors["issuetype"] = "Specify a valid issue type";
  if (priority !== undefined && !priorities.some((one) => one === priority))
    errors["priority"] = `Priority name ${JSON.stringify(priority)} is not valid`;
  if (typeof summary !== "string" || summary === "" || summary.includes("\n") || summary.length > 255)
    errors["summary"] = "The summary is invalid because it contains newline characters or is too long.";
  const sound =
    Array.isArray(labels) && labels.every((label) => typeof label === "string" && /^\S{1,255}$/.test(label));
  if (!sound) errors["labels"] = "The label can't contain spaces.";
  for (const name of Object.keys(fields).filter((one) => !settable.test(one)))
    errors[name] = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
  const wrong = textFault(ports, fields["description"]);
  if (wrong !== null) errors["description"] = wrong;
  if (Object.keys(errors).length > 0) return refused([], errors);
  const issue = ports.issues.create(String(project), fields, labels as readonly string[]);
  ports.changed("jira:issue_created", issue);
  const self = `https://jira.example/rest/api/latest/issue/${issue.id}`;
  return { status: 201, body: { id: issue.id, key: issue.key, self } };
}

function textFault({ edition }: RoutePorts, text: unknown): string | null {
  const length = typeof text === "string" ? text.length : JSON.stringify(text).length;
  if (length > textLimit) return "CONTENT_LIMIT_EXCEEDED";
  if (unkept.test(JSON.stringify(text))) return "There are characters that are not kept.";
  if (edition === "data_center") return typeof text === "string" ? null : "Operation value must be a string";
  const parsed = documentShape.safeParse(text);
  return parsed.success ? null : `Operation value must be an Atlassian Document: ${parsed.error.message}`;
}

const query = /^labels = "((?:[^"\\]|\\["\\])*)" ORDER BY created ASC, key ASC$/;

function search({ edition, issues, rules, now }: RoutePorts, jql: string): JiraAnswer {
  const found = query.exec(jql);
  if (!found) return refused([`Error in the JQL Query: ${jql}`]);
  const label = (found[1] ?? "").replaceAll(/\\(.)/g, "$1");
  const indexed = now().getTime() - rules.indexDelayMs;
  const matching = issues.all
    .filter((issue) => issue.labels.includes(label) && issue.created.getTime() <= indexed)
    .map((issue) => presentIssue(issue, edition, { fields: ["summary"], expand: [] }));
  return {
    status: 200,
    body:
      edition === "cloud"
        ? { issues: matching, isLast: true }
        : { startAt: 0, maxResults: 100, total: matching.length, issues: matching },
  };
}

function onIssue(ports: RoutePorts, request: RoutedRequest, issue: JiraIssueRecord): JiraAnswer {
  const { edition, issues, account, rules } = ports;
  const list = (name: string): readonly string[] =>
    (request.query[name] ?? "").split(",").filter((one) => one !== "");
  switch (request.act) {
    case "comments": {
      const all = issue.comments.map((comment) =>
        presentComment(issue, comment, edition, list("expand").includes("properties")),
      );
      const ordered = request.query["orderBy"] === "-created" ? all.toReversed() : all;
      const startAt = Number(request.query["startAt"] ?? 0);
      const maxResults = Math.min(Number(request.query["maxResults"] ?? 50), 100);
      const comments = ordered.slice(startAt, startAt + maxResults);
      return { status: 200, body: { startAt, maxResults, total: all.length, comments } };
    }
    case "comment": {
      const { body } = request.body as { readonly body: unknown };
      const wrong = textFault(ports, body);
      if (wrong !== null) return refused([], { comment: wrong });
      const comment = issues.comment(issue, { author: account, body, internal: false, role: null });
      const presented = presentComment(issue, comment, edition, false);
      ports.changed("comment_created", issue, { comment: presented });
      ports.changed("jira:issue_updated", issue, { comment: presented });
      return { status: 201, body: presented };
    }
    case "transitions": {
      const transitions = issues
        .transitionsOf(issue)
        .map((one) => presentTransition(one, rules.requireResolution));
      return { status: 200, body: { expand: "transitions", transitions } };
    }
    case "transition":
      return transition(ports, request.body as TransitionBody, issue);
    case "attach":
      return attach(ports, request, issue);
    default: {
      const fields = list("fields");
      const asked = { fields: fields.length === 0 ? ["*all"] : fields, expand: list("expand") };
      return { status: 200, body: presentIssue(issue, edition, asked) };
    }
  }
}

interface TransitionBody {
  readonly transition?: { readonly id?: string };
  readonly fields?: { readonly resolution?: { readonly name?: string } };
  readonly historyMetadata?: unknown;
}

function transition(
  { issues, account, rules, changed }: RoutePorts,
  body: TransitionBody,
  issue: JiraIssueRecord,
): JiraAnswer {
  const id = body.transition?.id ?? "";
  const found = issues.transitionsOf(issue).find((one) => one.id === id);
  if (!found) return refused([`It seems that you have tried to perform an illegal workflow operation.`]);
  const name = body.fields?.resolution?.name;
  if (name !== undefined && !(rules.requireResolution && found.to === "Done"))
    return refused([], {
      resolution: "Field 'resolution' cannot be set. It is not on the appropriate screen.",
    });
  if (rules.requireResolution && found.to === "Done" && !resolutions.some((one) => one === name))
    return refused([], { resolution: "Resolution is required." });
  issues.move(issue, id, account, name ?? null, body.historyMetadata ?? null);
  changed("jira:issue_updated", issue);
  return { status: 204, body: null };
}

function attach(
  { issues, rules, changed }: RoutePorts,
  { file }: RoutedRequest,
  issue: JiraIssueRecord,
): JiraAnswer {
  if (!file) return refused(["No file is named file."]);
  if (file.content.length > rules.attachmentLimitBytes)
    return refused(["The file is larger than allowed."], {}, 413);
  issues.attach(issue, { ...file, size: file.content.length });
  changed("jira:issue_updated", issue);
  return { status: 200, body: [{ id: "1", filename: file.filename, size: file.content.length }] };
}
