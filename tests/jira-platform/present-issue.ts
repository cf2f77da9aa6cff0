import {
  type JiraCommentRecord,
  type JiraIssueRecord,
  type JiraPerson,
  type JiraStatusName,
  resolutions,
  workflow,
} from "./jira-issues.ts";

export type JiraEdition = "cloud" | "data_center";
export type Json = Readonly<Record<string, unknown>>;

/** As Jira writes moments: `2026-11-20T08:00:00.000+0000`. */
export const jiraMoment = (at: Date): string => at.toISOString().replace("Z", "+0000");

export function presentPerson(person: JiraPerson, edition: JiraEdition): Json {
  const { accountId, displayName, emailAddress } = person;
  return {
    ...(edition === "cloud"
      ? { accountId, accountType: "atlassian" }
      : { name: accountId, key: `JIRAUSER-${accountId}` }),
    displayName,
    // Cloud leaves it out where the person does not share it.
    ...(emailAddress === null ? {} : { emailAddress }),
    active: true,
    timeZone: "Asia/Bangkok",
  };
}

const categories = { new: "To Do", indeterminate: "In Progress", done: "Done" } as const;

export function presentStatus(name: string): Json {
  const key = workflow.statuses[name as JiraStatusName];
  return { id: name, name, statusCategory: { id: 2, key, name: categories[key], colorName: "yellow" } };
}

/** Named fields only; `*all` is all but comments, as far as one names none away. */
export function presentIssue(
  issue: JiraIssueRecord,
  edition: JiraEdition,
  asked: { readonly fields: readonly string[]; readonly expand: readonly string[] },
): Json {
  const { status, assignee, resolution, labels, created, updated, attachments, moves } = issue;
  const all: Json = {
    ...issue.fields,
    status: presentStatus(status),
    assignee: assignee === null ? null : presentPerson(assignee, edition),
    resolution: resolution === null ? null : { id: "1", name: resolution },
    labels,
    created: jiraMoment(created),
    updated: jiraMoment(updated),
    attachment: attachments.map(({ filename, size }, at) => ({ id: String(at), filename, size })),
  };
  const wanted = (name: string): boolean =>
    !asked.fields.includes(`-${name}`) && (asked.fields.includes("*all") || asked.fields.includes(name));
  const histories = moves.map(({ by, at, from, to, noted }, index) => ({
    id: String(index),
    author: presentPerson(by, edition),
    created: jiraMoment(at),
    items: [{ field: "status", fieldtype: "jira", fromString: from, toString: to }],
    ...(noted === null ? {} : { historyMetadata: noted }),
  }));
  return {
    id: issue.id,
    key: issue.key,
    self: `https://jira.example/rest/api/latest/issue/${issue.id}`,
    fields: Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name))),
    ...(asked.expand.includes("names") ? { names: fieldNames } : {}),
    ...(asked.expand.includes("changelog")
      ? { changelog: { histories: edition === "cloud" ? histories.toReversed() : histories } }
      : {}),
  };
}

const fieldNames = { status: "Status", customfield_10050: "Answer", customfield_10051: "Team" } as const;

export function presentComment(
  issue: Pick<JiraIssueRecord, "id">,
  comment: JiraCommentRecord,
  edition: JiraEdition,
  withProperties: boolean,
): Json {
  const { id, author, body, created, updated, internal, role } = comment;
  return {
    id,
    self: `https://jira.example/rest/api/latest/issue/${issue.id}/comment/${id}`,
    author: presentPerson(author, edition),
    updateAuthor: presentPerson(author, edition),
    body,
    created: jiraMoment(created),
    updated: jiraMoment(updated),
    ...(role === null ? {} : { visibility: { type: "role", value: role } }),
    ...(edition === "cloud" ? { jsdPublic: !internal } : {}),
    ...(edition === "data_center" && withProperties
      ? { properties: internal ? [{ key: "sd.public.comment", value: { internal: true } }] : [] }
      : {}),
  };
}

export const presentTransition = (
  { id, name, to }: { readonly id: string; readonly name: string; readonly to: string },
  requireResolution: boolean,
): Json => ({
  id,
  name,
  to: presentStatus(to),
  isAvailable: true,
  fields:
    requireResolution && to === "Done"
      ? {
          resolution: {
            required: true,
            hasDefaultValue: false,
            allowedValues: resolutions.map((one) => ({ name: one })),
          },
        }
      : {},
});
