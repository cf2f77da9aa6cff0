import { modelCallOf } from "./model-call-of.ts";
import { mayBeNamed } from "../approvals/may-be-named.ts";
import type { KnownAnswer } from "../approvals/known-answer.ts";
import { type Confidence, confidenceLevel } from "../answering/confidence.ts";
import type { Draft } from "../answering/draft.ts";
import type { SearchResult } from "../knowledge/knowledge-index.ts";
import type { Searched, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";

/** What an expert has approved for the same question before; null where nothing is. */
export async function knownAnswer(
  { known }: TurnStepPorts,
  inHand: TurnInHand,
  { text: question, vector }: Searched,
  { hits }: SearchResult,
): Promise<KnownAnswer | null> {
  if (!known || inHand.work.wholeFile === true) return null;
  const { turn, scope, signal } = inHand;
  const { language } = turn;
  const named = mayBeNamed(inHand);
  return await known.find(turn.tenantId, {
    question,
    vector,
    language,
    hits,
    scope,
    named,
    signal,
    call: modelCallOf(inHand),
  });
}

/** As it stands: nothing is left for a model to write. */
export const knownDraft = ({ text, citations, answeredBy }: KnownAnswer): Draft => ({
  text,
  citations,
  answeredBy,
  complete: true,
});

/** An expert's word for the very question is as sure as an answer gets; the product's own choice. */
const expertsWord = 0.95;
export const knownConfidence: Confidence = {
  value: expertsWord,
  level: confidenceLevel(expertsWord),
  reasons: [{ code: "verified_before", effect: "for", facts: {} }],
};
