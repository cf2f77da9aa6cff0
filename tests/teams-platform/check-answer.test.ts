import { describe, expect, it } from "@jest/globals";
import { faultOfAnswer } from "./check-answer.ts";

const contentType = "application/vnd.microsoft.card.adaptive";
const card = (more: object = {}): object => ({ type: "AdaptiveCard", version: "1.5", body: [], ...more });
const execute = {
  type: "Action.Execute",
  title: "Ask",
  verb: "ask",
  fallback: { type: "Action.Submit", title: "Ask", data: { verb: "ask" } },
};
const form = (content: object): object => ({
  task: { type: "continue", value: { title: "Ask", card: { contentType, content } } },
});
const results = (...attachments: object[]): object => ({
  composeExtension: { type: "result", attachmentLayout: "list", attachments },
});
const result = { contentType, content: card(), preview: { contentType, content: {} } };

describe("what Teams makes of answers", () => {
  it.each([
    ["adaptiveCard/action", { statusCode: 200, type: contentType, value: card() }],
    [
      "adaptiveCard/action",
      { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: "" },
    ],
    ["message/fetchTask", form(card())],
    ["composeExtension/fetchTask", { task: { type: "message", value: "no" } }],
    ["composeExtension/submitAction", {}],
    ["composeExtension/query", results(result)],
    ["composeExtension/query", { composeExtension: { type: "message", text: "nothing" } }],
    ["message/submitAction", {}],
  ])("takes an answer to %s", (name, answer) => {
    expect(faultOfAnswer(name, answer)).toBeNull();
  });

  it.each([
    ["adaptiveCard/action", {}, "no statusCode 200"],
    ["adaptiveCard/action", { statusCode: 200, type: "text", value: "x" }, "neither a card nor a message"],
    [
      "adaptiveCard/action",
      { statusCode: 200, type: contentType, value: card({ version: "1.6" }) },
      "not version 1.5",
    ],
    ["message/fetchTask", {}, "no task"],
    ["composeExtension/fetchTask", form(card({ actions: [execute] })), "Action.Execute in a form"],
    ["composeExtension/query", {}, "no composeExtension"],
    ["composeExtension/query", results(), "no results"],
    ["composeExtension/query", results({ contentType, content: card() }), "without a card and its preview"],
    [
      "composeExtension/query",
      results({ ...result, content: card({ actions: [execute] }) }),
      "may not know the bot",
    ],
  ])("makes nothing of an answer to %s", (name, answer, fault) => {
    expect(faultOfAnswer(name, answer)).toContain(fault);
  });
});
