import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { passageParts } from "./passage-units.ts";

/** The unit of the passage, verbatim, that shares most with the statement; long words and figures count more. */
export function supportingQuote(passage: SearchHit["passage"], statement: string): string {
  const wanted = new Set(analyze(statement));
  let best = { text: passage.text.trim(), score: 0 };
  for (const { kind, text, terms } of passageParts(passage).units) {
    if (kind === "heading") continue;
    const shared = [...new Set(terms)].filter((term) => wanted.has(term));
    const weight = shared.reduce((sum, term) => sum + (/\d/.test(term) ? 3 : term.length > 3 ? 1.5 : 0.5), 0);
    const score = weight / Math.sqrt(terms.length + 8);
    if (score > best.score) best = { text, score };
  }
  return best.score > 0 ? best.text : firstUnit(passage);
}

function firstUnit(passage: SearchHit["passage"]): string {
  const units = passageParts(passage).units;
  return (units.find(({ kind }) => kind !== "heading") ?? units[0])?.text ?? passage.text;
}
