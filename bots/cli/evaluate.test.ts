import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Workplace, workplace } from "./cli.fixture.ts";

const commandMs = 240_000;
const lines = (...records: readonly object[]): string =>
  records.map((record) => JSON.stringify(record)).join("\n");

let place: Workplace;
beforeAll(async () => {
  place = await workplace();
  for (const [set, thing] of [
    ["pumps", "pump"],
    ["cats", "cat"],
  ]) {
    await place.write(
      `sets/${set}/corpus.jsonl`,
      lines(
        { _id: "one", title: `The red ${thing}`, text: `A red ${thing} weighs 3 kg.` },
        { _id: "two", title: `The blue ${thing}`, text: `A blue ${thing} stands in the cellar.` },
      ),
    );
    await place.write(
      `sets/${set}/queries.jsonl`,
      lines(
        { _id: "a", text: `What does a red ${thing} weigh?` },
        { _id: "b", text: `Where is the blue ${thing}?` },
      ),
    );
    await place.write(`sets/${set}/qrels.tsv`, "query-id\tcorpus-id\tscore\na\tone\t1\nb\ttwo\t1\n");
  }
  await place.write("sets/pumps/unanswerable.jsonl", lines({ _id: "c", text: "Who painted the Mona Lisa?" }));
});
afterAll(() => place.remove());

describe("eval", () => {
  it(
    "measures each set, and how abstention tells answerable questions from others",
    async () => {
      const { code, stdout } = await place.run(["eval", "--data", `${place.folder}/sets`, "--json"]);
      const perfect = {
        queries: 2,
        documents: 2,
        ndcg10: 1,
        recall5: 1,
        recall100: 1,
        mrr10: 1,
        outOfScope: 1,
      };
      expect(JSON.parse(stdout)).toMatchObject({
        runs: [
          { set: "cats", abstention: null, ...perfect },
          { set: "pumps", abstention: 1, ...perfect },
        ],
      });
      expect(code).toBe(0);
    },
    commandMs,
  );

  it(
    "prints a table of one set, and refuses one that is not there",
    async () => {
      const one = await place.run(["eval", "--data", `${place.folder}/sets`, "--set", "pumps"]);
      expect(one.stdout).toMatch(/nDCG@10[\s\S]*pumps .* 1\.000/);
      expect(one.stdout).not.toContain("cats");
      const missing = await place.run(["eval", "--data", `${place.folder}/sets`, "--set", "dogs"]);
      expect(missing).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("What to do: ") });
      const nowhere = await place.run(["eval", "--data", `${place.folder}/nowhere`]);
      expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("What to do: ") });
      const nothing = await place.run(["eval"]);
      expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining("--approved") });
    },
    4 * commandMs,
  );
});
