import { countTokens } from "../../knowledge/split-tokens.ts";
import type { GenerateRequest } from "../model-gateway.ts";
import type { ChatTier, DepartmentRoute, ModelRoutes } from "./model-routes.ts";

/** What is configured of the department, if anything; a long prompt goes to `heavy` whoever asks. */
export function chooseTier(
  { heavyAboveTokens }: Pick<ModelRoutes, "heavyAboveTokens">,
  route: DepartmentRoute | null,
  { messages }: Pick<GenerateRequest, "messages">,
): ChatTier {
  const tier = route?.tier ?? "fast";
  if (tier === "heavy" || heavyAboveTokens === null) return tier;
  const text = messages.map(({ content }) => content).join("\n");
  // A token has at least one byte, and a UTF-16 unit at most three: short prompts need no counting.
  if (text.length * 3 <= heavyAboveTokens) return tier;
  return countTokens(text) > heavyAboveTokens ? "heavy" : tier;
}
