import { z } from "zod";

/** Most that a limit may be; above it no server counts. */
const most = 1_000_000_000_000;
const limit = z
  .int("must be a whole number")
  .min(1, "must be at least 1; leave it empty for no limit")
  .max(most, `must be at most ${String(most)}`)
  .nullable();

/** The four limits of a budget, as somebody sets them. A minute's limit above the day's would never be reached. */
export const budgetLimits = z
  .strictObject({
    requestsPerMinute: limit,
    requestsPerDay: limit,
    tokensPerMinute: limit,
    tokensPerDay: limit,
  })
  .superRefine(({ requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay }, { addIssue }) => {
    for (const [field, minute, day] of [
      ["requestsPerMinute", requestsPerMinute, requestsPerDay],
      ["tokensPerMinute", tokensPerMinute, tokensPerDay],
    ] as const) {
      if (minute === null || day === null || minute <= day) continue;
      addIssue({ code: "custom", path: [field], message: "must not be above the limit per day" });
    }
  });
