import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { DepartmentId } from "../ids.ts";
import { canRead, withinDepartment } from "../identity/access.ts";
import type { Identity } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { OutageNotice } from "../inference/outage-notice.ts";
import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";
import type { Logger } from "../logger.ts";
import { assessConfidence } from "../answering/assess-confidence.ts";
import { checkGrounding } from "../answering/check-grounding.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import { type Answerer, type Draft, type DraftInput, extractive } from "../answering/draft.ts";
import { supportedPart } from "../answering/supported-part.ts";
import { answerReply, notFoundReply } from "./reply-texts.ts";
import type { Reply } from "./reply.ts";
import { routeDepartment } from "./route-department.ts";
import { standaloneQuestion } from "./standalone-question.ts";
import type { DraftSupport, StoredRetrieval, TakenTurn, TurnWork } from "./turn-store.ts";
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
  readonly outage: OutageNotice;
  readonly logger: Logger;
}

/** A search of this turn, so that the next step neither embeds nor searches the same again. */
export interface Searched {
  readonly text: string;
  readonly vector: Float32Array | null;
  readonly departmentId: DepartmentId | null;
  readonly result: SearchResult;
}

/** A turn in the hands of a worker: what was stored, and what this process has still in memory. */
export interface TurnInHand {
  readonly turn: TakenTurn;
  readonly identity: Identity;
  readonly work: TurnWork;
  /** Read again where another process has searched. */
  readonly result: SearchResult | null;
  readonly searched: Searched | null;
  readonly signal: AbortSignal;
  onText(text: string): void;
}

export interface StepOutcome {
  readonly to: TurnState;
  readonly work: TurnWork;
  readonly result?: SearchResult;
  readonly searched?: Searched;
  readonly audit: readonly AuditEvent[];
}

/** Passages that an answer is drafted from. */
const passagesRetrieved = 8;

/** Chooses the department where the asker did not. */
export async function route(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const audit = [event(inHand, "search.query", "started")];
  const { departmentId } = inHand.turn;
  if (departmentId !== null) return { to: "routed", work: { departmentId }, audit };
  const searched = await search(ports, inHand, null);
  return {
    to: "routed",
    work: { departmentId: chooseDepartment(inHand.identity, searched) },
    searched,
    audit,
  };
}

function chooseDepartment(identity: Identity, { text, result }: Searched): DepartmentId | null {
  const departments = identity.departments
    .filter(({ id }) => identity.scope.departments.has(id))
    .map(({ id, name, description }) => ({
      id,
      name: `${name.en} ${name.th}`,
      description: `${description.en} ${description.th}`,
    }));
  return routeDepartment({ question: text, departments, result }).departmentId;
}

/** Finds the passages that the asker may read. */
export async function retrieve(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const departmentId = inHand.work.departmentId ?? null;
  const { text, result } = await search(ports, inHand, departmentId);
  const audit = [
    event(inHand, "search.query", "success", { passages: result.hits.length, departmentId }),
    event(inHand, "tool.invocation", "started", { tool: ports.model ? "model" : "extractive" }),
  ];
  return { to: "retrieved", work: { retrieval: stored(text, result) }, result, audit };
}

/** Drafts the answer: by the model, or by quoting where there is none or it is away before its first word. */
export async function draft(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const result = await resultOf(ports, inHand);
  const written = await write(ports, inHand, draftInput(inHand, result));
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

const draftInput = (inHand: TurnInHand, result: SearchResult): DraftInput => ({
  question: inHand.turn.question,
  standaloneQuestion: inHand.work.retrieval?.standaloneQuestion ?? inHand.turn.question,
  history: inHand.turn.history,
  result,
  language: inHand.turn.language,
  department: departmentOf(inHand),
  signal: inHand.signal,
});

async function write(
  ports: TurnStepPorts,
  { turn, onText }: TurnInHand,
  input: DraftInput,
): Promise<{ readonly draft: Draft; readonly quotedInstead: boolean }> {
  if (!ports.model) return { draft: await ports.quoting(input, onText), quotedInstead: false };
  let streamed = false;
  try {
    const draft = await ports.model(input, (text) => {
      streamed = true;
      onText(text);
    });
    ports.outage.back(chatModel);
    return { draft, quotedInstead: false };
  } catch (error) {
    if (streamed || !isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) throw error;
    const facts = { turn: turn.id, code: error.code, reason: error.message };
    // A refusal is of this question alone.
    if (error.code === "model_refused") ports.logger.info("the model refused; quoting instead", facts);
    else ports.outage.away(chatModel, facts);
    return { draft: await ports.quoting(input, onText), quotedInstead: true };
  }
}

/** Lets through what rests on what was found, quotes instead of a model's draft that does not, and says how sure it is. */
export async function check(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const { turn, work } = inHand;
  const result = await resultOf(ports, inHand);
  const question = work.retrieval?.standaloneQuestion ?? turn.question;
  const { draft, support } = await supported(ports, inHand, result);
  const grounding = checkGrounding(draft, result);
  const confidence = assessConfidence({ question, asked: turn.question, result, draft, grounding });
  return { to: "checked", work: { draft, support, confidence }, result, audit: [] };
}

async function supported(
  ports: TurnStepPorts,
  inHand: TurnInHand,
  result: SearchResult,
): Promise<{ readonly draft: Draft; readonly support: DraftSupport }> {
  const draft = inHand.work.draft ?? emptyDraft;
  // Quotes are the passages' own words.
  if (draft.text === "" || draft.answeredBy === extractive) return { draft, support: "whole" };
  const kept = supportedPart(draft, result);
  if (kept === draft) return { draft, support: "whole" };
  const support = kept === null ? "quoted" : "shortened";
  ports.logger.info("a model's answer does not rest on the documents as it stands", {
    turn: inHand.turn.id,
    support,
  });
  // What was streamed is replaced by the reply.
  return { draft: kept ?? (await ports.quoting(draftInput(inHand, result), () => undefined)), support };
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
      support: work.support ?? "whole",
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

/** Searches what the asker may read, in one department or in all of them. */
async function search(
  ports: TurnStepPorts,
  inHand: TurnInHand,
  departmentId: DepartmentId | null,
): Promise<Searched> {
  const { turn, identity, searched } = inHand;
  const text = standaloneQuestion(turn.question, turn.history);
  // Whoever may read one department alone has searched it when all were searched.
  const onlyOne = departmentId !== null && identity.scope.departments.size === 1;
  const same = searched?.departmentId === departmentId || (searched?.departmentId === null && onlyOne);
  if (searched && same && (departmentId === null || identity.scope.departments.has(departmentId)))
    return searched;
  const scope = departmentId === null ? identity.scope : withinDepartment(identity.scope, departmentId);
  const vector = searched ? searched.vector : await embed(ports, inHand, text);
  const result = await ports.index.search(turn.tenantId, { text, vector, scope, limit: passagesRetrieved });
  return { text, vector, departmentId, result };
}

/** Null where no embedding model is configured, or it is away: then the search goes by words alone. */
async function embed(
  { embedder, outage }: TurnStepPorts,
  { turn, signal }: TurnInHand,
  text: string,
): Promise<Float32Array | null> {
  if (!embedder) return null;
  try {
    const [vector] = await embedder.embed([text], signal);
    outage.back(embeddingModel);
    return vector ?? null;
  } catch (error) {
    if (!isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) throw error;
    outage.away(embeddingModel, { turn: turn.id, code: error.code, reason: error.message });
    return null;
  }
}

const embeddingModel = "the embedding model";
const chatModel = "the chat model";

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
