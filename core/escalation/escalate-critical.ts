import { mayBeNamed } from "../approvals/may-be-named.ts";
import { type Access, strictestOf } from "../approvals/cited-sources.ts";
import { isAttached } from "../conversation/rank-attachments.ts";
import type { TurnInHand } from "../conversation/turn-in-hand.ts";
import { isExpertError } from "../errors.ts";
import type { Department } from "../identity/member.ts";
import type { TenantId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import type { Logger } from "../logger.ts";
import { fileLabel } from "./escalated-access.ts";
import type { Escalation } from "./escalation.ts";
import { keepEscalation, type RaisePorts, tellRaised } from "./raise.ts";
import type { RaiseRequest } from "./raise-request.ts";
import { judgeCriticality } from "./severity.ts";

/** How turns escalate what is critical. */
export interface TurnEscalations {
  /** Keeps it; nobody is told or woken until the turn has ended. */
  keep(tenant: TenantId, request: RaiseRequest): Promise<Escalation | null>;
  /** Tells and wakes, in the background; never throws. What is lost of it is found by the sweeper. */
  tell(tenant: TenantId, escalation: Escalation): void;
}

export const createTurnEscalations = (ports: RaisePorts): TurnEscalations => ({
  keep: (tenant, request) => keepEscalation(ports, tenant, request),
  tell(tenant, escalation) {
    tellRaised(ports, tenant, escalation).catch((error: unknown) => {
      ports.logger.warn("a critical question's escalation could not be shown at once", {
        escalation: escalation.id,
        error,
      });
    });
  },
});

interface CriticalPorts {
  /** Absent where nothing escalates, as in an evaluation. */
  readonly escalations?: TurnEscalations;
  readonly logger: Logger;
}

type Hits = readonly SearchHit[];

/**
 * Keeps that a turn's question is escalated if it is critical by the words of its department: the one asked or routed to,
 * else that of its first source, else that of the best passage found; where nothing was found, whichever of those that the asker may
 * ask does the most about it, since somebody should know. Asks the database nothing where it is not critical.
 * The answer does not suffer from what goes wrong: only the database's absence is thrown, which the turn's end would meet as well.
 * @param hitsOf what was found; read again only where the department is unknown and the question critical.
 */
export async function escalateCritical(
  { escalations, logger }: CriticalPorts,
  inHand: TurnInHand,
  hitsOf: () => Promise<Hits>,
): Promise<Escalation | null> {
  const { turn, work } = inHand;
  if (!escalations) return null;
  const judged = judgedDepartments(inHand);
  if (judged.length === 0) return null;
  try {
    const hits = await hitsOf();
    const { passages, access } = restsOn(work.draft?.citations ?? [], hits);
    const best = passages[0] ?? hits.find(({ passage }) => !isAttached(passage))?.passage;
    const departmentId = work.departmentId ?? best?.departmentId;
    const found =
      departmentId == null ? judged[0] : judged.find(({ department: { id } }) => id === departmentId);
    if (found === undefined) return null;
    return await escalations.keep(turn.tenantId, {
      trigger: "critical",
      turnId: turn.id,
      by: null,
      departmentId: found.department.id,
      access,
      named: mayBeNamed(inHand),
      word: found.word,
    });
  } catch (error) {
    if (isExpertError(error, "database_unavailable", "storage_full")) throw error;
    logger.error("a critical question could not be escalated", { turn: turn.id, error });
    return null;
  }
}

const does = { none: 0, ticket: 1, page: 2, both: 3 } as const;

/** The departments that would escalate the question by its words, the one that does the most about it first. */
function judgedDepartments({
  turn: { question },
  work: { departmentId },
  identity: { departments },
  scope,
}: TurnInHand): readonly { readonly department: Department; readonly word: string }[] {
  return departments
    .flatMap((department) => {
      const { id, escalation } = department;
      const asked = departmentId == null ? scope.departments.has(id) : id === departmentId;
      if (!asked || escalation.on.critical === "none") return [];
      const { critical, word } = judgeCriticality(question, escalation.critical_words);
      return critical ? [{ department, word }] : [];
    })
    .toSorted(
      (a, b) => does[b.department.escalation.on.critical] - does[a.department.escalation.on.critical],
    );
}

/** The documents that a draft cites and how strictly they are held. */
function restsOn(
  citations: readonly { readonly passageId: string }[],
  hits: Hits,
): { readonly passages: readonly SearchHit["passage"][]; readonly access: Access } {
  const cited = new Set<string>(citations.map(({ passageId }) => passageId));
  const all = hits.flatMap(({ passage }) => (cited.has(passage.id) ? [passage] : []));
  const passages = all.filter((passage) => !isAttached(passage));
  const from: Access = { label: passages.length < all.length ? fileLabel : "public", readers: null };
  return { passages, access: strictestOf(passages, from) };
}
