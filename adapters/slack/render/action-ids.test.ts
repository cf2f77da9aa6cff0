import { expect, it } from "@jest/globals";

import { newId } from "../../../core/ids.ts";
import { actionIds, feedbackValue, readFeedbackValue } from "./action-ids.ts";

it("reads back what a feedback button sends, and nothing else", () => {
  const turnId = newId<string>();
  expect(readFeedbackValue(feedbackValue("up", turnId))).toEqual({ rating: "up", turnId });
  expect(readFeedbackValue(feedbackValue("down", turnId))).toEqual({ rating: "down", turnId });
  for (const value of ["", "up", `up:${turnId}x`, `left:${turnId}`, turnId])
    expect(readFeedbackValue(value)).toBeNull();
});

it("calls no two actions the same", () => {
  expect(new Set(Object.values(actionIds)).size).toBe(Object.keys(actionIds).length);
});
