import { describe, expect, it } from "@jest/globals";
import { searchSamples, type SamplePassage } from "../../tests/support/sample-hits.ts";
import { draftExtractively } from "./answer-extractively.ts";
import { chooseSteps } from "./choose-steps.ts";
import { findEvidence } from "./evidence.ts";

const gate: SamplePassage = {
  title: "Turnstile",
  headingPath: ["Turnstile"],
  text: `The turnstile stands in hall 2.

## Opening the turnstile

1. Turn the key to the left.
2. Push the bar down.

## Closing the turnstile

1. Pull the bar up.
2. Turn the key to the right.`,
};
const alarm: SamplePassage = {
  title: "Pump P-7 pressure alarm",
  headingPath: ["Pump P-7 pressure alarm"],
  text: `## Overview

The pressure alarm of pump P-7 sounds above 9 bar.

\`\`\`
2026-01-02 ALARM pump P-7 pressure alarm 9.4 bar
\`\`\`

## Diagnosis

- Read the gauge.
- Listen to the valve.

## Mitigation

- Open the bypass by half a turn.
- Wait for 3 minutes.

## References

- [Pump P-7 pressure alarm manual](https://pumps.example/p7)
- [Alarm list](https://pumps.example/alarms)`,
};
const walk: SamplePassage = {
  title: "Daily walk",
  text: `On the daily walk:

1. Look at pump P-7 and its pressure.
2. Close the turnstile.
3. Hang the keys up.`,
};
const all = [walk, gate, alarm];
const ask = (question: string): string =>
  draftExtractively({ standaloneQuestion: question, result: searchSamples(question, all) }).text;

describe("procedures", () => {
  it("takes the steps under the heading of what is asked, not those of its opposite, nor a step that mentions it", () => {
    const text = ask("How do I close the turnstile?");
    expect(text).toContain("1. Pull the bar up.\n2. Turn the key to the right.");
    expect(text).not.toContain("Push the bar down");
    expect(text).not.toContain("Hang the keys up");
  });

  it("answers what to do with mitigation and diagnosis, not with a log line, a definition or links", () => {
    const text = ask("How do I fix the pump P-7 pressure alarm?");
    expect(text).toContain("- Open the bypass by half a turn.");
    expect(text).not.toContain("2026-01-02");
    expect(text).not.toContain("https://pumps.example");
  });

  it("finds none where no list or section is about what is asked", () => {
    const question = "How do I paint the turnstile blue?";
    expect(chooseSteps(findEvidence(question, searchSamples(question, all)))).toEqual([]);
  });
});

describe("sections of one document", () => {
  const kiln: SamplePassage = {
    title: "Kiln K-1: firing up and over-heat alarm",
    headingPath: ["Kiln K-1: firing up and over-heat alarm"],
    text: `Kiln K-1 dries the trays.

## Cold firing

1. Look at the heat gauge.
2. Light the burner of the kiln.
3. Close the door.

## Over-heat alarms

| Code | What to do |
| ---- | ---------- |
| OH-1 | open the damper |
| OH-2 | leave the hall, see below |
| DR-7 | shut the door again |

## When OH-2 has tripped

1. Call the control room.
2. Let the oven cool for a day.`,
  };
  const ask = (question: string): string =>
    draftExtractively({ standaloneQuestion: question, result: searchSamples(question, [kiln, gate]) }).text;

  it("takes the section whose heading is about it, not steps that only the title names", () => {
    const text = ask("Kiln over-heat alarm: what to do?");
    expect(text).toContain("| OH-1 | open the damper |");
    expect(text).toContain("**When OH-2 has tripped**\n\n1. Call the control room.");
    expect(text).not.toContain("Light the burner");
    expect(text).not.toContain("Look at the heat gauge");
  });

  it("does so also where the question says more than the headings", () => {
    const text = ask("What should I do if the over-heat alarm of kiln K-1 rings?");
    expect(text).toContain("| OH-1 | open the damper |");
    expect(text).not.toContain("Light the burner");
  });

  it("answers a code with its row alone", () => {
    const text = ask("What do I do when the kiln shows alarm DR-7?");
    expect(text).toContain("| DR-7 | shut the door again |");
    expect(text).not.toContain("Light the burner");
    expect(text).not.toContain("OH-1");
  });

  it("answers a code whose row points further down with the steps under its heading", () => {
    const text = ask("What do I do when OH-2 has tripped?");
    expect(text).toContain("1. Call the control room.");
    expect(text).not.toContain("Light the burner");
  });
});

describe("sections and tables", () => {
  const limits: SamplePassage = {
    title: "Travel",
    headingPath: ["Travel"],
    text: `## Limits

| Item | Limit | Receipt |
| ---- | ----- | ------- |
| Taxi in town | THB 300 a day | yes |
| Hotel in Thailand | THB 1,800 a night | yes |

## Why are there limits?

The company pays from one budget for all.

It is set in December.`,
  };
  const ask = (question: string): string =>
    draftExtractively({ standaloneQuestion: question, result: searchSamples(question, [limits]) }).text;

  it("shows a row of a table under the names of its columns", () => {
    const text = ask("What is the hotel limit in Thailand per night?");
    expect(text).toContain(
      "| Item | Limit | Receipt |\n| ---- | ----- | ------- |\n| Hotel in Thailand | THB 1,800 a night | yes |",
    );
    expect(text).not.toContain("Taxi");
  });

  it("answers from the section whose heading is the question, whatever its words", () => {
    expect(ask("Why are there limits?")).toContain("The company pays from one budget for all.");
  });
});
