import { expect, it } from "@jest/globals";
import { isWorthSaying } from "./worth-saying.ts";

it("reads few of the places in a long line out", () => {
  const heard: number[] = [];
  let said: number | null = null;
  for (const place of [12, 11, 13, 9, 6, 5, 4, 3, 2, 1, 0, 0, 2])
    if (isWorthSaying(said, place)) heard.push((said = place));
  expect(heard).toEqual([12, 6, 3, 1, 0]);
});
