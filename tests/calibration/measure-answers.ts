import { draftExtractively } from "../../core/answering/answer-extractively.ts";
import { corporaPresent, openCollection, readAnswers, readQuestions } from "./question-sets.ts";

/**
 * How often the quoted answer holds the words that people marked as the answer, how long it is, and how long drafting
 * takes: `npx tsx tests/calibration/measure-answers.ts`. Withheld answers count as wrong.
 */
const sets = [
  ["squad2", "squad2/corpus.jsonl", "squad2/queries.jsonl", "squad2/answers.jsonl"],
  ["xquad-en", "xquad-th-en/corpus_en.jsonl", "xquad-th-en/queries_en.jsonl", "xquad-th-en/answers.jsonl"],
  ["xquad-th", "xquad-th-en/corpus_th.jsonl", "xquad-th-en/queries_th.jsonl", "xquad-th-en/answers.jsonl"],
] as const;
/** Passages that an answer is drafted from, as in the product. */
const passagesRetrieved = 8;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s\\*_`]+/g, " ");

async function measure([name, corpus, queries, answerPath]: (typeof sets)[number]): Promise<void> {
  const collection = await openCollection(corpus);
  const answers = readAnswers(answerPath);
  const questions = readQuestions(queries).filter(({ id }) => answers.has(id));
  let held = 0;
  let withheld = 0;
  let characters = 0;
  const times: number[] = [];
  for (const { id, text } of questions) {
    const result = await collection.search(text, passagesRetrieved);
    const start = performance.now();
    const draft = draftExtractively({ standaloneQuestion: text, result });
    times.push(performance.now() - start);
    characters += draft.text.length;
    if (draft.text === "") withheld += 1;
    if ((answers.get(id) ?? []).some((answer) => plain(draft.text).includes(plain(answer)))) held += 1;
  }
  const share = (count: number): string => `${((100 * count) / questions.length).toFixed(1)} %`;
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  console.log(
    `${name}: ${String(questions.length)} questions, answer held ${share(held)}, withheld ${share(withheld)},`,
    `${(characters / questions.length).toFixed(0)} characters, ${median.toFixed(2)} ms to draft (median)`,
  );
}

if (corporaPresent()) for (const set of sets) await measure(set);
else console.log("The evaluation sets are absent: set EXPERT_CORPORA to their folder.");
