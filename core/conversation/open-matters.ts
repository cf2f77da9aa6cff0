import type { Database } from "../database.ts";
import type { Handoff } from "../handoff/handoff.ts";
import type { Identity } from "../identity/directory.ts";
import { canTakeOver } from "../identity/policy.ts";
import type { DepartmentId } from "../ids.ts";
import type { ThreadTurn } from "./thread-store.ts";

/** What is open for a person. */
export interface OpenMatters {
  /** Questions of theirs that run, or wait for a human. */
  readonly questions: readonly ThreadTurn[];
  /** What they may take over or have taken over as an expert, with the department's name where one was found. */
  readonly waiting: readonly { readonly handoff: Handoff; readonly department: DepartmentNames | null }[];
}

type DepartmentNames = Identity["departments"][number]["name"];

const shown = 10;

/** Of each kind at most ten. */
export async function openMatters(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  { member, departments }: Pick<Identity, "member" | "departments">,
): Promise<OpenMatters> {
  const [questions, handoffs] = await database.withTenant(member.tenantId, (stores) =>
    Promise.all([
      stores.threads.openQuestions(member.id, shown),
      stores.handoffs.waitingFor(member.id, expertIn(member, departments), shown),
    ]),
  );
  return {
    questions,
    waiting: handoffs
      .filter((handoff) => handoff.takenBy === member.id || canTakeOver(member, handoff))
      .map((handoff) => ({
        handoff,
        department: departments.find(({ id }) => id === handoff.departmentId)?.name ?? null,
      })),
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
