import { describe, expect, it } from "@jest/globals";
import { csvCell, usageCsv } from "./usage-csv.ts";

describe("a report for spreadsheets", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ["+66 2 123", "'+66 2 123"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [" =1", "' =1"],
    ["\t=1", "'\t=1"],
    ["＝1", "'＝1"],
    ["\r=1", `"'\r=1"`],
    ['Wong, "Ann"', '"Wong, ""Ann"""'],
    ["สมชาย ใจดี", "สมชาย ใจดี"],
    ["a-b=c", "a-b=c"],
    ["", ""],
    [null, ""],
    [12, "12"],
  ])("has no cell that is reckoned out: %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it("begins with the mark that tells Excel its letters, and ends each line as the rule wants", () => {
    const total = { requests: 2, promptTokens: 10, completionTokens: 5, refused: 1, estimated: 1 };
    const csv = usageCsv({
      by: "person",
      firstDay: "2026-11-21",
      lastDay: "2026-11-21",
      timeZone: "Asia/Bangkok",
      departments: null,
      lines: [
        {
          key: "0",
          department: null,
          person: { id: "0", name: "=cmd|' /C calc'!A0", email: "a@b.example" },
          ...total,
        },
        { key: null, department: null, person: null, ...total },
      ],
      total,
    });
    expect(csv.split("\r\n")).toEqual([
      "\uFEFFperson,name,email,requests,prompt_tokens,completion_tokens,refused,requests_with_estimated_tokens",
      "0,'=cmd|' /C calc'!A0,a@b.example,2,10,5,1,1",
      ",,,2,10,5,1,1",
      "",
    ]);
  });
});
