import { countTokens } from "../../knowledge/split-tokens.ts";
import { type GenerateRequest, hasPictures } from "../model-gateway.ts";
import type { GenerateTier, DepartmentRoute, ModelRoutes } from "./model-routes.ts";

/** Pictures go to `vision` alone; else what is configured of the department, and a long prompt to `heavy` whoever asks. */
export function chooseTier(
  { heavyAboveTokens }: Pick<ModelRoutes, "heavyAboveTokens">,
  route: DepartmentRoute | null,
  { messages }: Pick<GenerateRequest, "messages">,
): GenerateTier {
  if (hasPictures({ messages })) return "vision";
  const tier = route?.tier ?? "fast";
  if (tier === "heavy" || heavyAboveTokens === null) return tier;
  const text = messages.map(({ content }) => content).join("\n");
  // A token has at least one byte, and a UTF-16 unit at most three: short prompts need no counting.
  if (text.length * 3 <= heavyAboveTokens) return tier;
  return countTokens(text) > heavyAboveTokens ? "heavy" : tier;
}
