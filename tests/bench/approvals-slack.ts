import type { Installation, SlackApp } from "../slack-platform/slack-platform.ts";
import { withFixture } from "./fixture-process.ts";

/** A plant of the company: its workspace, who asks there, and who decides. */
export interface BenchPlant {
  readonly slug: string;
  readonly asker: string;
  readonly approvers: readonly string[];
}

export type ApprovalsOrder =
  | { readonly kind: "found"; readonly plants: readonly BenchPlant[] }
  | { readonly kind: "connect"; readonly url: string }
  /** Each asks in turn, in a channel of its own. */
  | { readonly kind: "ask"; readonly from: number; readonly count: number }
  /** How many questions have all their cards. */
  | { readonly kind: "offered" }
  /** An approver of each question approves; one after the other where no rate is given. */
  | {
      readonly kind: "decide";
      readonly from: number;
      readonly count: number;
      readonly perSecond: number | null;
    }
  /** Somebody else asks the same in other words: how many get the verified answer, without a human. */
  | { readonly kind: "again"; readonly from: number; readonly count: number; readonly afterMs: number }
  /** The same clicks against an app that answers with one message and one change. */
  | { readonly kind: "bare"; readonly url: string; readonly count: number; readonly perSecond: number | null }
  | { readonly kind: "refusals" };

/** Of one click, in milliseconds from it; null where it was not seen in time. */
export interface Decided {
  readonly acknowledgedMs: number;
  readonly answeredMs: number | null;
  readonly cardsMs: number | null;
}

export interface ApprovalsSlack {
  readonly pid: number;
  readonly apiUrl: string;
  readonly app: SlackApp;
  readonly installations: readonly (Installation & { readonly teamId: string; readonly name: string })[];
  order<Answer>(order: ApprovalsOrder): Promise<Answer>;
}

/** Runs `work` with a local Slack in a process of its own: a workspace for each plant, where the app is installed. */
export const withApprovalsSlack = <T>(
  plants: readonly BenchPlant[],
  work: (slack: ApprovalsSlack) => Promise<T>,
): Promise<T> =>
  withFixture("approvals-slack.fixture.ts", async ({ pid, ask }) => {
    const order = <Answer>(asked: ApprovalsOrder): Promise<Answer> => ask<Answer>(asked);
    const founded = await order<Pick<ApprovalsSlack, "apiUrl" | "app" | "installations">>({
      kind: "found",
      plants,
    });
    return await work({ ...founded, pid, order });
  });

/** How question `number` is asked, and how somebody else asks the same. */
export const questionOf = (slug: string, number: number): string =>
  `${slug.replace("-", " ")}: how do I start pump ${String(number)}?`;
export const sameQuestionOf = (slug: string, number: number): string =>
  `${slug.replace("-", " ")}: how can I start pump ${String(number)}?`;
