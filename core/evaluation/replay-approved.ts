import { assessConfidence } from "../answering/assess-confidence.ts";
import { checkGrounding } from "../answering/check-grounding.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import { type Answerer, type Draft, type DraftInput, extractive } from "../answering/draft.ts";
import { supportedPart } from "../answering/supported-part.ts";
import { whyApproval } from "../approvals/needs-approval.ts";
import { strictestOf } from "../approvals/cited-sources.ts";
import { sendingThreshold } from "../approvals/sending-threshold.ts";
import { unmarkedText } from "../approvals/unmarked-text.ts";
import type { VerifiedAnswer } from "../approvals/verified-answer.ts";
import type { Database } from "../database.ts";
import { withinDepartment } from "../identity/access.ts";
import type { People } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import { everyoneScope } from "../identity/policy.ts";
import type { TenantId, TurnId, VerifiedAnswerId } from "../ids.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";

export interface ReplayPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly people: Pick<People, "identify">;
  readonly index: Pick<KnowledgeIndex, "search">;
  /** Null where no embedding model is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
  readonly quoting: Answerer;
  /** Null where no chat model is configured. */
  readonly model: Answerer | null;
}

/**
 * What would be answered today without the approved answer. `same`: its words. `other`: other words, sent without a human.
 * `withheld`: a human would be asked first. `not_found`: nothing.
 */
export const replayOutcomes = ["same", "other", "withheld", "not_found"] as const;
export type ReplayOutcome = (typeof replayOutcomes)[number];

export interface Replayed {
  readonly id: VerifiedAnswerId;
  readonly question: string;
  readonly outcome: ReplayOutcome;
  readonly approved: string;
  /** What would be said, without marks; null where nothing is found. */
  readonly today: string | null;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Who asks: the one who asked then, or somebody who reads what everyone does, where that person is gone. */
  readonly as: "asker" | "everyone";
}

/** Passages that an answer is drafted from, as in a turn; more are found, since verified answers are left out of them. */
const passagesRetrieved = 8;
const passagesFound = 3 * passagesRetrieved;
/** None has expired then. */
const beforeAll = new Date(0);

/** Asks the questions of a tenant's verified answers once more, the latest first, of its documents as they are now. */
export async function* replayApproved(
  ports: ReplayPorts,
  tenant: TenantId,
  limit: number,
): AsyncGenerator<Replayed> {
  const [answers, departments] = await Promise.all([
    ports.database.withTenant(tenant, ({ verified }) => verified.serving(limit)),
    ports.database.withTenant(tenant, ({ members }) => members.departments()),
  ]);
  for (const answer of answers) yield await replay(ports, tenant, departments, answer);
}

async function replay(
  ports: ReplayPorts,
  tenant: TenantId,
  departments: readonly Department[],
  known: VerifiedAnswer,
): Promise<Replayed> {
  const { id, question, turnId, departmentId } = known;
  const identity = await askerOf(ports, tenant, turnId);
  const scope = withinDepartment(identity?.scope ?? everyoneScope(departments), departmentId);
  const [vector] = (await ports.embedder?.embed([question])) ?? [];
  const found = await ports.index.search(tenant, {
    text: question,
    vector: vector ?? null,
    scope,
    limit: passagesFound,
  });
  const result = await withoutVerified(ports, tenant, found);
  const department = departments.find((one) => one.id === departmentId);
  const draft = await draftOf(ports, known, department, result);
  const grounding = checkGrounding(draft, result);
  const { value: confidence, ...rest } = assessConfidence({ question, result, draft, grounding });
  const today = draft.text === "" || confidence < answerThreshold ? null : unmarkedText(draft.text);
  const reply = {
    kind: "answer",
    turnId,
    language: known.language,
    ...draft,
    confidence: { value: confidence, ...rest },
  } as const;
  return {
    id,
    question,
    approved: unmarkedText(known.answer.text),
    today,
    confidence,
    as: identity ? "asker" : "everyone",
    outcome: outcomeOf(known, today, department !== undefined && waits(department, reply, result)),
  };
}

async function askerOf({ database, people }: ReplayPorts, tenant: TenantId, turn: TurnId) {
  const approval = await database.withTenant(tenant, ({ approvals }) => approvals.ofTurn(turn));
  return approval && (await people.identify(tenant, approval.askedBy));
}

async function withoutVerified(
  { database }: ReplayPorts,
  tenant: TenantId,
  found: SearchResult,
): Promise<SearchResult> {
  const ids = [...new Set(found.hits.map(({ passage }) => passage.documentId))];
  const verified = await database.withTenant(tenant, (stores) => stores.verified.among(ids, beforeAll));
  const own = new Set(verified.map(({ documentId }) => documentId));
  const hits = found.hits.filter(({ passage }) => !own.has(passage.documentId));
  return { ...found, hits: hits.slice(0, passagesRetrieved) };
}

async function draftOf(
  { model, quoting }: ReplayPorts,
  { question, language }: VerifiedAnswer,
  department: Department | undefined,
  result: SearchResult,
): Promise<Draft> {
  const input: DraftInput = {
    question,
    standaloneQuestion: question,
    history: [],
    result,
    language,
    department: {
      name: department?.name[language] ?? "",
      instructions: department?.instructions ?? null,
    },
    signal: new AbortController().signal,
  };
  const unseen = (): void => undefined;
  const draft = await (model ?? quoting)(input, unseen);
  if (draft.text === "" || draft.answeredBy === extractive) return draft;
  return supportedPart(draft, result) ?? (await quoting(input, unseen));
}

function waits(
  department: Department,
  reply: Parameters<typeof whyApproval>[0] & { readonly kind: "answer" },
  { hits }: SearchResult,
): boolean {
  const cited = new Set(reply.citations.map(({ passageId }) => passageId));
  const { label } = strictestOf(hits.map(({ passage }) => passage).filter(({ id }) => cited.has(id)));
  return whyApproval(reply, department.approval, { label, threshold: sendingThreshold(department) }) !== null;
}

function outcomeOf({ answer }: VerifiedAnswer, today: string | null, waiting: boolean): ReplayOutcome {
  if (today === null) return "not_found";
  if (oneLine(today) === oneLine(unmarkedText(answer.text))) return "same";
  return waiting ? "withheld" : "other";
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
