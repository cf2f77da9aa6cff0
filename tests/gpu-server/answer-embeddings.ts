import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Fate } from "./gpu-failures.ts";
import { type GpuFigures, simulatedTokens } from "./gpu-figures.ts";
import { seededRandom } from "./seeded-random.ts";

interface EmbeddingBody {
  readonly input: string | readonly string[];
  readonly model: string;
  readonly encoding_format?: "float" | "base64";
}

/** Answers once the requests before it are done; says when it is, in the milliseconds of `performance.now()`. */
export function answerEmbeddings(
  { embeddingMs, embeddingPerSecond, dimensions }: GpuFigures,
  freeAt: number,
  body: unknown,
  response: ServerResponse,
  fate: Fate,
): number {
  const { input, model, encoding_format: format = "float" } = body as EmbeddingBody;
  const texts = typeof input === "string" ? [input] : input;
  const tokens = texts.reduce((sum, { length }) => sum + simulatedTokens(length), 0);
  const now = performance.now();
  const doneAt = Math.max(now, freeAt) + embeddingMs + (1_000 * tokens) / embeddingPerSecond;
  if (fate === "stalled") return doneAt;
  const timer = setTimeout(() => {
    if (fate === "cut") {
      response.destroy();
      return;
    }
    const data = texts.map((text, index) => {
      const vector = vectorOf(text, dimensions);
      const embedding =
        format === "float"
          ? [...vector]
          : Buffer.from(vector.buffer, 0, vector.byteLength).toString("base64");
      return { object: "embedding", index, embedding };
    });
    response.writeHead(200, { "content-type": "application/json" });
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    response.end(JSON.stringify({ object: "list", data, model, usage }));
  }, doneAt - now);
  response.on("close", () => clearTimeout(timer));
  return doneAt;
}

/** Always the same for a text, and unlike that of any other; without meaning. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const random = seededRandom(createHash("sha256").update(text).digest().readUInt32LE());
  return Float32Array.from({ length: dimensions }, () => random() - 0.5);
}
