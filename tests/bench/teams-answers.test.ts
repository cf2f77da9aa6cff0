import { describe, expect, it } from "@jest/globals";
import type { BotMessage } from "./local-teams.ts";
import { countTeamsAnswers } from "./teams-answers.ts";

const conversationId = "a:1";
const question = { eventId: "e1", conversationId };
const other = { eventId: "e2", conversationId };
const row = (eventId: string, activityId: string, parts: readonly string[] = [activityId]) => ({
  eventId,
  turnId: `turn of ${eventId}`,
  ref: { activityId },
  placed: Object.fromEntries(parts.map((id, number) => [String(number), { activityId: id }])),
});
const text = (id: string, change: Partial<BotMessage> = {}): BotMessage => ({
  id,
  conversationId,
  unfinished: false,
  cardOf: null,
  ...change,
});
const card = (id: string, eventId = "e1", change: Partial<BotMessage> = {}): BotMessage =>
  text(id, { cardOf: `turn of ${eventId}`, ...change });
const none = { answeredOnce: 0, unanswered: 0, answeredMore: 0 };

describe("answers in Teams", () => {
  it("are one each where a row names a message of the question's conversation, with one card", () => {
    expect(
      countTeamsAnswers(
        [question, other],
        [row("e1", "m1"), row("e2", "m2", ["m2", "m3"])],
        [text("m1"), card("c1"), text("m2"), text("m3"), card("c2", "e2")],
      ),
    ).toEqual({ ...none, answeredOnce: 2 });
  });

  it.each([
    ["no row", [], [text("m1"), card("c1")], { unanswered: 1, answeredMore: 2 }],
    ["no message", [row("e1", "m1")], [card("c1")], { unanswered: 1 }],
    ["a message elsewhere", [row("e1", "m1")], [text("m1", { conversationId: "a:2" })], { unanswered: 1 }],
    ["a stream without an end", [row("e1", "m1")], [text("m1", { unfinished: true })], { unanswered: 1 }],
    [
      "another message",
      [row("e1", "m1")],
      [text("m1"), text("m2"), card("c1")],
      { answeredOnce: 1, answeredMore: 1 },
    ],
    ["no card", [row("e1", "m1")], [text("m1")], {}],
    ["a card elsewhere", [row("e1", "m1")], [text("m1"), card("c1", "e1", { conversationId: "a:2" })], {}],
    ["two cards", [row("e1", "m1")], [text("m1"), card("c1"), card("c2")], { answeredMore: 1 }],
    [
      "another's card",
      [row("e1", "m1")],
      [text("m1"), card("c1"), card("c2", "e3")],
      { answeredOnce: 1, answeredMore: 1 },
    ],
    [
      "two rows",
      [row("e1", "m1"), row("e1", "m2")],
      [text("m1"), text("m2"), card("c1")],
      { answeredMore: 1 },
    ],
  ])("with %s are told apart", (_what, rows, messages, counts) => {
    expect(countTeamsAnswers([question], rows, messages)).toEqual({ ...none, ...counts });
  });

  it("of two questions by one message are of neither alone", () => {
    const rows = [row("e1", "m1"), row("e2", "m1")];
    const messages = [text("m1"), card("c1"), card("c2", "e2")];
    expect(countTeamsAnswers([question, other], rows, messages)).toEqual(none);
  });
});
