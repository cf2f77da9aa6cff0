import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { ExternalComment } from "../../core/escalation/external-change.ts";
import type { JiraApi } from "./client/jira-api.ts";
import type { JiraComment, JiraUser } from "./client/jira-shapes.ts";
import { markerIn, withoutMarker } from "./comment-marker.ts";
import type { TicketText } from "./ticket-text.ts";

/** Cloud keeps 5,000 comments of an issue; of more than these only the newest are looked at. */
const pagesRead = 50;

export interface ReadComment extends ExternalComment {
  readonly author: JiraUser | null;
  /** When it was written or last changed. */
  readonly changedAt: Date;
  readonly marker: string | null;
}

/** Comments newest first, page after page, until told that it is enough. */
async function* newestFirst(
  { api, text }: { readonly api: JiraApi; readonly text: TicketText },
  id: string,
): AsyncGenerator<ReadComment> {
  let startAt = 0;
  for (let page = 0; page < pagesRead; page += 1) {
    const { comments, total } = await api.comments(id, startAt);
    yield* comments.map((comment) => readComment(comment, text));
    startAt += comments.length;
    if (comments.length === 0 || startAt >= total) return;
  }
}

/** All since then, oldest first; all where it is null. */
export async function commentsSince(
  ports: { readonly api: JiraApi; readonly text: TicketText },
  id: string,
  since: Date | null,
): Promise<readonly ReadComment[]> {
  const found: ReadComment[] = [];
  for await (const comment of newestFirst(ports, id)) {
    if (since !== null && comment.changedAt < since && comment.at < since) break;
    found.push(comment);
  }
  return found.toReversed();
}

export async function hasComment(
  ports: { readonly api: JiraApi; readonly text: TicketText },
  id: string,
  marker: string,
): Promise<boolean> {
  for await (const comment of newestFirst(ports, id)) if (comment.marker === marker) return true;
  return false;
}

function readComment(comment: JiraComment, text: TicketText): ReadComment {
  const markdown = text.read(comment.body);
  const marker = markerIn(markdown);
  return {
    id: comment.id,
    by: personOf(comment.author),
    at: comment.created,
    changedAt: comment.updated ?? comment.created,
    text: withoutMarker(markdown),
    isPublic: isPublic(comment),
    isOurs: marker !== null,
    author: comment.author ?? null,
    marker,
  };
}

/** Jira Service Management's own notes, and what a role or a group alone may read, are not. */
function isPublic({ jsdPublic, visibility, properties }: JiraComment): boolean {
  const internal = properties?.some(
    ({ key, value }) =>
      key === "sd.public.comment" &&
      typeof value === "object" &&
      value !== null &&
      "internal" in value &&
      String(value.internal) === "true",
  );
  return jsdPublic !== false && (visibility ?? null) === null && internal !== true;
}

export const personOf = (user: JiraUser | null | undefined): ExternalPerson => ({
  name: user?.displayName ?? user?.name ?? "?",
  email: user?.emailAddress ?? null,
});

/** Cloud names people by their account, Data Center by their name. */
export const isSamePerson = (one: JiraUser, other: JiraUser): boolean =>
  typeof one.accountId === "string"
    ? one.accountId === other.accountId
    : typeof one.name === "string" && one.name === other.name;
