import { expect, it } from "@jest/globals";
import { ExpertError } from "../errors.ts";
import { languages } from "../text/language.ts";
import { budgetWords, timeLeft } from "./budget-words.ts";
import { budgetExhausted, exhaustedBudgetOf } from "./exhausted-budget.ts";

it.each([
  [0, "1 s", "1 วินาที"],
  [39_001, "40 s", "40 วินาที"],
  [59_999, "1 min", "1 นาที"],
  [61_000, "2 min", "2 นาที"],
  [3_600_000, "1 h", "1 ชม."],
  [18_720_000, "5 h 12 min", "5 ชม. 12 นาที"],
])("tells a wait of %d ms, never shorter than it is", (ms, english, thai) => {
  expect([timeLeft(ms, "en"), timeLeft(ms, "th")]).toEqual([english, thai]);
});

it("says whose budget is used up, and when a model answers again", () => {
  const [scope, metric, limit] = ["person", "tokens", 9] as const;
  const now = new Date("2026-11-20T11:48:20Z");
  const told = exhaustedBudgetOf(
    budgetExhausted(
      { scope, metric, window: "minute", limit, remaining: 0, resetsAt: new Date("2026-11-20T11:49:00Z") },
      now,
    ),
  );
  expect(told).toEqual({ scope, metric, window: "minute", limit, retryAfterMs: 40_000 });
  if (!told) throw new Error("nothing was told");
  expect([budgetWords.en.usedUp(told), budgetWords.en.again(told)]).toEqual([
    "Your budget of the language model for this minute is used up.",
    "Written answers again in 40 s.",
  ]);
  for (const language of languages)
    for (const text of [budgetWords[language].usedUp(told), budgetWords[language].again(told)])
      expect(/[\u0e00-\u0e7f]/u.test(text)).toBe(language === "th");
  const small = exhaustedBudgetOf(
    budgetExhausted({ scope, metric, window: "day", limit, remaining: 9, resetsAt: now }, now, 10),
  );
  expect(small).toMatchObject({ tooSmall: true });
  for (const language of languages)
    expect(small && [budgetWords[language].usedUp(small), budgetWords[language].again(small)]).toEqual(
      {
        en: [
          "Your budget of the language model for a day is too small for this question.",
          "An admin can raise it.",
        ],
        th: ["งบการใช้โมเดลภาษาของคุณต่อวันน้อยเกินไปสำหรับคำถามนี้", "ผู้ดูแลระบบเพิ่มงบได้"],
      }[language],
    );
  expect(exhaustedBudgetOf(new ExpertError("rate_limited", "slower"))).toBeNull();
});
