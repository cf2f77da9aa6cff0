import { expect, it } from "@jest/globals";
import { analyze } from "./analyze.ts";
import { synonymsOf } from "./synonyms.ts";

const same = (a: string, b: string): boolean =>
  analyze(a).some((term) => synonymsOf(term).some((other) => analyze(b).includes(other)));

it("knows the other word that a page may use", () => {
  expect(same("earn", "accrues")).toBe(true);
  expect(same("ซ่อม", "แก้ไข")).toBe(true);
  expect(same("earn", "expires")).toBe(false);
  expect(synonymsOf("turnstil")).toEqual([]);
});
