import type { TurnView } from "../../bots/http/contract/conversation.ts";
import { replyTexts } from "../../core/conversation/reply-texts.ts";
import { pumpFacts } from "./pump-manual.ts";

/**
 * How a question about a pump ended for its asker: with all facts; with a part that says it was cut off; with passages and
 * a word that the model could not be reached, or broke off too early; or in a way that is not the truth, in words.
 */
export type PumpOutcome = "whole" | "cut off" | "quoted" | "cut off, quoted" | `untrue: ${string}`;

const { incomplete, quotedInstead, brokenOff } = replyTexts.en;
const plain = (text: string): string =>
  text
    .replaceAll(/\[\d+\]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();

export function pumpOutcome(pump: string, { state, reply, failure }: TurnView): PumpOutcome {
  if (state !== "answered" || !reply) return `untrue: ${state}, ${JSON.stringify(failure ?? reply)}`;
  const shown = plain(reply.text);
  const facts = pumpFacts(pump);
  // One answer begins with any fact and keeps their order; two that were mixed do not.
  const answers = facts.map((_, from) => [...facts.slice(from), ...facts.slice(0, from)].join(" "));
  if (answers.includes(shown)) return "whole";
  if (shown.endsWith(`_${incomplete}_`)) {
    const part = shown.slice(0, -incomplete.length - 2).trim();
    if (part !== "" && answers.some((answer) => answer.startsWith(part))) return "cut off";
  }
  if (!facts.some((fact) => shown.includes(fact))) return `untrue: ${reply.text}`;
  if (shown.endsWith(`_${quotedInstead}_`)) return "quoted";
  if (shown.endsWith(`_${brokenOff}_`)) return "cut off, quoted";
  return `untrue: ${reply.text}`;
}
