import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Installation, SlackApp } from "../slack-platform/slack-platform.ts";
import { withFixture } from "./fixture-process.ts";

export type SlackOrder =
  | { readonly kind: "found"; readonly workspaces: number; readonly emails: readonly string[] }
  | { readonly kind: "write"; readonly questions: readonly string[]; readonly file: string }
  | { readonly kind: "count" };

/** A question as somebody wrote it in Slack, and the event that tells the bot. */
export interface WrittenQuestion {
  /** By which the bot's rows know it. */
  readonly eventId: string;
  /** The event's JSON, as it is signed and sent. */
  readonly body: string;
}

/** What stands below the questions that were written. */
export interface ThreadCounts {
  readonly answeredOnce: number;
  readonly unanswered: number;
  readonly answeredMore: number;
  /** Calls of the bot that Slack would have refused, and the first of them. */
  readonly refusedCalls: number;
  readonly refusals: readonly string[];
}

export interface FoundedSlack {
  readonly apiUrl: string;
  readonly app: SlackApp;
  readonly installations: readonly (Installation & { readonly teamId: string; readonly name: string })[];
}

export interface LocalSlack extends FoundedSlack {
  readonly pid: number;
  /** Has people write these questions, in all channels and direct messages in turn, without telling the bot. */
  write(questions: readonly string[]): Promise<readonly WrittenQuestion[]>;
  count(): Promise<ThreadCounts>;
}

/** Runs `work` with a local Slack in a process of its own: workspaces where the app is installed and these people are. */
export async function withLocalSlack<T>(
  {
    folder,
    workspaces,
    emails,
  }: { readonly folder: string; readonly workspaces: number; readonly emails: readonly string[] },
  work: (slack: LocalSlack) => Promise<T>,
): Promise<T> {
  return await withFixture("local-slack.fixture.ts", async ({ pid, ask }) => {
    const order = <Answer>(asked: SlackOrder): Promise<Answer> => ask<Answer>(asked);
    const founded = await order<FoundedSlack>({ kind: "found", workspaces, emails });
    const file = join(folder, "questions.jsonl");
    return await work({
      ...founded,
      pid,
      async write(questions) {
        await order({ kind: "write", questions, file });
        const lines = (await readFile(file, "utf8")).split("\n");
        return lines.map((line) => JSON.parse(line) as WrittenQuestion);
      },
      count: () => order<ThreadCounts>({ kind: "count" }),
    });
  });
}
