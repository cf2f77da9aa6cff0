import { answerability } from "../answering/answerability.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import { canRead, covers, type ReadScope, withinDepartment } from "../identity/access.ts";
import type { DepartmentId } from "../ids.ts";
import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { isMissedModel } from "../inference/missed-model.ts";
import { modelCallOf } from "./model-call-of.ts";
import { withPictureWords } from "./question-pictures.ts";
import { standaloneQuestion } from "./standalone-question.ts";
import type { Searched, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";

/** Passages that an answer is drafted from. */
const passagesRetrieved = 8;

/** Searches what the turn may use, in one department or in all of them; never twice for the same. */
export async function search(
  ports: TurnStepPorts,
  inHand: TurnInHand,
  departmentId: DepartmentId | null,
  text = withPictureWords(standaloneQuestion(inHand.turn.question, inHand.turn.history), inHand.work),
): Promise<Searched> {
  const { turn, scope, searched } = inHand;
  // Whoever may read one department alone has searched it when all were searched.
  const onlyOne = departmentId !== null && scope.departments.size === 1;
  const same = searched?.departmentId === departmentId || (searched?.departmentId === null && onlyOne);
  const readable = departmentId === null || scope.departments.has(departmentId);
  if (searched?.text === text && same && readable) return searched;
  const vector = searched?.text === text ? searched.vector : await embed(ports, inHand, text);
  const result = await ports.index.search(turn.tenantId, {
    text,
    vector,
    scope: within(scope, departmentId),
    limit: passagesRetrieved,
  });
  return { text, vector, departmentId, result };
}

const within = (scope: ReadScope, departmentId: DepartmentId | null): ReadScope =>
  departmentId === null ? scope : withinDepartment(scope, departmentId);

/**
 * An answer of quotes rests on three passages at most. Where none of the asker's best three is hidden from the place,
 * the fuller answer would say the same.
 */
const decidingHits = 3;

/**
 * May the asker read something better about it than everyone in the place? Only where what they may read is likely to
 * hold an answer at all, so that nobody is offered more of nothing.
 */
export async function knowsMore(
  ports: TurnStepPorts,
  { turn, identity, scope }: TurnInHand,
  { text, vector, departmentId }: Searched,
): Promise<boolean> {
  if (turn.placeScope === null || covers(scope, identity.scope)) return false;
  const result = await ports.index.search(turn.tenantId, {
    text,
    vector,
    scope: within(identity.scope, departmentId),
    limit: passagesRetrieved,
  });
  return (
    result.hits.slice(0, decidingHits).some(({ passage }) => !canRead(scope, passage)) &&
    answerability(text, result) >= answerThreshold
  );
}

/** Null where no embedding model is configured, it is away, or its budget is used up: then the search goes by words alone. */
async function embed(
  { embedder, outage }: TurnStepPorts,
  inHand: TurnInHand,
  text: string,
): Promise<Float32Array | null> {
  if (!embedder) return null;
  try {
    const [vector] = await embedder.embed([text], inHand.signal, modelCallOf(inHand));
    outage.back(embeddingModel);
    return vector ?? null;
  } catch (error) {
    if (!isMissedModel(error)) throw error;
    // A budget that is used up is no outage.
    if (error.code === "budget_exhausted") return null;
    outage.away(embeddingModel, { turn: inHand.turn.id, code: error.code, reason: error.message });
    return null;
  }
}

const embeddingModel = "the embedding model";

/** The passages of an index's result, read again by their ids where another process has searched. */
export async function passagesOf(
  { database }: TurnStepPorts,
  { turn, scope, work }: TurnInHand,
): Promise<SearchResult["hits"]> {
  const hits = work.retrieval?.hits ?? [];
  const passages = await database.withTenant(turn.tenantId, ({ documents }) =>
    documents.passages(hits.map(({ passageId }) => passageId)),
  );
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  return hits.flatMap(({ passageId, ...scores }) => {
    const passage = byId.get(passageId);
    // What the asker and the place may read can have changed since it was found.
    return passage && canRead(scope, passage) ? [{ passage, ...scores }] : [];
  });
}
