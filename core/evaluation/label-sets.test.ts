import { describe, expect, it } from "@jest/globals";
import { memoryKnowledgeIndex } from "../../tests/fakes/knowledge-index.ts";
import type { EvaluationRun, EvaluationSets } from "./evaluation-set.ts";
import { labelSets, type LabelledSet } from "./label-sets.ts";

const water: EvaluationRun = {
  set: "water",
  name: "all",
  documents: [
    {
      id: "pump",
      title: "Pumps",
      text: "The coolant pump of hall seven is serviced every March by Nakamura.",
    },
    { id: "valve", title: "Valves", text: "The relief valve of hall seven opens at nine bar." },
    ...Array.from({ length: 12 }, (_, at) => ({
      id: `other${at}`,
      title: "Notes",
      text: `Parking place ${at} belongs to the visitors of building ${at}.`,
    })),
  ],
  questions: [
    { id: "right", text: "who services the coolant pump of hall seven" },
    { id: "misjudged", text: "at how many bar does the relief valve of hall seven open" },
    {
      id: "follow-up",
      text: "and who services it?",
      history: [{ question: "when is the coolant pump of hall seven serviced", answer: "Every March." }],
    },
    { id: "unjudged", text: "where do visitors park" },
  ],
  judgements: new Map([
    ["right", new Map([["pump", 1]])],
    ["misjudged", new Map([["pump", 1]])],
    ["follow-up", new Map([["pump", 1]])],
  ]),
  unanswerable: [{ id: "unanswerable", text: "who painted the coolant pump of hall seven" }],
};
const fire: EvaluationRun = { ...water, set: "fire", unanswerable: [] };
const runs = new Map([
  ["fire", fire],
  ["water", water],
]);
const sets: EvaluationSets = {
  list: async () => [...runs.keys()],
  read: async (set) => [runs.get(set)].filter((run) => run !== undefined),
};
const createIndex = async (): Promise<ReturnType<typeof memoryKnowledgeIndex>> => memoryKnowledgeIndex();

async function labelled(set?: string): Promise<LabelledSet[]> {
  const all: LabelledSet[] = [];
  for await (const one of labelSets({ sets, createIndex, ...(set === undefined ? {} : { set }) }))
    all.push(one);
  return all;
}

describe("labelSets", () => {
  it("calls an answer right that cites a relevant document, follow-ups in their conversation included", async () => {
    const [one] = await labelled("water");
    expect(one).toMatchObject({ set: "water", run: "all", unanswerableOf: ["water"] });
    expect(one?.answers.map(({ question, right }) => [question, right])).toEqual([
      ["right", true],
      ["misjudged", false],
      ["follow-up", true],
      ["unanswerable", false],
    ]);
    for (const { confidence, answered } of one?.answers ?? []) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(typeof answered).toBe("boolean");
    }
    expect(one?.answers[0]?.answered).toBe(true);
  });

  it("takes other sets' questions where a set has no unanswerable ones", async () => {
    const [first, second] = await labelled();
    expect(first).toMatchObject({ set: "fire", unanswerableOf: ["water"] });
    expect(first?.answers).toHaveLength(3 + 4);
    expect(first?.answers.slice(3).some(({ right }) => right)).toBe(false);
    expect(second).toMatchObject({ set: "water", unanswerableOf: ["water"] });
  });
});
