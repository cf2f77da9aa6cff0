import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { DepartmentId } from "../ids.ts";
import { canRead, type ReadScope, withinDepartment } from "../identity/access.ts";
import type { Identity } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";
import type { Logger } from "../logger.ts";
import { assessConfidence } from "../answering/assess-confidence.ts";
import { checkGrounding } from "../answering/check-grounding.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import type { Answerer, Draft } from "../answering/draft.ts";
import { answerReply, notFoundReply } from "./reply-texts.ts";
import type { Reply } from "./reply.ts";
import { routeDepartment } from "./route-department.ts";
import { standaloneQuestion } from "./standalone-question.ts";
import type { StoredRetrieval, TakenTurn, TurnWork } from "./turn-store.ts";
import type { TurnState } from "./turn.ts";

export interface TurnStepPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly index: Pick<KnowledgeIndex, "search">;
  /** The embedding model of the query, where one is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
  /** Quotes the passages; also stands in for a model that is away. */
  readonly quoting: Answerer;
  /** Null where no chat model is configured. */
  readonly model: Answerer | null;
  readonly logger: Logger;
}

/** A turn in the hands of a worker: what was stored, and what this process has still in memory. */
export interface TurnInHand {
  readonly turn: TakenTurn;
  readonly identity: Identity;
  readonly work: TurnWork;
  /** Read again where another process has searched. */
  readonly result: SearchResult | null;
  readonly signal: AbortSignal;
  onText(text: string): void;
}

export interface StepOutcome {
  readonly to: TurnState;
  readonly work: TurnWork;
  readonly result?: SearchResult;
  readonly audit: readonly AuditEvent[];
}

/** Passages that an answer is drafted from. */
const passagesRetrieved = 8;

/** Chooses the department where the asker did not. */
export async function route(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const departmentId = inHand.turn.departmentId ?? (await chooseDepartment(ports, inHand));
  return { to: "routed", work: { departmentId }, audit: [event(inHand, "search.query", "started")] };
}

async function chooseDepartment(ports: TurnStepPorts, inHand: TurnInHand): Promise<DepartmentId | null> {
  const { turn, identity } = inHand;
  const question = standaloneQuestion(turn.question, turn.history);
  const result = await search(ports, inHand, question, identity.scope);
  const departments = identity.departments
    .filter(({ id }) => identity.scope.departments.has(id))
    .map(({ id, name, description }) => ({
      id,
      name: `${name.en} ${name.th}`,
      description: `${description.en} ${description.th}`,
    }));
  return routeDepartment({ question, departments, result }).departmentId;
}

/** Finds the passages that the asker may read. */
export async function retrieve(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const { turn, identity, work } = inHand;
  const question = standaloneQuestion(turn.question, turn.history);
  const departmentId = work.departmentId ?? null;
  const scope = departmentId === null ? identity.scope : withinDepartment(identity.scope, departmentId);
  const result = await search(ports, inHand, question, scope);
  const audit = [
    event(inHand, "search.query", "success", { passages: result.hits.length, departmentId }),
    event(inHand, "tool.invocation", "started", { tool: ports.model ? "model" : "extractive" }),
  ];
  return { to: "retrieved", work: { retrieval: stored(question, result) }, result, audit };
}

/** Drafts the answer: by the model, or by quoting where there is none or it is away before its first word. */
export async function draft(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const { turn, work } = inHand;
  const result = await resultOf(ports, inHand);
  const input = {
    question: turn.question,
    standaloneQuestion: work.retrieval?.standaloneQuestion ?? turn.question,
    history: turn.history,
    result,
    language: turn.language,
    department: departmentOf(inHand),
    signal: inHand.signal,
  };
  const written = await write(ports, inHand, input);
  const audit = [
    event(
      inHand,
      "tool.invocation",
      "success",
      { citations: written.draft.citations.length },
      written.draft.answeredBy,
    ),
    event(inHand, "chat.response", "started"),
  ];
  return { to: "drafted", work: written, result, audit };
}

