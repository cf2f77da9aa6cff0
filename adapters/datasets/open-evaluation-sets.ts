import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import type { Exchange } from "../../core/conversation/turn.ts";
import { ExpertError } from "../../core/errors.ts";
import type { EvaluationQuestion, EvaluationSets } from "../../core/evaluation/evaluation-set.ts";
import { findRuns, type SetFiles } from "./find-runs.ts";
import { readJsonLines, readJudgements } from "./read-records.ts";

const ending = /\.(?:jsonl|tsv)(?:\.gz)?$/;
const collectionFile = /^(?:corpus|pages)[^.]*\.jsonl(?:\.gz)?$/;
const questionFile = /^queries[^.]*\.jsonl(?:\.gz)?$/;
const judgementFile = /^qrels[^.]*\.tsv(?:\.gz)?$/;
const unanswerableFile = /^unanswerable\.jsonl(?:\.gz)?$/;

const documentSchema = z
  .object({ _id: z.coerce.string(), title: z.string().nullish(), text: z.string() })
  .transform(({ _id, title, text }) => ({ id: _id, title: title ?? "", text }));
const utteranceSchema = z.object({ speaker: z.string(), text: z.string() });
const questionSchema = z
  .object({ _id: z.coerce.string(), text: z.string(), history: z.array(utteranceSchema).nullish() })
  .transform(({ _id, text, history }): EvaluationQuestion => {
    const question = { id: _id, text };
    return history?.length ? { ...question, history: exchangesOf(history) } : question;
  });

/**
 * Evaluation sets in BEIR's layout: a folder per set with corpus*.jsonl or pages.jsonl, queries*.jsonl, qrels*.tsv
 * (any of them also as .gz) and, where there are some, unanswerable.jsonl. A question of a conversation has its `history`
 * of `{ speaker, text }`, "user" or another. The folder may also be one set itself.
 */
export function openEvaluationSets(folder: string): EvaluationSets {
  const pathOf = async (set: string): Promise<string> => {
    const sets = await findSets(folder);
    const known = sets.get(set);
    if (known !== undefined) return known;
    throw new ExpertError("not_found", `There is no evaluation set "${set}".`, {
      remedy: `Name one of these: ${[...sets.keys()].toSorted().join(", ")}.`,
    });
  };
  return {
    list: async () => [...(await findSets(folder)).keys()].sort(),
    read: async (set) => findRuns(set, await readSet(await pathOf(set))),
  };
}

/** What the user said, each with what came back. */
const exchangesOf = (history: readonly z.infer<typeof utteranceSchema>[]): Exchange[] =>
  history.flatMap(({ speaker, text }, place) => {
    if (speaker !== "user") return [];
    const next = history[place + 1];
    return [{ question: text, answer: next !== undefined && next.speaker !== "user" ? next.text : null }];
  });

async function findSets(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new ExpertError("not_found", "The folder of evaluation sets cannot be read.", {
      remedy: "Give the path of a folder.",
      facts: { folder },
      cause,
    });
  });
  if (entries.some((entry) => questionFile.test(entry.name)))
    return new Map([[basename(resolve(folder)), folder]]);
  const sets = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if ((await readdir(path)).some((name) => questionFile.test(name))) sets.set(entry.name, path);
  }
  return sets;
}

async function readSet(path: string): Promise<SetFiles> {
  const names = (await readdir(path)).sort();
  const readAll = async <T>(pattern: RegExp, read: (file: string) => Promise<T>): Promise<Map<string, T>> => {
    const found = new Map<string, T>();
    for (const name of names)
      if (pattern.test(name)) found.set(name.replace(ending, ""), await read(join(path, name)));
    return found;
  };
  const questions = (file: string): Promise<EvaluationQuestion[]> => readJsonLines(file, questionSchema);
  return {
    collections: await readAll(collectionFile, (file) => readJsonLines(file, documentSchema)),
    questions: await readAll(questionFile, questions),
    judgements: await readAll(judgementFile, readJudgements),
    unanswerable: [...(await readAll(unanswerableFile, questions)).values()].flat(),
  };
}
