import { describe, expect, it } from "@jest/globals";
import { apiErrorSchema } from "../../../bots/http/contract/error.ts";
import { en } from "./en.ts";
import { addFailureTexts, failureText } from "./failure-texts.ts";
import { chooseLanguage } from "./languages.ts";
import { thaiFailures } from "./th-failures.ts";
import { th } from "./th.ts";

function leaves(value: object, path = ""): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, below] of Object.entries(value)) {
    const name = path === "" ? key : `${path}.${key}`;
    if (typeof below === "string") found.set(name, below);
    else for (const [inner, word] of leaves(below as object, name)) found.set(inner, word);
  }
  return found;
}
const placeholders = (text: string): readonly string[] => (text.match(/\{\{\w+/g) ?? []).toSorted();

describe("locales", () => {
  it("says everything in both languages, with the same placeholders", () => {
    const thai = leaves(th);
    const english = leaves(en);
    expect([...thai.keys()]).toEqual([...english.keys()]);
    for (const [key, text] of english) {
      expect([key, placeholders(thai.get(key) ?? "")]).toEqual([key, placeholders(text)]);
    }
  });

  it("translates each failure that a person can meet", () => {
    const notForPeople = new Set(["database_role_unsafe", "configuration_invalid", "data_folder_in_use"]);
    const untranslated = apiErrorSchema.shape.code.options.filter((code) => thaiFailures[code] === undefined);
    expect(untranslated.filter((code) => !notForPeople.has(code))).toEqual([]);
  });

  it("tells in Thai as well when a budget is whole again", () => {
    addFailureTexts("th", thaiFailures);
    const facts = { scope: "person", metric: "requests", window: "day", limit: 5, retryAfterMs: 3_660_000 };
    const failure = { code: "budget_exhausted", message: "Used up.", remedy: "Later.", facts } as const;
    expect(failureText(failure, "en")).toEqual({ message: "Used up.", remedy: "Later." });
    expect(failureText(failure, "th").message).toContain("ของคุณสำหรับวันนี้");
    expect(failureText(failure, "th").remedy).toContain("1 ชม. 1 นาที");
  });

  it("falls back to the server's words", () => {
    addFailureTexts("th", thaiFailures);
    const failure = { code: "conflict", message: "It changed.", remedy: "Look again." } as const;
    expect(failureText(failure, "en")).toEqual({ message: "It changed.", remedy: "Look again." });
    expect(failureText(failure, "th").message).not.toBe("It changed.");
  });

  it.each([
    ["th", ["en-GB"], "th"],
    [null, ["de-DE", "th-TH", "en"], "th"],
    ["xx", ["fr"], "en"],
    [null, [], "en"],
  ] as const)("remembered %s, browser %j: %s", (remembered, preferred, expected) => {
    expect(chooseLanguage(remembered, preferred)).toBe(expected);
  });
});
