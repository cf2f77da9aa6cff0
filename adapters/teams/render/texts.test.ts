import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";

import { feedbackReasons, writeFeedbackReason } from "../../../core/conversation/feedback-reasons.ts";
import { languages } from "../../../core/text/language.ts";
import { texts } from "./texts.ts";

describe.each(languages)("the words in %s", (language) => {
  const words = texts[language];

  it("are those of the page, where the page says the same", async () => {
    const page = await readFile(
      new URL(`../../../admin-web/src/locales/${language}.ts`, import.meta.url),
      "utf8",
    );
    const same = {
      ...words.confidence,
      ...words.reason,
      ...words.state,
      sources_other: words.sources,
      quoting: words.quoting,
      model: words.model("{{model}}"),
    };
    for (const [name, text] of Object.entries(same))
      expect(page).toContain(`${name}: ${JSON.stringify(text)}`);
  });

  it("fit on buttons of a phone", () => {
    const { askHuman, showFuller, showEveryone, takeOver, giveBack, openThread, send, ask } = words;
    for (const label of [askHuman, showFuller, showEveryone, takeOver, giveBack, openThread, send, ask])
      expect(label.length).toBeLessThanOrEqual(28);
  });
});

it("names the reasons of a rating as they are stored", () => {
  for (const reason of feedbackReasons)
    expect(writeFeedbackReason(reason, undefined)).toBe(texts.en.feedbackReason[reason]);
});
