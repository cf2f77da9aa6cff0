import { describe, expect, it } from "@jest/globals";

import { feedbackReasons } from "../../../core/conversation/feedback-reasons.ts";
import { type DepartmentId, newId } from "../../../core/ids.ts";
import { languages } from "../../../core/text/language.ts";
import { sampleCitation } from "../../../tests/support/sample-replies.ts";
import { checkCard } from "../../../tests/teams-platform/check-card.ts";
import { askForm, feedbackForm, formAnswer } from "./forms.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import { renderSearchResult, searchAnswer } from "./search-result.ts";
import { renderWelcome } from "./welcome-card.ts";

const departments = Array.from({ length: 120 }, (_, index) => ({
  id: newId<DepartmentId>(),
  name: { en: `Department ${String(index)}`, th: `แผนก ${String(index)}` },
}));

describe("forms", () => {
  it.each(languages)("ask in %s what was wrong, or what was good", (language) => {
    for (const reaction of ["like", "dislike"] as const) {
      const form = feedbackForm(reaction, language);
      expect(() => checkCard(form.card)).not.toThrow();
      // Teams knows no other in a window.
      expect(form.card.actions).toEqual([expect.objectContaining({ type: "Action.Submit" })]);
    }
    expect(feedbackForm("like", language).card.body).toMatchObject([{ id: "feedback_comment" }]);
    expect(feedbackForm("dislike", language).card.body).toMatchObject([
      { id: "feedback_reason", choices: feedbackReasons.map((value) => ({ value })) },
      { id: "feedback_comment" },
    ]);
  });

  it.each(languages)("ask about a message in %s, in its conversation where the bot is there", (language) => {
    const form = { question: "Why? <at>x</at>".repeat(1_000), departments, language };
    const here = askForm({ ...form, inThread: true });
    const away = askForm({ ...form, inThread: false });
    for (const { card } of [here, away]) {
      expect(() => checkCard(card)).not.toThrow();
      expect(jsonBytes(card)).toBeLessThanOrEqual(teamsLimits.cardBytes);
    }
    expect(here.card.body).toMatchObject([
      { id: "question", isRequired: true, maxLength: 8_000 },
      { id: "department", value: "any" },
      { id: "answer_where", value: "thread", choices: [{ value: "thread" }, { value: "person" }] },
    ]);
    const shown =
      here.card.body.flatMap((input) => ("choices" in input ? [input.choices.length] : []))[0] ?? 0;
    expect(shown).toBeGreaterThan(60);
    expect(away.card.body[2]).toMatchObject({ value: "person", choices: [{ value: "person" }] });
    expect(away.card.body).toHaveLength(4);
  });

  it("come in a window", () => {
    const form = feedbackForm("dislike", "en");
    expect(formAnswer(form)).toEqual({
      task: {
        type: "continue",
        value: {
          title: "Your feedback",
          height: "medium",
          width: "medium",
          card: { contentType: "application/vnd.microsoft.card.adaptive", content: form.card },
        },
      },
    });
  });
});

describe("the welcome", () => {
  const examples = ["How do I reset my password?", "x".repeat(300), "c", "d", "e", "f"];

  it.each(languages)("lets a person ask an example by a click, in %s", (language) => {
    const card = renderWelcome({
      place: { kind: "personal", firstName: "Malee", guest: true },
      examples,
      language,
    });
    expect(() => checkCard(card)).not.toThrow();
    const clicks = card.body.filter((element) => element.type === "Container");
    expect(clicks).toHaveLength(5);
    expect(clicks[0]).toMatchObject({
      selectAction: { data: { msteams: { type: "imBack", value: examples[0] } } },
    });
  });

  it.each(["team", "groupChat"] as const)("says in a %s how to ask", (kind) => {
    const card = renderWelcome({ place: { kind }, examples: [], language: "en" });
    expect(() => checkCard(card)).not.toThrow();
    expect(card.speak).toContain("Mention me");
    expect(JSON.stringify(card)).not.toContain("selectAction");
  });
});

describe("a search result", () => {
  const sourceUrl = () => "https://expert.example/s";

  it("is a line of the list, and a card with the answer and its sources", () => {
    const found = {
      title: "How do I open it?",
      text: "Open it **slowly** [1]:\n\n1. wait\n2. look",
      sources: [sampleCitation(1)],
    };
    const result = renderSearchResult(found, "en", sourceUrl);
    expect(result.preview.content).toEqual({ title: found.title, text: "Open it slowly [1]: wait look" });
    expect(() => checkCard(result.content)).not.toThrow();
    expect(result.content.speak.split("\n").slice(0, 5)).toEqual([
      "How do I open it?",
      "Open it slowly [1]:",
      "1. wait",
      "2. look",
      "Sources",
    ]);
    expect(searchAnswer([result])).toEqual({
      composeExtension: { type: "result", attachmentLayout: "list", attachments: [result] },
    });
  });

  it("shows no tags in the line of the list", () => {
    const found = { title: "Is <b>5</b> right?", text: "Where `x <img> y`.", sources: [] };
    const { title, text } = renderSearchResult(found, "en", sourceUrl).preview.content;
    expect(title).toBe("Is ‹b›5‹/b› right?");
    expect(text).toBe("Where x ‹img› y.");
  });

  it("says where it is shortened", () => {
    const sources = Array.from({ length: 40 }, (_, index) => sampleCitation(index + 1));
    const found = { title: "x ".repeat(500), text: "A long answer. ".repeat(2_000), sources };
    const { content } = renderSearchResult(found, "th", sourceUrl);
    expect(() => checkCard(content)).not.toThrow();
    expect(jsonBytes(content)).toBeLessThanOrEqual(teamsLimits.cardBytes);
    expect(content.speak).toContain("ย่อไว้");
  });
});
