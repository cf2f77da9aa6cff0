import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type CommandResult, type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;

describe("budgets", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
    await place.run(["tenant", "create", await writeSmallCompany(place)]);
  }, commandMs);
  afterAll(() => place.remove());
  const budgets = (...args: readonly string[]): Promise<CommandResult> => place.run(["budgets", ...args]);

  it(
    "sets, lists and removes",
    async () => {
      expect((await budgets("list")).stdout).toBe("small-works has no budgets: nothing is limited.\n");
      const set = await budgets("set", "--tokens-per-day", "5000", "--requests-per-minute", "60");
      expect([set.code, set.stdout]).toEqual([
        0,
        "From now on, for the company, requests per minute: 60 left of 60; requests per day: no limit; tokens per minute: no limit; tokens per day: 5000 left of 5000. Running processes follow within 10 seconds.\n",
      ]);
      expect(set.stderr).toContain(
        "One question may need 12000 tokens at once: with fewer tokens per day it may be refused.",
      );
      await budgets("set", "--each-person", "--requests-per-day", "200");
      // What is not given stays.
      await budgets("set", "--requests-per-minute", "none");
      const listed = (await budgets("list")).stdout;
      expect(listed).toMatch(/^the company +no limit +no limit +no limit +5000 left of 5000$/m);
      expect(listed).toMatch(/^each person +no limit +200 +no limit +no limit$/m);
      expect((await budgets("remove", "--each-person")).stdout).toMatch(
        /^There is no budget for each person;/,
      );
    },
    commandMs,
  );

  it(
    "says what is wrong",
    async () => {
      const { code, stderr } = await budgets("set", "--tokens-per-minute", "9000");
      expect([code, stderr]).toEqual([1, expect.stringContaining("must not be above the limit per day")]);
      expect(
        (await budgets("set", "--person", "who@small.example", "--tokens-per-day", "9")).stderr,
      ).toContain("There is nobody with the address who@small.example.");
      expect((await budgets("set", "--department", "none", "--tokens-per-day", "9")).code).toBe(1);
      expect((await budgets("set", "--tokens-per-day", "1,000")).stderr).toContain(
        "What to do: Give a whole",
      );
      expect((await budgets("set")).stderr).toContain("No limit is given.");
    },
    commandMs,
  );

  it(
    "prints what was used, as a table and for spreadsheets",
    async () => {
      const usage = await place.run(["usage", "--days", "2"]);
      expect(usage.stdout).toMatch(/^day +requests +prompt tokens +answer tokens +refused +estimated$/m);
      expect(usage.stdout).toMatch(/^total +0 +0 +0 +0 +0$/m);
      expect(usage.stdout.split("\n").filter((line) => /^\d{4}-\d\d-\d\d/.test(line))).toHaveLength(2);
      expect((await place.run(["usage", "--by", "person", "--csv"])).stdout).toMatch(
        /^\uFEFFperson,name,email,requests,/,
      );
      expect((await place.run(["usage", "--days", "0"])).stderr).toContain("a number from 1 to 366");
    },
    commandMs,
  );
});
