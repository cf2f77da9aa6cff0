import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { type ApprovalId, newId, type TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue.ts";
import type { Approval, ProposedAnswer } from "./approval.ts";
import type { NewApproval } from "./approval-store.ts";
import { citedSources, type CitedSources, strictestOf } from "./cited-sources.ts";
import { noApproval } from "./policy.ts";
import type { VerifiedAnswer } from "./verified-answer.ts";

export interface QuestionVerifiedPorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Waited for after a change that is in force at once. Never rejects. */
  readonly onChanged: (tenant: TenantId) => Promise<void>;
}

/** So many of a tenant are taken out of service at a time: a large upload may touch many. */
const atOnce = 20;

/**
 * Takes verified answers out of service that have expired, or a source of which is gone, has other content or is held more
 * strictly by now, and asks for approval of each again. Tells their number. Whatever is interrupted is done once more: the
 * answer ends as `questioned` only after its review is there.
 */
export async function questionVerified(ports: QuestionVerifiedPorts): Promise<number> {
  let questioned = 0;
  for (const { id: tenant } of await ports.database.tenants()) {
    const found = await ports.database.withTenant(tenant, ({ verified }) =>
      verified.questionable(ports.clock.now(), atOnce),
    );
    for (const answer of found) {
      try {
        if (await question(ports, tenant, answer)) questioned += 1;
      } catch (error) {
        ports.logger.warn("a verified answer could not be put up for review; it is tried again", {
          verified: answer.id,
          error,
        });
      }
    }
    if (found.length > 0) await ports.onChanged(tenant);
  }
  return questioned;
}

async function question(
  ports: QuestionVerifiedPorts,
  tenant: TenantId,
  answer: VerifiedAnswer,
): Promise<boolean> {
  const { database, queue } = ports;
  const [approval, departments, sources] = await Promise.all([
    database.withTenant(tenant, ({ approvals }) => approvals.find(answer.approvalId)),
    database.withTenant(tenant, ({ members }) => members.departments()),
    citedSources(ports, tenant, answer.answer.citations),
  ]);
  if (!approval) return false;
  const policy = departments.find(({ id }) => id === answer.departmentId)?.approval ?? noApproval;
  const review = reviewOf(approval, answer, sources);
  const opened = await database.withTenant(tenant, ({ approvals }) =>
    approvals.openReview({ ...review, policy, reviewOf: answer.id, turnId: answer.turnId }, [
      {
        event: "approval.requested",
        status: "success",
        userId: null,
        resourceType: "approval",
        resourceId: review.id,
        metadata: { turn: answer.turnId, why: "review" },
      },
    ]),
  );
  const ended = await database.withTenant(tenant, async ({ verified, documents }) => {
    await documents.remove(answer.documentId, []);
    return await verified.end(answer.id, "questioned", [
      {
        event: "knowledge.questioned",
        status: "success",
        userId: null,
        resourceType: "verified_answer",
        resourceId: answer.id,
        metadata: { approval: answer.approvalId, review: opened.id },
      },
    ]);
  });
  // The sweeper finds a review that nobody was woken for.
  await queue
    .enqueue("approval", { tenantId: tenant, approvalId: opened.id }, { key: `approval-${opened.id}` })
    .catch(() => undefined);
  return ended;
}

/** The answer as it was approved, with those of its sources that still hold what it quotes. */
function reviewOf(
  { confidence, named, label, readers }: Approval,
  { departmentId, question: asked, answer }: VerifiedAnswer,
  { citations, passages }: CitedSources,
): Omit<NewApproval, "policy"> {
  return {
    id: newId<ApprovalId>(),
    named,
    departmentId,
    question: asked,
    why: "review",
    answer: renumbered(answer, citations),
    confidence,
    ...strictestOf(passages, { label, readers }),
    sameAs: null,
  };
}

const sourceMark = /\s?\[(\d{1,3})\](?!\()/g;

/** Without the marks of sources that are gone, and the others numbered 1, 2, 3 …. */
function renumbered(
  { text, answeredBy }: ProposedAnswer,
  standing: ProposedAnswer["citations"],
): ProposedAnswer {
  const numbers = new Map(standing.map(({ number }, at) => [number, at + 1]));
  return {
    text: text.replaceAll(sourceMark, (mark, digits: string) => {
      const number = numbers.get(Number(digits));
      return number === undefined ? "" : mark.replace(digits, String(number));
    }),
    citations: standing.map((citation, at) => ({ ...citation, number: at + 1 })),
    answeredBy,
  };
}
