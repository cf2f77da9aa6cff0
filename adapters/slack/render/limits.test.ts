import { describe, expect, it } from "@jest/globals";

import { checkBlocks } from "../../../tests/slack-platform/check-blocks.ts";
import { slackLimits } from "./limits.ts";
import type { SlackMessage } from "./message.ts";
import { renderFailure, renderFullerOffer, renderIncomplete, renderWorking } from "./render-notices.ts";
import { renderPrivateAnswer, renderReply } from "./render-reply.ts";
import { hardAnswers } from "../../../tests/support/sample-replies.ts";

function expectPostable(messages: readonly SlackMessage[]): void {
  expect(messages.length).toBeGreaterThan(0);
  for (const { text, blocks } of messages) {
    expect(() => checkBlocks(blocks)).not.toThrow();
    expect(blocks.length).toBeLessThanOrEqual(slackLimits.blocksPerMessage);
    expect(blocks.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
    expect(text.trim()).not.toBe("");
    expect(JSON.stringify(blocks)).not.toMatch(/<[@#]|<!(?!date\^00000000\^)/);
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|@(?:here|channel|everyone)/);
    // All but tables counts in full.
    const counted = blocks.filter(({ type }) => type !== "table");
    expect(JSON.stringify(counted).length).toBeLessThanOrEqual(slackLimits.messageBlocks + 200);
  }
}

const sourceUrl = (): string => "https://expert.example/sources/0192f0c1-2345-7abc-8def-0123456789ab?a=1&b=2";
const samples = Object.entries(hardAnswers);

describe("every rendering within Slack's limits", () => {
  it.each(samples)("a reply: %s", (_, reply) => {
    const messages = renderReply(reply, { sourceUrl, language: reply.language, interactive: true });
    expectPostable(messages);
    const withButtons = messages.filter(({ blocks }) => blocks.some(({ type }) => type === "actions"));
    expect(withButtons).toEqual(messages.slice(-1));
  });

  it.each(samples)("a private answer: %s", (_, reply) => {
    expectPostable(renderPrivateAnswer(reply, { sourceUrl, language: "th", mayShare: true }));
  });

  it.each(samples)("an incomplete answer: %s", (_, reply) => {
    expectPostable(renderIncomplete(reply.text, reply.language));
  });

  it.each([5, 20_000])("a failure of %i characters", (length) => {
    const failure = {
      kind: "failure",
      turnId: hardAnswers["short"]?.turnId ?? ("" as never),
      code: "model_timeout",
      message: "<!channel> & ".repeat(length).slice(0, length),
      remedy: "Try again.",
    } as const;
    expectPostable([renderFailure(failure, "en", true)]);
  });

  it("the small ones", () => {
    expectPostable([renderWorking("en"), renderWorking("th", "routed"), renderFullerOffer("turn", "th")]);
  });
});
