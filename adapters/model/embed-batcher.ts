import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { charactersPerBatch, textsPerBatch } from "./embed-batch.ts";

/** A call of so many texts or characters gains nothing by company: half of what one request takes. */
const aloneFrom = { texts: textsPerBatch / 2, characters: charactersPerBatch / 2 };

type Embed = ModelGateway["embed"];
type Vectors = Awaited<ReturnType<Embed>>;

interface Waiting {
  readonly texts: readonly string[];
  readonly characters: number;
  readonly signal: AbortSignal | undefined;
  readonly call: Parameters<Embed>[2];
  readonly resolve: (vectors: Vectors) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins small calls for embeddings into one request. The first goes at once; those that come while it is under way go
 * together when it ends, or as soon as they fill a request. Who gives up leaves the others alone, and the request stops
 * once all have. What the server makes of one call's text fails no other: a joined request that it refuses, or answers
 * with what is no vector, is asked again for each call apart. Every other error is told to all.
 */
export function createEmbedBatcher(gateway: ModelGateway): ModelGateway {
  let waiting: Waiting[] = [];
  let underWay = 0;

  const send = async (calls: readonly Waiting[]): Promise<void> => {
    underWay += 1;
    try {
      await embedTogether(gateway, calls);
    } finally {
      underWay -= 1;
      sendNext();
    }
  };

  const sendNext = (): void => {
    waiting = waiting.filter(({ signal }) => signal?.aborted !== true);
    if (waiting.length === 0) return;
    const first = asManyAsFit(waiting);
    if (underWay > 0 && first.length === waiting.length && !isFull(waiting)) return;
    waiting = waiting.slice(first.length);
    void send(first);
    sendNext();
  };

  return {
    ...gateway,
    embed(texts, signal, call) {
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      const large = texts.length >= aloneFrom.texts || characters >= aloneFrom.characters;
      if (texts.length === 0 || large || signal?.aborted === true) return gateway.embed(texts, signal, call);
      return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(stopped());
        const end = <T>(settle: (value: T) => void) => {
          return (value: T): void => {
            signal?.removeEventListener("abort", giveUp);
            settle(value);
          };
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        waiting.push({ texts, characters, signal, call, resolve: end(resolve), reject: end(reject) });
        sendNext();
      });
    },
  };
}

const stopped = (): ExpertError => new ExpertError("cancelled", "The request to the model was stopped.");

/** The first calls that one request takes. */
function asManyAsFit(calls: readonly Waiting[]): readonly Waiting[] {
  let texts = 0;
  let characters = 0;
  const beyond = calls.findIndex((call) => {
    texts += call.texts.length;
    characters += call.characters;
    return texts > textsPerBatch || characters > charactersPerBatch;
  });
  return beyond === -1 ? calls : calls.slice(0, Math.max(1, beyond));
}

const isFull = (calls: readonly Waiting[]): boolean =>
  calls.reduce((sum, { texts }) => sum + texts.length, 0) >= textsPerBatch ||
  calls.reduce((sum, { characters }) => sum + characters, 0) >= charactersPerBatch;

/** Settles every call; never rejects. */
async function embedTogether(gateway: ModelGateway, calls: readonly Waiting[]): Promise<void> {
  const [only] = calls;
  if (calls.length === 1 && only) {
    await embedAlone(gateway, only);
    return;
  }
  const { signal, end } = abortedByAll(calls);
  try {
    const vectors = await gateway.embed(
      calls.flatMap(({ texts }) => texts),
      signal,
    );
    let at = 0;
    for (const { texts, resolve } of calls) resolve(vectors.slice(at, (at += texts.length)));
  } catch (error) {
    if (isOfOneText(error)) await Promise.all(calls.map((call) => embedAlone(gateway, call)));
    else for (const { reject } of calls) reject(error);
  } finally {
    end();
  }
}

async function embedAlone(gateway: ModelGateway, call: Waiting): Promise<void> {
  if (call.signal?.aborted === true) return;
  try {
    call.resolve(await gateway.embed(call.texts, call.signal, call.call));
  } catch (error) {
    call.reject(error);
  }
}

/** What another text might not have met: a refusal that is not of the key, and an answer that is no vector. */
const isOfOneText = (error: unknown): boolean =>
  (isExpertError(error, "model_refused") && error.facts["status"] !== 401 && error.facts["status"] !== 403) ||
  (isExpertError(error, "model_unavailable") && error.facts["unfit"] === true);

function abortedByAll(calls: readonly Waiting[]): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const look = (): void => {
    if (calls.every(({ signal }) => signal?.aborted === true)) stop.abort();
  };
  for (const { signal } of calls) signal?.addEventListener("abort", look, { once: true });
  look();
  return {
    signal: stop.signal,
    end() {
      for (const { signal } of calls) signal?.removeEventListener("abort", look);
    },
  };
}
