/** Somebody of the local Jira. */
export interface JiraPerson {
  readonly accountId: string;
  readonly displayName: string;
  readonly emailAddress: string | null;
}

export interface JiraCommentRecord {
  readonly id: string;
  readonly author: JiraPerson;
  /** A document (Cloud) or wiki markup (Data Center). */
  body: unknown;
  readonly created: Date;
  updated: Date;
  readonly internal: boolean;
  /** The role that alone may read it. */
  readonly role: string | null;
}

export interface JiraIssueRecord {
  readonly id: string;
  readonly key: string;
  readonly fields: Record<string, unknown>;
  labels: readonly string[];
  status: string;
  assignee: JiraPerson | null;
  resolution: string | null;
  readonly created: Date;
  updated: Date;
  readonly comments: JiraCommentRecord[];
  readonly attachments: { readonly filename: string; readonly size: number; readonly content: Buffer }[];
  readonly moves: {
    readonly by: JiraPerson;
    readonly at: Date;
    readonly from: string;
    readonly to: string;
    /** `historyMetadata` of the request. */
    readonly noted: unknown;
  }[];
}

/** The workflow of every project here: `STATUS: category`, and by which transitions one moves on. */
export const workflow = {
  statuses: { "To Do": "new", "In Progress": "indeterminate", Done: "done" },
  transitions: [
    { id: "11", name: "Start work", from: ["To Do"], to: "In Progress" },
    { id: "21", name: "Stop work", from: ["In Progress"], to: "To Do" },
    { id: "31", name: "Close issue", from: ["To Do", "In Progress"], to: "Done" },
    { id: "41", name: "Reopen", from: ["Done"], to: "To Do" },
  ],
} as const;
export type JiraStatusName = keyof typeof workflow.statuses;
export const projects = ["OPS", "HR"] as const;
export const issueTypes = ["Task", "Incident"] as const;
export const priorities = ["Highest", "High", "Medium", "Low"] as const;
export const resolutions = ["Done", "Won't Do", "Duplicate"] as const;

/** What stands in the local Jira, changed by its people and by requests. */
export interface JiraIssues {
  readonly all: JiraIssueRecord[];
  find(idOrKey: string): JiraIssueRecord | undefined;
  create(
    project: string,
    fields: Readonly<Record<string, unknown>>,
    labels: readonly string[],
  ): JiraIssueRecord;
  /** Moves by a transition's id; the name of the status that it leads to. */
  move(
    issue: JiraIssueRecord,
    transition: string,
    by: JiraPerson,
    resolution: string | null,
    noted?: unknown,
  ): void;
  transitionsOf(issue: JiraIssueRecord): readonly (typeof workflow.transitions)[number][];
  comment(
    issue: JiraIssueRecord,
    comment: Pick<JiraCommentRecord, "author" | "body" | "internal" | "role">,
  ): JiraCommentRecord;
  attach(issue: JiraIssueRecord, file: JiraIssueRecord["attachments"][number]): void;
  /** Now, and later than whatever was before. */
  touch(issue: JiraIssueRecord): Date;
  remove(issue: JiraIssueRecord): void;
}

export function createJiraIssues(now: () => Date): JiraIssues {
  const all: JiraIssueRecord[] = [];
  const counts = new Map<string, number>();
  let lastId = 10_000;
  let lastMs = 0;
  const moment = (): Date => {
    lastMs = Math.max(now().getTime(), lastMs + 1);
    return new Date(lastMs);
  };
  const nextId = (): string => String((lastId += 1));

  const issues: JiraIssues = {
    all,
    find: (idOrKey) => all.find(({ id, key }) => id === idOrKey || key === idOrKey),
    create(project, fields, labels) {
      const number = (counts.get(project) ?? 0) + 1;
      counts.set(project, number);
      const at = moment();
      const issue: JiraIssueRecord = {
        id: nextId(),
        key: `${project}-${String(number)}`,
        fields: { ...fields },
        labels,
        status: "To Do",
        assignee: null,
        resolution: null,
        created: at,
        updated: at,
        comments: [],
        attachments: [],
        moves: [],
      };
      all.push(issue);
      return issue;
    },
    transitionsOf: ({ status }) =>
      workflow.transitions.filter(({ from }) => (from as readonly string[]).includes(status)),
    move(issue, transition, by, resolution, noted = null) {
      const found = issues.transitionsOf(issue).find(({ id }) => id === transition);
      if (!found) throw new Error(`${issue.key} has no transition ${transition} from ${issue.status}`);
      const at = issues.touch(issue);
      issue.moves.push({ by, at, from: issue.status, to: found.to, noted });
      issue.status = found.to;
      issue.resolution = found.to === "Done" ? (resolution ?? "Done") : null;
    },
    comment(issue, comment) {
      const at = issues.touch(issue);
      const record = { id: nextId(), ...comment, created: at, updated: at };
      issue.comments.push(record);
      return record;
    },
    attach(issue, file) {
      issues.touch(issue);
      issue.attachments.push(file);
    },
    touch: (issue) => (issue.updated = moment()),
    remove: (issue) => void all.splice(all.indexOf(issue), 1),
  };
  return issues;
}
