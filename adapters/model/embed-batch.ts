import type { OpenAI } from "openai";
import { ExpertError } from "../../core/errors.ts";

/** Texts per request: what small servers take at once. */
export const textsPerBatch = 64;
/** Characters per request, so that a batch of long passages stays within a server's limit of tokens. */
export const charactersPerBatch = 200_000;

export function* batches(texts: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    const tooMuch = batch.length === textsPerBatch || characters + text.length > charactersPerBatch;
    if (batch.length > 0 && tooMuch) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}

/** `unfit` tells that the server answered, with what cannot be used. */
const broken = (message: string) =>
  new ExpertError("model_unavailable", message, {
    remedy: "Check that the configured embedding model is one, and that the server did not change it.",
    facts: { unfit: true },
  });

function unitVector(numbers: readonly number[]): Float32Array {
  let squares = 0;
  for (const number of numbers) squares += number * number;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0)
    throw broken("The embedding model gave a vector without direction.");
  return Float32Array.from(numbers, (number) => number / length);
}

/** One request's vectors, in the order of the texts and of length 1. */
export async function embedBatch(
  client: OpenAI,
  model: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const { data } = await client.embeddings.create(
    // Servers refuse an empty text; a space means as little. Floats, for not every server knows base64.
    { model, input: texts.map((text) => (text === "" ? " " : text)), encoding_format: "float" },
    { signal },
  );
  const vectors = new Array<Float32Array | undefined>(texts.length).fill(undefined);
  for (const { index, embedding } of data) vectors[index] = unitVector(embedding);
  const complete = vectors.filter((vector) => vector !== undefined);
  if (data.length !== texts.length || complete.length !== texts.length)
    throw broken("The embedding model did not give one vector for each text.");
  return complete;
}

/** Remembers how many numbers a vector has, and refuses others: they could not be compared. */
export function createDimensionCheck(): (vectors: readonly Float32Array[]) => void {
  let dimension: number | null = null;
  return (vectors) => {
    for (const vector of vectors) {
      dimension ??= vector.length;
      if (vector.length !== dimension)
        throw broken(`The embedding model gave ${vector.length} numbers instead of ${dimension}.`);
    }
  };
}
