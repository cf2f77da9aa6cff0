import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";

import { languages } from "../../../core/text/language.ts";
import { slackLimits } from "./limits.ts";
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
      up: words.helpful,
      down: words.notHelpful,
    };
    for (const [name, text] of Object.entries(same))
      expect(page).toContain(`${name}: ${JSON.stringify(text)}`);
  });

  it("fit on buttons", () => {
    const { askHuman, askHumanLabel, showFuller, showEveryone, takeOver, giveBack } = words;
    for (const label of [askHuman, askHumanLabel, showFuller, showEveryone, takeOver, giveBack])
      expect(label.length).toBeLessThanOrEqual(slackLimits.buttonText);
  });
});
