import { ExpertError, isExpertError } from "../errors.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { labelOf } from "./citation-label.ts";
import { createMarkRewriter } from "./citation-marks.ts";
import type { Answerer, Draft } from "./draft.ts";
import { buildPrompt, noAnswer, promptHits } from "./prompt.ts";
import type { Citation } from "./citation.ts";
import { createSightSplitter } from "./split-sight.ts";
import { supportingQuote } from "./supporting-quote.ts";

export interface ModelAnswererOptions {
  readonly gateway: ModelGateway;
  /** A new unguessable word per call. */
  readonly newFence?: () => string;
}

/** Tokens of the longest answer. */
const maxTokens = 900;
const url = /https?:\/\/[^\s<>()"'\]]+/g;

/**
 * An answerer over a chat model that sees nothing but the passages, fenced as data. Its marks are renumbered in order
 * of use and its citations quote the passage's own words. The draft is empty where the model finds no answer, and
 * incomplete where it stops early. With pictures the model that sees is asked, and what it sees in them is kept apart
 * from the answer. Before any text it throws what the gateway throws, `model_unavailable` where no chat
 * model is configured, and `model_refused` where the model refuses.
 */
export function createModelAnswerer({ gateway, newFence = randomFence }: ModelAnswererOptions): Answerer {
  return async (input, onText) => {
    let answeredBy = gateway.chatModel;
    if (answeredBy === null) {
      throw new ExpertError("model_unavailable", "No chat model is configured.", {
        remedy: "Set MODEL_NAME to a model of the server at MODEL_BASE_URL, or the tier fast in MODELS_FILE.",
      });
    }
    const hits = promptHits(input.result.hits);
    if (hits.length === 0) return { text: "", citations: [], answeredBy, complete: true };

    const rewriter = createMarkRewriter({ passages: hits.length, allowLink: linksIn(hits) });
    const seeing = (input.pictures?.length ?? 0) > 0;
    const sight = seeing ? createSightSplitter() : null;
    let raw = "";
    let shown = "";
    let pending = "";
    const show = (text: string): void => {
      pending += text;
      // Until it is more than the sentinel, it may be the sentinel.
      if (pending === "" || (shown === "" && mayBeNoAnswer(pending))) return;
      const piece = shown === "" ? pending.trimStart() : pending;
      pending = "";
      shown += piece;
      if (piece !== "") onText(piece);
    };

    let complete = true;
    try {
      for await (const event of gateway.generate({
        messages: buildPrompt(input, hits, newFence()),
        maxTokens,
        temperature: 0,
        signal: input.signal,
        ...(input.call ? { call: input.call } : {}),
        ...(input.onWaiting ? { onWaiting: input.onWaiting } : {}),
      })) {
        if (event.kind === "text") {
          const text = sight ? sight.push(event.text) : event.text;
          raw += text;
          show(rewriter.push(text));
        } else if (event.finish === "refused") {
          throw new ExpertError("model_refused", "The model refused to answer.", {
            remedy: "Ask in other words, or open the documents that the search finds.",
          });
        } else {
          complete = event.finish === "stop";
          answeredBy = event.model ?? answeredBy;
        }
      }
    } catch (error) {
      if (shown === "" || !isExpertError(error, "model_unavailable", "model_timeout")) throw error;
      complete = false;
    }
    if (sight) {
      const rest = sight.end();
      raw += rest;
      show(rewriter.push(rest));
    }
    show(rewriter.end());
    const seen = sight ? { sight: sight.sight } : {};

    // It may have thought for too long. That nothing was found is not what it said.
    if (!complete && raw.trim() === "") {
      throw new ExpertError("model_refused", "The model came to its longest answer before its first word.", {
        remedy: "Choose a model that thinks less, or raise the budget that has shortened its answer.",
      });
    }
    if (shown === "" && isNoAnswer(raw))
      return { text: "", citations: [], answeredBy, complete: true, ...seen };
    if (shown === "" && pending !== "") {
      shown = pending.trim();
      if (shown !== "") onText(shown);
    }
    // A model may add the sentinel after an answer; it is no part of it.
    const text = shown.replaceAll(noAnswer, "").trim();
    return {
      text,
      citations: citationsOf(text, rewriter.cited, hits),
      answeredBy,
      complete,
      ...seen,
    } satisfies Draft;
  };
}

const bare = (text: string): string => text.replaceAll(/[^A-Za-z_]/g, "").toUpperCase();
const isNoAnswer = (text: string): boolean => bare(text) === noAnswer;
const mayBeNoAnswer = (text: string): boolean =>
  noAnswer.startsWith(bare(text)) && text.length <= noAnswer.length + 8;

const randomFence = (): string => `passages-${globalThis.crypto.randomUUID()}`;

/** Links that stand in a given passage; a model's own are not shown as links. */
function linksIn(hits: readonly SearchHit[]): (url: string) => boolean {
  const known = new Set(hits.flatMap(({ passage }) => passage.text.match(url) ?? []));
  return (link) => known.has(link);
}

function citationsOf(
  text: string,
  cited: readonly number[],
  hits: readonly SearchHit[],
): readonly Citation[] {
  return cited.flatMap((place, index) => {
    const hit = hits[place - 1];
    if (hit === undefined) return [];
    const { passage } = hit;
    return {
      number: index + 1,
      passageId: passage.id,
      documentId: passage.documentId,
      title: passage.title,
      headingPath: passage.headingPath,
      page: passage.page,
      quote: supportingQuote(passage, sentencesCiting(text, index + 1)),
      ...labelOf(passage),
    };
  });
}

/** The text before each use of the mark, back to the mark or line before it. */
function sentencesCiting(text: string, number: number): string {
  const mark = `[${String(number)}]`;
  return text
    .split("\n")
    .flatMap((line) => {
      const pieces = line.split(mark).slice(0, -1);
      return pieces.map((piece) =>
        piece
          .split(/(?<=[.!?]["')]?)\s+(?=\S{2})/)
          .slice(-2)
          .join(" "),
      );
    })
    .join(" ")
    .replaceAll(/\[\d{1,3}\]/g, " ");
}
