import { z } from "zod";

/**
 * The requests of the vendor's published OpenAPI description (github.com/openai/openai-openapi), as far
 * as the product may use them, and closed: a property that is not listed is refused.
 */
const picturePart = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({
    // The vendor also takes addresses, which the product never sends.
    url: z.string().regex(/^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$/),
    detail: z.enum(["auto", "low", "high"]).optional(),
  }),
});
const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(z.union([textPart, picturePart])).min(1)]);

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.string(), name: z.string().optional() }),
  z.strictObject({ role: z.literal("user"), content, name: z.string().optional() }),
  z.strictObject({ role: z.literal("assistant"), content: z.string(), name: z.string().optional() }),
]);

export const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().optional(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  seed: z.int().optional(),
  n: z.int().min(1).max(128).optional(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).optional(),
  user: z.string().optional(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

/** What a message says, without its pictures. */
export const textOfMessage = ({ content: said }: ChatRequest["messages"][number]): string =>
  typeof said === "string"
    ? said
    : said.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");

/** The pictures of a request, as their data addresses. */
export const picturesOfRequest = ({ messages }: ChatRequest): readonly string[] =>
  messages.flatMap(({ content: said }) =>
    typeof said === "string"
      ? []
      : said.flatMap((part) => (part.type === "image_url" ? [part.image_url.url] : [])),
  );

export const embeddingRequest = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  encoding_format: z.enum(["float", "base64"]).optional(),
  dimensions: z.int().min(1).optional(),
  user: z.string().optional(),
});
export type EmbeddingRequest = z.infer<typeof embeddingRequest>;

/** vLLM's LoadLoRAAdapterRequest and UnloadLoRAAdapterRequest (vllm/entrypoints/openai/protocol.py). */
export const loadRequest = z.strictObject({ lora_name: z.string().min(1), lora_path: z.string().min(1) });
export const unloadRequest = z.strictObject({ lora_name: z.string().min(1) });
