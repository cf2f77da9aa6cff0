import { ExpertError } from "../../errors.ts";
import type { InferenceEvent } from "./inference-job.ts";

type Embedded = Extract<InferenceEvent, { readonly kind: "embedded" }>;
const bytesPerNumber = 4;
/** Arguments of one call: engines bear some 65,000. */
const charactersAtOnce = 8_192;

/** Vectors of one length as an event; numbers are written low byte first, whatever the machine. */
export function embeddedOf(vectors: readonly Float32Array[]): Embedded {
  const dimensions = vectors[0]?.length ?? 0;
  const bytes = new Uint8Array(vectors.length * dimensions * bytesPerNumber);
  const view = new DataView(bytes.buffer);
  for (const [index, vector] of vectors.entries())
    for (const [place, number] of vector.entries())
      view.setFloat32((index * dimensions + place) * bytesPerNumber, number, true);
  return { kind: "embedded", dimensions, vectors: btoa(characters(bytes)) };
}

/** The vectors of an event. Throws `model_unavailable` where they are not `count`. */
export function vectorsOf({ dimensions, vectors }: Embedded, count: number): readonly Float32Array[] {
  const bytes = Uint8Array.from(atob(vectors), (character) => character.charCodeAt(0));
  if (bytes.length !== count * dimensions * bytesPerNumber)
    throw new ExpertError(
      "model_unavailable",
      "The inference worker did not give one vector for each text.",
      {
        remedy: "Check that the workers run the same version as this process.",
      },
    );
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_vector, index) =>
    Float32Array.from({ length: dimensions }, (_number, place) =>
      view.getFloat32((index * dimensions + place) * bytesPerNumber, true),
    ),
  );
}

function characters(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += charactersAtOnce)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + charactersAtOnce)));
  return parts.join("");
}
