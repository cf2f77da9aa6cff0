import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { checkGrounding } from "../../core/answering/check-grounding.ts";
import { hitOf } from "../support/sample-hits.ts";
import { auroc } from "./logistic.ts";

/**
 * How well the grounding's support tells apart answers that people judged faithful to their passages from others:
 * `npx tsx tests/calibration/measure-grounding.ts`. Three people judged each from 1 to 4; the mean is cut at 3.
 */
interface JudgedAnswer {
  readonly contexts: readonly { readonly text: string }[];
  readonly response: string;
  readonly human: { readonly faithfulness: readonly number[] };
}

const faithfulFrom = 3;
const path = join(
  process.env["EXPERT_CORPORA"] ?? "../shared/corpora",
  "eval/grounding-judge/mtrag_human_eval.jsonl.gz",
);

function supportOf({ contexts, response }: JudgedAnswer): number {
  const hits = contexts.map(({ text }) => hitOf(text));
  const citations = hits.map(({ passage }, place) => ({
    number: place + 1,
    passageId: passage.id,
    documentId: passage.documentId,
    title: "",
    headingPath: [],
    page: null,
    quote: passage.text,
  }));
  const draft = { text: response, citations, answeredBy: "judged", complete: true };
  return checkGrounding(draft, { hits, terms: [], collectionSize: hits.length }).support;
}

if (existsSync(path)) {
  const rows = gunzipSync(readFileSync(path))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JudgedAnswer)
    .filter(({ contexts }) => contexts.length > 0)
    .map((row) => {
      const { faithfulness } = row.human;
      return {
        support: supportOf(row),
        faithful: faithfulness.reduce((sum, grade) => sum + grade, 0) / faithfulness.length >= faithfulFrom,
      };
    });
  const supports = (faithful: boolean): readonly number[] =>
    rows.filter((row) => row.faithful === faithful).map(({ support }) => support);
  const value = auroc(supports(true), supports(false));
  console.log(`faithful ${supports(true).length}, not ${supports(false).length}: AUROC ${value.toFixed(3)}`);
} else console.log("The judged answers are absent: set EXPERT_CORPORA to the folder of the corpora.");
