import { join } from "node:path";
import type { Installation, SlackApp } from "../slack-platform/slack-platform.ts";
import type { AnswerCounts } from "./event-platform.ts";
import type { WrittenEvent } from "./event-sender.ts";
import { withFixture } from "./fixture-process.ts";
import { readLines } from "./json-lines.ts";

export type SlackOrder =
  | { readonly kind: "found"; readonly workspaces: number; readonly emails: readonly string[] }
  | { readonly kind: "write"; readonly questions: readonly string[]; readonly file: string }
  | { readonly kind: "count" };

export interface FoundedSlack {
  readonly apiUrl: string;
  readonly app: SlackApp;
  readonly installations: readonly (Installation & { readonly teamId: string; readonly name: string })[];
}

export interface LocalSlack extends FoundedSlack {
  readonly pid: number;
  /** Has people write these questions, in all channels and direct messages in turn, without telling the bot. */
  write(questions: readonly string[]): Promise<readonly WrittenEvent[]>;
  count(): Promise<AnswerCounts>;
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
        return await readLines<WrittenEvent>(file);
      },
      count: () => order<AnswerCounts>({ kind: "count" }),
    });
  });
}
