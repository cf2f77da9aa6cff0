import { describe, expect, it } from "@jest/globals";
import { plainFromMrkdwn } from "../../adapters/slack/render/from-mrkdwn.ts";
import { toMrkdwn } from "../../adapters/slack/render/to-mrkdwn.ts";
import { plainWords } from "../../adapters/teams/render/plain-words.ts";
import { splitMarkdown } from "../../adapters/teams/render/split-markdown.ts";
import { presentReply } from "../../bots/http/present.ts";
import { budgetWords } from "../../core/budgets/budget-words.ts";
import type { ExhaustedBudget } from "../../core/budgets/budget.ts";
import { answerReply } from "../../core/conversation/reply-texts.ts";
import { languages } from "../../core/text/language.ts";
import { sampleAnswer } from "../support/sample-replies.ts";

const exhaustedBudget: ExhaustedBudget = {
  scope: "person",
  metric: "tokens",
  window: "day",
  limit: 100,
  retryAfterMs: 18_720_000,
};

describe("an answer beyond a budget", () => {
  it.each(languages)("tells in every channel when a model writes again: %s", (language) => {
    const { turnId, confidence, citations } = sampleAnswer("Open the valve [1].");
    const draft = { text: "Open the valve [1].", citations, answeredBy: "extractive", complete: true };
    const reply = answerReply({ turnId, language, draft, confidence, exhaustedBudget });
    const words = budgetWords[language];
    for (const told of [words.usedUp(exhaustedBudget), words.quoted, words.again(exhaustedBudget)]) {
      expect(plainFromMrkdwn(toMrkdwn(reply.text))).toContain(told);
      expect(splitMarkdown(reply.text).map(plainWords).join("")).toContain(told);
      expect(plainWords(presentReply(reply).text)).toContain(told);
    }
  });
});
