import type { ExternalChange, ExternalComment } from "../../core/escalation/external-change.ts";
import type { TicketPorts } from "./create-ticket.ts";
import type { JiraIssue, JiraStatus, JiraUser } from "./client/jira-shapes.ts";
import { commentsSince, isSamePerson, personOf, type ReadComment } from "./read-comments.ts";
import { keyOf } from "./ticket-label.ts";

const lastComment = "last_comment";
const fieldsRead = ["status", "assignee", "resolution", "labels", "updated"];
/** What marks our moves in an issue's history. */
export const moveType = "the-expert-move";
/** As Jira's interface names fields. Others are display names. */
const fieldId = /^(?:customfield_\d+|environment|description|resolution)$/;

/** How an issue stands; null where there is none that the account may see. */
export async function readTicket(
  ports: TicketPorts,
  id: string,
  answerFrom: string,
  since: Date | null,
): Promise<ExternalChange | null> {
  const byName = answerFrom !== lastComment && !fieldId.test(answerFrom);
  const fields = byName
    ? "*all,-comment,-attachment,-worklog,-description"
    : [...fieldsRead, ...(answerFrom === lastComment ? [] : [answerFrom])].join(",");
  const issue = await ports.api.issue(id, fields, byName ? "changelog,names" : "changelog");
  if (!issue) return null;
  const state = stateOf(issue.fields.status);
  const move = lastMove(issue);
  const mover = move?.author ?? null;
  const comments = await commentsSince(ports, id, since);
  const answer =
    answerFrom !== lastComment
      ? fieldText(ports, issue, answerFrom)
      : state === "resolved"
        ? lastAnswer(since === null ? comments : await commentsSince(ports, id, null), mover, issue)
        : null;
  return {
    externalId: issue.id,
    key: keyOf(issue.fields.labels ?? []),
    externalKey: issue.key,
    url: ports.urlOf(issue.key),
    at: issue.fields.updated ?? new Date(0),
    state,
    status: issue.fields.status?.name ?? "?",
    assignees: issue.fields.assignee ? [personOf(issue.fields.assignee)] : [],
    resolution: issue.fields.resolution?.name ?? null,
    by: mover ? personOf(mover) : null,
    ...(state === "resolved" && move?.historyMetadata?.type === moveType ? { isOurs: true as const } : {}),
    comments: comments.map(told),
    answer,
  };
}

const told = ({ id, by, at, text, isPublic, isOurs }: ReadComment): ExternalComment => ({
  id,
  by,
  at,
  text,
  isPublic,
  isOurs,
});

/** Jira's three categories; a status of none is new. */
export function stateOf(status: JiraStatus | undefined): ExternalChange["state"] {
  switch (status?.statusCategory?.key) {
    case "done":
      return "resolved";
    case "indeterminate":
      return "acknowledged";
    default:
      return "open";
  }
}

/** Its last move from one status to another; null where it never moved. */
export function lastMove({ changelog }: JiraIssue): Move | null {
  const moves = (changelog?.histories ?? []).filter(({ items }) =>
    items.some(({ field }) => field === "status"),
  );
  // Cloud tells the newest first, Data Center the oldest.
  return moves.toSorted((one, other) => other.created.getTime() - one.created.getTime())[0] ?? null;
}
type Move = NonNullable<JiraIssue["changelog"]>["histories"][number];

/** The last public comment of whoever settled it, else of whom it is assigned to. */
function lastAnswer(
  comments: readonly ReadComment[],
  mover: JiraUser | null,
  { fields }: JiraIssue,
): string | null {
  const theirs = comments.filter(({ isPublic, isOurs, text }) => isPublic && !isOurs && text !== "");
  for (const person of [mover, fields.assignee ?? null]) {
    const last = theirs.findLast(({ author }) => person && author && isSamePerson(author, person));
    if (last) return last.text;
  }
  return null;
}

/** A field by its id or its display name: text, a document, or what an option is called. */
function fieldText({ text }: TicketPorts, { fields, names = {} }: JiraIssue, name: string): string | null {
  const id = Object.hasOwn(fields, name)
    ? name
    : Object.keys(names).find((one) => names[one]?.toLowerCase() === name.toLowerCase());
  const value = id === undefined ? null : fields[id];
  const read = Array.isArray(value)
    ? value.map((one) => valueText(one, text)).join(", ")
    : valueText(value, text);
  return read.trim() === "" ? null : read.trim();
}

function valueText(value: unknown, text: TicketPorts["text"]): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return text.read(value);
  if (typeof value !== "object" || value === null) return "";
  if ("type" in value && value.type === "doc") return text.read(value);
  const named = "value" in value ? value.value : "name" in value ? value.name : null;
  return typeof named === "string" ? named : "";
}
