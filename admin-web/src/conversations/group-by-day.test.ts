import { describe, expect, it } from "@jest/globals";
import type { ConversationView } from "../../../bots/http/contract/conversation.ts";
import { groupByDay } from "./group-by-day.ts";

const changed = (title: string, date: Date): ConversationView => ({
  id: title,
  title,
  departmentId: null,
  createdAt: date.toISOString(),
  updatedAt: date.toISOString(),
});

describe("groupByDay", () => {
  it("groups by the local day and keeps the order", () => {
    const now = new Date(2026, 4, 20, 0, 30);
    const groups = groupByDay(
      [
        changed("just now", new Date(2026, 4, 20, 0, 29)),
        changed("late yesterday", new Date(2026, 4, 19, 23, 59)),
        changed("this week", new Date(2026, 4, 14, 0, 0)),
        changed("a week ago", new Date(2026, 4, 13, 23, 0)),
      ],
      now,
    );
    expect(groups.map(({ group, items }) => [group, items.map((item) => item.title)])).toEqual([
      ["today", ["just now"]],
      ["yesterday", ["late yesterday"]],
      ["week", ["this week"]],
      ["earlier", ["a week ago"]],
    ]);
  });

  it("takes a clock that runs ahead for today", () => {
    const now = new Date(2026, 4, 20, 12);
    expect(groupByDay([changed("ahead", new Date(2026, 4, 21))], now)[0]?.group).toBe("today");
  });
});
