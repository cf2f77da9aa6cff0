import type { Reply } from "../conversation/reply.ts";
import type { TurnInHand } from "../conversation/turn-in-hand.ts";
import { isAttached } from "../conversation/rank-attachments.ts";
import { canRead } from "../identity/access.ts";
import type { Department } from "../identity/member.ts";
import { type ApprovalId, newId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import type { Approval, ProposedAnswer } from "./approval.ts";
import type { NewApproval } from "./approval-store.ts";
import { chooseApprovers, type ChooseApproversPorts } from "./choose-approvers.ts";
import { type Access, strictestOf } from "./cited-sources.ts";
import { mayBeNamed } from "./may-be-named.ts";
import { mayDecide } from "./may-decide.ts";
import { type RequestReason, whyApproval } from "./needs-approval.ts";
import { requestTexts } from "./request-texts.ts";
import { sameQuestion } from "./same-question.ts";
import { sendingThreshold } from "./sending-threshold.ts";

type Judged = Extract<Reply, { kind: "answer" | "not_found" }>;
type Pending = Extract<Reply, { kind: "pending" }>;

export interface ApprovalRequest {
  readonly reply: Pending;
  readonly approval: NewApproval;
}

/** Open questions of a department that a new one is held against, and how many people are named to the asker. */
const openCompared = 50;
const namesTold = 3;

/**
 * Whether a human decides on a turn's reply first, by the policy of the department that it is about; null where it is sent
 * as it is. What stands behind it was found for this turn: `hits`.
 */
export async function requestApproval(
  ports: ChooseApproversPorts,
  inHand: TurnInHand,
  reply: Judged,
  hits: readonly SearchHit[],
): Promise<ApprovalRequest | null> {
  const department = departmentOf(inHand, reply, hits);
  if (department === null) return null;
  const answer = proposed(inHand, reply, hits);
  const access = accessOf(inHand, department, answer, hits);
  const why = whyApproval(reply, department.approval, {
    label: answer === null ? null : access.label,
    threshold: sendingThreshold(department),
  });
  return why === null ? null : await request(ports, inHand, reply, { department, answer, access, why });
}

interface Asked {
  readonly department: Department;
  readonly answer: ProposedAnswer | null;
  readonly access: Access;
  readonly why: RequestReason;
}

async function request(
  ports: ChooseApproversPorts,
  inHand: TurnInHand,
  reply: Judged,
  { department, answer, access, why }: Asked,
): Promise<ApprovalRequest> {
  const { turn, work, identity } = inHand;
  const id = newId<ApprovalId>();
  const { approval: policy } = department;
  const question = work.retrieval?.standaloneQuestion ?? turn.question;
  const named = mayBeNamed(inHand);
  const asked = { departmentId: department.id, askedBy: identity.member.id, ...access };
  const level = policy.levels[0];
  const [approvers, open] = await Promise.all([
    level === undefined ? [] : chooseApprovers(ports, turn.tenantId, asked, level),
    ports.database.withTenant(turn.tenantId, ({ approvals }) =>
      approvals.openIn(department.id, openCompared),
    ),
  ]);
  const leading = await findLeading(ports, inHand, question, open);
  const names = named && approvers.length > 0 ? listNames(approvers) : null;
  const words = requestTexts[turn.language];
  const asking = words.asked(names, department.name[turn.language]);
  return {
    reply: {
      kind: "pending",
      turnId: turn.id,
      language: turn.language,
      text: [words.why[why], asking, words.comes].join(" "),
      approvalId: id,
      confidence: reply.confidence,
      ...(policy.show_draft && answer !== null ? { draft: answer } : {}),
      ...(reply.fuller === true ? { fuller: true as const } : {}),
    },
    approval: {
      id,
      named,
      departmentId: department.id,
      question,
      why,
      answer,
      confidence: reply.confidence,
      ...access,
      policy,
      sameAs: leading?.id ?? null,
    },
  };
}

/**
 * The earlier question with which this one is decided. One that the asker decides on is none: with it they would decide on
 * their own.
 */
async function findLeading(
  ports: ChooseApproversPorts,
  inHand: TurnInHand,
  question: string,
  open: readonly Approval[],
): Promise<Approval | null> {
  const { turn, identity } = inHand;
  for (const other of open) {
    if (!answersBoth(inHand, question, other)) continue;
    // At whichever level, also one that is not asked yet.
    const overdue = { ...other, state: "escalated" } as const;
    if (!(await mayDecide(ports, turn.tenantId, overdue, identity.member.id))) return other;
  }
  return null;
}

/** Whether the answer to an earlier question that waits is one to this question as well, and for these readers. */
const answersBoth = ({ scope, turn }: TurnInHand, question: string, other: Approval): boolean =>
  other.language === turn.language &&
  other.departmentId !== null &&
  other.reviewOf === null &&
  canRead(scope, { departmentId: other.departmentId, sensitivity: other.label, readers: other.readers }) &&
  sameQuestion(question, other.question);

function listNames(people: readonly { readonly name: string }[]): string | null {
  return people.length > namesTold ? null : people.map(({ name }) => name).join(", ");
}

/** The department asked or routed to; where neither is, that of the first source. */
function departmentOf(
  { identity, work }: TurnInHand,
  reply: Judged,
  hits: readonly SearchHit[],
): Department | null {
  const cited = reply.kind === "answer" ? new Set(reply.citations.map(({ passageId }) => passageId)) : null;
  const source = hits.find(({ passage }) => !isAttached(passage) && (cited?.has(passage.id) ?? false));
  const id = work.departmentId ?? source?.passage.departmentId;
  return identity.departments.find((department) => department.id === id) ?? null;
}

/**
 * The draft without what the reply tells its asker besides; also where it was withheld because it is so doubtful, unless it
 * rests on a file of the asker's: what they were not shown is nobody else's.
 */
function proposed(
  { work: { draft } }: TurnInHand,
  reply: Judged,
  hits: readonly SearchHit[],
): ProposedAnswer | null {
  if (reply.kind === "answer") {
    const { text, citations, answeredBy } = reply;
    return { text: draft?.text ?? text, citations, answeredBy };
  }
  if (draft === undefined || draft.text === "") return null;
  const cited = new Set(draft.citations.map(({ passageId }) => passageId));
  if (hits.some(({ passage }) => isAttached(passage) && cited.has(passage.id))) return null;
  return { text: draft.text, citations: draft.citations, answeredBy: draft.answeredBy };
}

/**
 * The strictest label and the common readers of what the answer rests on. Where it rests on no document, an expert answers
 * whoever asked: the strictest that the asker, and everyone in the place, may read in the department.
 */
function accessOf(
  { scope }: TurnInHand,
  department: Department,
  answer: ProposedAnswer | null,
  hits: readonly SearchHit[],
): Access {
  const cited = new Set(answer?.citations.map(({ passageId }) => passageId));
  const sources = hits.flatMap(({ passage }) =>
    cited.has(passage.id) && !isAttached(passage) ? [passage] : [],
  );
  if (sources.length === 0) return { label: scope.departments.get(department.id) ?? "public", readers: null };
  return strictestOf(sources);
}
