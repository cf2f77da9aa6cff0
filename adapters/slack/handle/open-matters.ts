import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { approvalsWaiting } from "../../../core/approvals/inbox.ts";
import { viewOf } from "../../../core/approvals/present-approval.ts";
import type { ThreadTurn } from "../../../core/conversation/thread-store.ts";
import { isFinished } from "../../../core/conversation/turn.ts";
import type { Handoff } from "../../../core/handoff/handoff.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { canTakeOver } from "../../../core/identity/policy.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import type { Address } from "../../../core/delivery/address.ts";
import type { Language } from "../../../core/text/language.ts";
import { parseThreadKey } from "../thread-key.ts";
import type { Desk } from "./desk.ts";
import { handleTexts } from "./texts.ts";
import type { Workspace } from "./workspace.ts";

/** A question of the person's that is not settled. */
export interface OpenQuestion {
  readonly question: string;
  /** What happens to it, in words. */
  readonly state: string;
  /** Where it is opened in Slack; null where it is not to be found there. */
  readonly link: string | null;
}

/** A question that waits for the person as an expert. */
export interface WaitingQuestion {
  readonly handoff: Handoff;
  /** Of its department; null where none was found. */
  readonly department: string | null;
  readonly link: string | null;
}

/** An answer that waits for the person's decision. */
export interface WaitingApproval {
  readonly view: ApprovalView;
  readonly link: string | null;
}

export interface OpenMatters {
  readonly questions: readonly OpenQuestion[];
  readonly waiting: readonly WaitingQuestion[];
  readonly approvals: readonly WaitingApproval[];
}

const shown = 10;
/** Each takes more room than a question does. */
const approvalsShown = 5;

/** What is open for a person: what they asked, and what they may take over or have taken over. */
export async function openMatters(
  { database, approvals: ports }: Pick<Desk, "database" | "approvals">,
  workspace: Workspace,
  identity: Identity,
  language: Language,
): Promise<OpenMatters> {
  const { member, departments } = identity;
  const mine = expertIn(member, departments);
  const [turns, handoffs] = await database.withTenant(member.tenantId, (stores) =>
    Promise.all([
      stores.threads.openQuestions(member.id, shown),
      stores.handoffs.waitingFor(member.id, mine, shown),
    ]),
  );
  const approvals = (await approvalsWaiting(ports, identity)).slice(0, approvalsShown);
  const may = handoffs.filter((handoff) => handoff.takenBy === member.id || canTakeOver(member, handoff));
  return {
    questions: await Promise.all(
      turns.map(async (turn) => ({
        question: turn.question,
        state: stateOf(turn, language),
        link: await linkTo(workspace, turn),
      })),
    ),
    waiting: await Promise.all(
      may.map(async (handoff) => ({
        handoff,
        department: departments.find(({ id }) => id === handoff.departmentId)?.name[language] ?? null,
        // It opens for its asker alone.
        link: handoff.shared ? await linkTo(workspace, handoff) : null,
      })),
    ),
    approvals: await Promise.all(
      approvals.map(async (approval) => ({
        view: await viewOf(ports, identity, approval),
        link: approval.shared ? await linkTo(workspace, approval) : null,
      })),
    ),
  };
}

/** Null among them: questions of no department. */
function expertIn(
  member: Identity["member"],
  departments: Identity["departments"],
): readonly (DepartmentId | null)[] {
  const all: readonly (DepartmentId | null)[] = [...departments.map(({ id }) => id), null];
  // Of nobody's question in particular: one's own are left out one by one.
  const requestedBy = "" as typeof member.id;
  return all.filter((departmentId) => canTakeOver(member, { departmentId, requestedBy }));
}

/** One that is answered is listed because a human was asked for. */
const stateOf = ({ state }: ThreadTurn, language: Language): string =>
  isFinished(state) ? handleTexts[language].waitsForHuman : handleTexts[language].state[state];

async function linkTo(
  { installationId, messages }: Workspace,
  {
    channel,
    threadKey,
    address,
  }: { readonly channel: string; readonly threadKey: string; readonly address: Address },
): Promise<string | null> {
  if (channel !== "slack") return null;
  const thread = parseThreadKey(threadKey);
  if (thread.kind !== "thread" || thread.workspaceId !== installationId) return null;
  return await messages.permalink(thread.channelId, address["ts"] ?? thread.threadTs);
}