async function write(
  ports: TurnStepPorts,
  { turn, onText }: TurnInHand,
  input: Parameters<Answerer>[0],
): Promise<{ readonly draft: Draft; readonly quotedInstead: boolean }> {
  if (!ports.model) return { draft: await ports.quoting(input, onText), quotedInstead: false };
  let streamed = false;
  try {
    const draft = await ports.model(input, (text) => {
      streamed = true;
      onText(text);
    });
    return { draft, quotedInstead: false };
  } catch (error) {
    if (streamed || !isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) throw error;
    ports.logger.warn("the model is away; quoting instead", {
      turn: turn.id,
      code: error.code,
      reason: error.message,
    });
    return { draft: await ports.quoting(input, onText), quotedInstead: true };
  }
}

/** Checks that the draft rests on what was found, and says how sure it is. */
export async function check(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const { turn, work } = inHand;
  const result = await resultOf(ports, inHand);
  const draft = work.draft ?? emptyDraft;
  const question = work.retrieval?.standaloneQuestion ?? turn.question;
  const confidence = assessConfidence({ question, result, draft, grounding: checkGrounding(draft, result) });
  return { to: "checked", work: { confidence }, result, audit: [] };
}

/** The reply to deliver. */
export async function conclude(ports: TurnStepPorts, inHand: TurnInHand): Promise<Reply> {
  const { turn, work } = inHand;
  const confidence = work.confidence ?? { value: 0, level: "low", reasons: [] };
  if (work.draft && work.draft.text !== "" && confidence.value >= answerThreshold) {
    return answerReply({
      turnId: turn.id,
      language: turn.language,
      draft: work.draft,
      confidence,
      quotedInstead: work.quotedInstead ?? false,
    });
  }
  const result = await resultOf(ports, inHand);
  const department = work.departmentId ? departmentOf(inHand).name : null;
  return notFoundReply({
    turnId: turn.id,
    language: turn.language,
    searched: { department, collectionSize: result.collectionSize },
    hits: result.hits,
    confidence,
  });
}

const emptyDraft: Draft = { text: "", citations: [], answeredBy: "extractive", complete: true };

async function search(
  { index, embedder, logger }: TurnStepPorts,
  { turn, signal }: TurnInHand,
  text: string,
  scope: ReadScope,
): Promise<SearchResult> {
  let vector: Float32Array | null = null;
  if (embedder) {
    try {
      vector = (await embedder.embed([text], signal))[0] ?? null;
    } catch (error) {
      if (!isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) throw error;
      logger.warn("the embedding model is away; searching by words alone", {
        turn: turn.id,
        reason: error.message,
      });
    }
  }
  return await index.search(turn.tenantId, { text, vector, scope, limit: passagesRetrieved });
}

const stored = (question: string, result: SearchResult): StoredRetrieval => ({
  standaloneQuestion: question,
  hits: result.hits.map(({ passage, score, wordScore, similarity }) => ({
    passageId: passage.id,
    score,
    wordScore,
    similarity,
  })),
  terms: result.terms,
  collectionSize: result.collectionSize,
});

async function resultOf(
  { database }: TurnStepPorts,
  { turn, identity, work, result }: TurnInHand,
): Promise<SearchResult> {
  if (result) return result;
  const { hits = [], terms = [], collectionSize = 0 } = work.retrieval ?? {};
  const passages = await database.withTenant(turn.tenantId, ({ documents }) =>
    documents.passages(hits.map(({ passageId }) => passageId)),
  );
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  return {
    hits: hits.flatMap(({ passageId, ...scores }) => {
      const passage = byId.get(passageId);
      // What the asker may read can have changed since it was found.
      return passage && canRead(identity.scope, passage) ? [{ passage, ...scores }] : [];
    }),
    terms,
    collectionSize,
  };
}

function departmentOf({ turn, identity, work }: TurnInHand): { name: string; instructions: string | null } {
  const department: Department | undefined = identity.departments.find(({ id }) => id === work.departmentId);
  return { name: department?.name[turn.language] ?? "", instructions: department?.instructions ?? null };
}

function event(
  { turn }: TurnInHand,
  name: AuditEvent["event"],
  status: AuditEvent["status"],
  metadata: AuditEvent["metadata"] = {},
  model?: string,
): AuditEvent {
  return {
    event: name,
    status,
    userId: turn.userId,
    resourceType: "turn",
    resourceId: turn.id,
    metadata,
    ...(model === undefined ? {} : { model }),
  };
}
