import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { root } from "../frame/repository.ts";
import { askableFolder } from "./ask-company.ts";

interface DemoQuestion {
  readonly question: string;
  readonly department: string;
  /** Null, with `expect`: no page answers it. */
  readonly file: string | null;
  readonly expect: string | null;
  /** Phrases that must not stand in the answer: of another procedure, say. */
  readonly not?: readonly string[];
}

const questions = JSON.parse(
  readFileSync(new URL("questions.json", import.meta.url), "utf8"),
) as readonly DemoQuestion[];

describe("answers of the demonstration company, without a model", () => {
  let company: Awaited<ReturnType<typeof askableFolder>>;
  beforeAll(async () => {
    company = await askableFolder(`${root}deploy/demo-company`);
  }, 240_000);
  afterAll(() => company.close());

  describe.each([
    ["in the department picked", true],
    ["in the department found", false],
  ])("%s", (_, picked) => {
    it.each(questions)("$question", async ({ question, department, file, expect: phrase, not = [] }) => {
      const answer = await company.ask(question, picked ? department : undefined);
      if (phrase === null) {
        expect(answer.answered ? answer.draft.text : "").toBe("");
        return;
      }
      expect(answer.draft.text).toContain(phrase);
      for (const other of not) expect(answer.draft.text).not.toContain(other);
      expect(answer.cited).toContain(file);
      expect(answer.answered).toBe(true);
    });
  });
});
