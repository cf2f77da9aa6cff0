import { describe, expect, it } from "@jest/globals";

import { checkCard } from "../../../tests/teams-platform/check-card.ts";
import { hardAnswers } from "../../../tests/support/sample-replies.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import {
  renderFailure,
  renderFullerOffer,
  renderIncomplete,
  renderPlain,
  renderWorking,
} from "./render-notices.ts";
import { renderReply, renderReplyCard } from "./render-reply.ts";
import type { TeamsMessage } from "./teams-message.ts";

/** Teams takes about 100 KB; we aim lower, since it counts more than what we send. */
const messageBytes = 80_000;

function expectPostable(messages: readonly TeamsMessage[]): void {
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) {
    expect(jsonBytes(message)).toBeLessThanOrEqual(messageBytes);
    expect("text" in message && "attachments" in message).toBe(false);
    if ("text" in message) {
      expect(message.text.trim()).not.toBe("");
      expect(message.text.length).toBeLessThanOrEqual(teamsLimits.text);
      expect(message.text.isWellFormed()).toBe(true);
      expect((message.text.match(/^\s*(?:> )*`{3,}$/gm) ?? []).length % 2).toBe(0);
      expect(message.text).not.toMatch(/^ {4}/);
    } else {
      expect(message.summary.trim()).not.toBe("");
      for (const { content } of message.attachments) {
        expect(() => checkCard(content)).not.toThrow();
        expect(jsonBytes(content)).toBeLessThanOrEqual(teamsLimits.cardBytes);
        expect(content.speak).not.toMatch(/[<>&]/);
        expect(content.fallbackText).not.toBe("");
      }
    }
  }
}

const sourceUrl = (): string => "https://expert.example/sources/0192f0c1-2345-7abc-8def-0123456789ab?a=1&b=2";
const context = { sourceUrl, language: "th", asker: "29:asker" } as const;
const samples = Object.entries(hardAnswers);

describe("every rendering within Teams' limits", () => {
  it.each(samples)("a reply: %s", (_, reply) => {
    const messages = renderReply(reply, context);
    expectPostable(messages);
    expect(messages.filter((message) => "attachments" in message)).toEqual(messages.slice(-1));
    for (const message of messages) {
      if (!("text" in message)) continue;
      const [entity, ...more] = message.entities ?? [];
      expect(more).toEqual([]);
      expect(entity?.additionalType).toEqual(reply.kind === "answer" ? ["AIGeneratedContent"] : undefined);
      const claims = entity?.citation ?? [];
      expect(claims.length).toBeLessThanOrEqual(teamsLimits.citations);
      for (const { position, appearance } of claims) {
        expect(message.text).toContain(`[${String(position)}]`);
        expect(appearance.name.length).toBeGreaterThan(0);
        expect(appearance.name.length).toBeLessThanOrEqual(teamsLimits.citationName);
        expect((appearance.abstract ?? "").length).toBeLessThanOrEqual(teamsLimits.citationAbstract);
      }
    }
    const rated = messages.filter((message) => "channelData" in message);
    const texts = messages.filter((message) => "text" in message);
    expect(rated).toEqual(reply.kind === "answer" ? texts.slice(-1) : []);
  });

  it.each(samples)("the asker's own card: %s", (_, reply) => {
    const card = renderReplyCard({ ...reply, fuller: true }, context, "asker");
    expect(() => checkCard(card)).not.toThrow();
    expect(jsonBytes(card)).toBeLessThanOrEqual(teamsLimits.cardBytes);
    expect(card.refresh?.userIds).toEqual(["29:asker"]);
  });

  it.each(samples)("an incomplete answer: %s", (_, reply) => {
    expectPostable(renderIncomplete(reply.text, reply.language));
  });

  it("a card whose addresses are as long as can be", () => {
    const far = `https://expert.example/${"a".repeat(1_950)}`;
    const reply = hardAnswers["two hundred citations"];
    if (!reply) throw new Error("the sample is gone");
    const card = renderReplyCard(reply, { ...context, sourceUrl: () => far }, "everyone");
    expect(jsonBytes(card)).toBeLessThanOrEqual(teamsLimits.cardBytes);
    expect(JSON.stringify(card.body)).toContain("and 19");
  });

  it.each([5, 50_000])("a failure of %i characters", (length) => {
    const failure = {
      kind: "failure",
      turnId: hardAnswers["short"]?.turnId ?? ("" as never),
      code: "model_timeout",
      message: "<at>all</at> & ".repeat(length).slice(0, length),
      remedy: "Try again.",
    } as const;
    expectPostable(renderFailure(failure, "en"));
    expectPostable(renderPlain(failure.message));
  });

  it("the small ones", () => {
    expectPostable([renderWorking("en"), renderWorking("th", "routed"), renderFullerOffer("turn", "th")]);
  });
});
