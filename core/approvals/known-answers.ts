import type { Clock } from "../clock.ts";
import { isAttached } from "../conversation/rank-attachments.ts";
import type { Database } from "../database.ts";
import { labelOf } from "../answering/citation-label.ts";
import { canRead } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";
import type { ModelCall } from "../inference/model-call.ts";
import { isMissedModel } from "../inference/missed-model.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { shorten } from "../text/cut-text.ts";
import type { ProposedAnswer } from "./approval.ts";
import { citedSources } from "./cited-sources.ts";
import type { AskedAgain, KnownAnswer, KnownAnswers } from "./known-answer.ts";
import { mayMeanTheSame } from "./question-guards.ts";
import { sameQuestion } from "./same-question.ts";
import { unmarkedText } from "./unmarked-text.ts";
import type { VerifiedAnswer } from "./verified-answer.ts";
import { mayBeVerified } from "./verified-document.ts";

export interface KnownAnswersPorts {
  readonly database: Pick<Database, "withTenant">;
  /** Null where no embedding model is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
  readonly clock: Clock;
}

/** Cosine similarity of two questions' embeddings from which they count as the same; the product's own choice. */
const sameMeaning = 0.92;
/** So many of the best are compared by meaning. */
const comparedByMeaning = 3;
const embeddingsKept = 1_000;

export function createKnownAnswers(ports: KnownAnswersPorts): KnownAnswers {
  const { database, clock } = ports;
  /** By tenant and text: none gains, or learns, by what another has embedded. */
  const embeddings = new Map<string, Float32Array>();

  return {
    async find(tenant, asked) {
      // What the asker's own file says comes before what is known to everyone.
      const best = asked.hits[0];
      if (!best || isAttached(best.passage)) return null;
      const named = asked.hits.filter(({ passage: { title } }) => mayBeVerified(title));
      if (named.length === 0) return null;
      const ids = [...new Set(named.map(({ passage }) => passage.documentId))];
      const found = await database.withTenant(tenant, ({ verified }) => verified.among(ids, clock.now()));
      const candidates = found
        .filter(({ language }) => language === asked.language)
        .toSorted((one, other) => ids.indexOf(one.documentId) - ids.indexOf(other.documentId));
      const byWords = candidates.filter(({ question }) => sameQuestion(asked.question, question));
      const others = candidates.filter((candidate) => !byWords.includes(candidate));
      for (const answer of byWords) {
        const served = await serve(ports, tenant, asked, answer);
        if (served) return served;
      }
      for (const answer of await sameByMeaning(ports.embedder, embeddings, asked, others)) {
        const served = await serve(ports, tenant, asked, answer);
        if (served) return served;
      }
      return null;
    },
  };
}

/** Those whose question means the same, the nearest first. */
async function sameByMeaning(
  embedder: KnownAnswersPorts["embedder"],
  embeddings: Map<string, Float32Array>,
  { question, vector, signal, call }: AskedAgain,
  candidates: readonly VerifiedAnswer[],
): Promise<readonly VerifiedAnswer[]> {
  const compared = candidates
    .filter((candidate) => mayMeanTheSame(question, candidate.question))
    .slice(0, comparedByMeaning);
  if (!embedder || !vector || compared.length === 0) return [];
  const nameOf = (text: string): string => `${call.tenantId} ${text}`;
  const missing = [...new Set(compared.map((candidate) => candidate.question))].filter(
    (text) => !embeddings.has(nameOf(text)),
  );
  if (missing.length > 0) {
    const vectors = await embedOrNone(embedder, missing, signal, call);
    if (embeddings.size + vectors.length > embeddingsKept) embeddings.clear();
    missing.forEach((text, at) => {
      const embedding = vectors[at];
      if (embedding) embeddings.set(nameOf(text), embedding);
    });
  }
  return compared
    .map((candidate) => ({ candidate, near: cosine(vector, embeddings.get(nameOf(candidate.question))) }))
    .filter(({ near }) => near >= sameMeaning)
    .toSorted((one, other) => other.near - one.near)
    .map(({ candidate }) => candidate);
}

async function embedOrNone(
  embedder: Pick<ModelGateway, "embed">,
  texts: readonly string[],
  signal: AbortSignal,
  call: ModelCall,
): Promise<readonly Float32Array[]> {
  try {
    return await embedder.embed(texts, signal, call);
  } catch (error) {
    if (isMissedModel(error)) return [];
    throw error;
  }
}

/** Of unit-length vectors; -1 where one is missing or they are of different models. */
function cosine(one: Float32Array, other: Float32Array | undefined): number {
  if (other?.length !== one.length) return -1;
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

/** The answer as it stands; null where a source is gone, has changed, or is not for these readers any more. */
async function serve(
  ports: KnownAnswersPorts,
  tenant: TenantId,
  { hits, scope, named }: AskedAgain,
  known: VerifiedAnswer,
): Promise<KnownAnswer | null> {
  const { answer, documentId, approvalId, approvedAt, approvedByName } = known;
  const now = await citedSources(ports, tenant, answer.citations);
  const unchanged = known.sources.every(({ documentId: source, contentHash }) =>
    now.sources.some((standing) => standing.documentId === source && standing.contentHash === contentHash),
  );
  if (!unchanged || !now.passages.every((passage) => canRead(scope, passage))) return null;
  const whole = now.citations.length > 0 && now.citations.length === answer.citations.length;
  const own = hits.find(({ passage }) => passage.documentId === documentId);
  if (!own) return null;
  const cited = whole ? { text: answer.text, citations: now.citations } : citingItself(answer, own.passage);
  return {
    ...cited,
    answeredBy: answer.answeredBy,
    verified: {
      approvalId,
      by: named ? approvedByName : null,
      at: approvedAt.toISOString(),
      known: true,
    },
    documentId,
  };
}

const longestQuote = 300;

/** What a person wrote without sources rests on itself, as it is found among the documents. */
function citingItself(
  { text }: ProposedAnswer,
  passage: SearchHit["passage"],
): Pick<ProposedAnswer, "text" | "citations"> {
  const { id: passageId, documentId, title, headingPath, page } = passage;
  const words = unmarkedText(text);
  // Behind a table or a block of code the mark stands on a line of its own.
  const between = /(?:\||`{3,}|~{3,})$/.test(words) ? "\n\n" : " ";
  const quote = shorten(passage.text.replaceAll(/\s+/g, " ").trim(), longestQuote);
  return {
    text: `${words}${between}[1]`,
    citations: [{ number: 1, passageId, documentId, title, headingPath, page, quote, ...labelOf(passage) }],
  };
}
