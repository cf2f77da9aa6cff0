import type { ProposedAnswer } from "../approvals/approval.ts";
import type { Database } from "../database.ts";
import { accessOfCited } from "../escalation/escalated-access.ts";
import { type ApprovalId, isId, type TenantId, type TurnId } from "../ids.ts";

/** What is told of an event in words. What rests on documents that are restricted, or that some alone may read, is left out, and `withheld` says so. */
export interface EventWords {
  readonly question: string;
  readonly language: string;
  readonly asked_by: string | null;
  /** Markdown with `[n]` markers; null where there is none yet. */
  readonly answer: string | null;
  readonly sources: readonly { readonly number: number; readonly title: string; readonly quote: string }[];
  readonly withheld: boolean;
}

type About = Readonly<Record<string, string | null>>;
interface WordPorts {
  readonly database: Pick<Database, "withTenant">;
}

/**
 * The words that an event is about, as they stand now: of an approval the answer that is or was before its approvers, else
 * the answer of the turn. Null where the question is gone.
 */
export async function readEventWords(
  ports: WordPorts,
  tenant: TenantId,
  about: About,
): Promise<EventWords | null> {
  const turnId = idOf<TurnId>(about["turn_id"]);
  const approvalId = idOf<ApprovalId>(about["approval_id"]);
  if (turnId === null) return null;
  const { turn, asker, approval } = await ports.database.withTenant(
    tenant,
    async ({ threads, members, approvals }) => {
      const [asked, decided] = await Promise.all([
        threads.turn(turnId),
        approvalId === null ? approvals.ofTurn(turnId) : approvals.find(approvalId),
      ]);
      return { turn: asked, approval: decided, asker: asked && (await members.member(asked.userId)) };
    },
  );
  if (turn === null) return null;
  const replied = turn.reply?.kind === "answer" ? turn.reply : null;
  const answer: Pick<ProposedAnswer, "text" | "citations"> | null =
    approvalId === null ? replied : (approval?.answer ?? null);
  const access = await accessOfCited(
    ports,
    tenant,
    answer?.citations ?? [],
    approval === null ? undefined : { label: approval.label, readers: approval.readers },
  );
  const withheld = answer !== null && (access.label === "restricted" || access.readers !== null);
  return {
    question: turn.question,
    language: turn.language,
    asked_by: asker?.name ?? null,
    answer: withheld ? null : (answer?.text ?? null),
    sources: withheld
      ? []
      : (answer?.citations ?? []).map(({ number, title, quote }) => ({ number, title, quote })),
    withheld,
  };
}

const idOf = <T extends string>(value: string | null | undefined): T | null =>
  typeof value === "string" && isId(value) ? (value as T) : null;
