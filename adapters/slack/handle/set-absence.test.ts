import { expect, it } from "@jest/globals";
import { readCommand } from "./handle-command.ts";
import { readAbsence } from "./set-absence.ts";

it.each([
  ["back", "back"],
  ["Away until 2026-12-01", { day: "2026-12-01", delegate: null }],
  ["away 2026-12-01", { day: "2026-12-01", delegate: null }],
  ["away until 2026-12-01 for <@U123|ben>", { day: "2026-12-01", delegate: "<@U123|ben>" }],
  ["away until 2026-12-01 for ben@small.example", { day: "2026-12-01", delegate: "ben@small.example" }],
  ["away", { day: null, delegate: null }],
  ["away until Friday", { day: null, delegate: null }],
])("reads that somebody is away from %j", (text, absence) => {
  expect(readAbsence(text)).toEqual(absence);
  expect(readCommand(text)).toEqual({ kind: "absence", absence });
});

it.each(["away games: who pays the bus?", "How do I get back?", "back up the server", "ask away"])(
  "leaves %j a question",
  (text) => {
    expect(readAbsence(text)).toBeNull();
    expect(readCommand(text).kind).toBe("ask");
  },
);
