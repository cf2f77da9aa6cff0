import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { EvaluationProgress } from "../../core/evaluation/evaluate.ts";
import { memoryKnowledgeIndex } from "../../tests/fakes/knowledge-index.ts";
import { evaluateFolder } from "./evaluate-folder.ts";
import { openEvaluationSets } from "./open-evaluation-sets.ts";

const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");
const qrels = (...rows: readonly string[]): string =>
  ["query-id\tcorpus-id\tscore", ...rows].join("\n") + "\n";

let folder: string;

async function put(set: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await mkdir(join(folder, set), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, set, name), content);
}

const small = {
  "corpus.jsonl": lines([
    { _id: "d1", title: "Pumps", text: "A pump moves water." },
    { _id: "d2", text: "A valve stops water." },
  ]),
  "queries.jsonl": lines([
    { _id: "q1", text: "what moves water", history: [] },
    { _id: "q2", text: "valve" },
    { _id: "q3", text: "not judged" },
  ]),
  "qrels.tsv": qrels("q1\td1\t1", "q2\td2\t2", "q2\td1\t0"),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluation-sets-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("openEvaluationSets", () => {
  it("reads plain and packed files and finds which belong together", async () => {
    const { "corpus.jsonl": corpus, ...rest } = small;
    await put("water", {
      ...rest,
      "corpus.jsonl.gz": gzipSync(corpus),
      "pages.jsonl": lines([{ _id: "page", title: null, text: "Everything on water." }]),
      "qrels_pages.tsv": qrels("q1\tpage\t1"),
      "unanswerable.jsonl": lines([{ _id: "u1", text: "who invented fire" }]),
      "notes.txt": "not a part of it",
    });
    const sets = openEvaluationSets(folder);
    expect(await sets.list()).toEqual(["water"]);
    const runs = await sets.read("water");
    expect(runs.map((run) => [run.name, run.documents.length, run.unanswerable.length])).toEqual([
      ["queries / qrels / corpus", 2, 1],
      ["queries / qrels_pages / pages", 1, 1],
    ]);
  });

  it("takes the smallest fitting collection and leaves out what others cover", async () => {
    const both = [
      { _id: "en1", text: "river" },
      { _id: "th1", text: "แม่น้ำ" },
    ];
    await put("languages", {
      "corpus.jsonl": lines(both),
      "corpus_en.jsonl": lines(both.slice(0, 1)),
      "corpus_th.jsonl": lines(both.slice(1)),
      "queries.jsonl": lines([
        { _id: "qe", text: "river" },
        { _id: "qt", text: "แม่น้ำ" },
      ]),
      "queries_en.jsonl": lines([{ _id: "qe", text: "river" }]),
      "queries_th.jsonl": lines([{ _id: "qt", text: "แม่น้ำ" }]),
      "qrels.tsv": qrels("qe\ten1\t1", "qe\tth1\t1", "qt\ten1\t1", "qt\tth1\t1"),
      "qrels_same.tsv": qrels("qe\ten1\t1", "qt\tth1\t1"),
    });
    const runs = await openEvaluationSets(join(folder, "languages")).read("languages");
    expect(runs.map((run) => run.name)).toEqual([
      "queries / qrels / corpus",
      "queries_en / qrels_same / corpus_en",
      "queries_th / qrels_same / corpus_th",
    ]);
  });

  it("reads what was said before a question", async () => {
    const history = [
      { speaker: "user", text: "what is a pump" },
      { speaker: "agent", text: "It moves water." },
      { speaker: "user", text: "really?" },
    ];
    const asked = lines([
      { _id: "q1", text: "and how?", history },
      { _id: "q2", text: "valve" },
    ]);
    await put("water", { ...small, "queries.jsonl": asked });
    const [run] = await openEvaluationSets(folder).read("water");
    expect(run?.questions).toEqual([
      {
        id: "q1",
        text: "and how?",
        history: [
          { question: "what is a pump", answer: "It moves water." },
          { question: "really?", answer: null },
        ],
      },
      { id: "q2", text: "valve" },
    ]);
  });

  it("tells what is wrong, and where", async () => {
    await put("broken", { ...small, "queries.jsonl": '{"_id":"q1","text":"fine"}\n{"_id":"q2"}' });
    const sets = openEvaluationSets(folder);
    await expect(sets.read("broken")).rejects.toMatchObject({
      code: "invalid_input",
      facts: { file: "queries.jsonl", line: 2 },
    });
    await expect(sets.read("absent")).rejects.toMatchObject({ code: "not_found" });
    await expect(openEvaluationSets(join(folder, "nowhere")).list()).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("evaluateFolder", () => {
  it("yields a row per run, with abstention and questions out of scope", async () => {
    await put("water", { ...small, "unanswerable.jsonl": lines([{ _id: "u", text: "colour of the sky" }]) });
    await put("fire", {
      "corpus.jsonl": lines([{ _id: "f", text: "Fire is hot." }]),
      "queries.jsonl": lines([{ _id: "q", text: "is fire hot" }]),
      "qrels.tsv": qrels("q\tf\t1"),
    });
    const reported: EvaluationProgress[] = [];
    const rows = [];
    const createIndex = async (): Promise<ReturnType<typeof memoryKnowledgeIndex>> => memoryKnowledgeIndex();
    const progress = (one: EvaluationProgress): void => void reported.push(one);
    for await (const row of evaluateFolder({ folder, createIndex, progress })) rows.push(row);
    expect(rows).toEqual([
      expect.objectContaining({ set: "fire", queries: 1, ndcg10: 1, abstention: null, outOfScope: 1 }),
      expect.objectContaining({ set: "water", queries: 2, documents: 2, ndcg10: 1, mrr10: 1, abstention: 1 }),
    ]);
    expect(reported.at(-1)).toMatchObject({ set: "water", phase: "search", done: 4, of: 4 });
  });

  it("measures one set alone, by the signal that it is given", async () => {
    await put("water", { ...small, "unanswerable.jsonl": lines([{ _id: "u", text: "colour of the sky" }]) });
    const rows = [];
    for await (const row of evaluateFolder({
      folder,
      set: "water",
      createIndex: async () => memoryKnowledgeIndex(),
      confidence: (question) => (question.includes("sky") ? 1 : 0),
    }))
      rows.push(row);
    expect(rows).toEqual([expect.objectContaining({ abstention: 0, outOfScope: null })]);
  });
});
