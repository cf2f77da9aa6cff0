import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { countTokens as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as o200k } from "gpt-tokenizer/encoding/o200k_base";
import { mostPromptTokens, mostTokens } from "./most-tokens.ts";

const demo = "deploy/demo-company";
const documents = readdirSync(demo, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => [name, readFileSync(join(demo, name), "utf8")] as const);
/** As tokenizers count that take each digit for one. */
const withDigitsApart = (text: string): number =>
  o200k(text.replaceAll(/\d/g, "")) + (text.match(/\d/g)?.length ?? 0);

describe("the most tokens of a text", () => {
  it.each(documents)("are no fewer than any server counts: %s", (_name, text) => {
    const most = mostTokens(text);
    expect(most).toBeGreaterThanOrEqual(Math.max(o200k(text), cl100k(text), withDigitsApart(text)));
    expect(most).toBeLessThanOrEqual(3 * o200k(text));
  });

  it.each([
    ["a table of figures", "| 40172 | 99.5 | 2026-11-20 |\n".repeat(200)],
    ["codes", "P-4711/AX-09 E0x7F err_17b ".repeat(200)],
    ["emoji", "😀🚀🏳️‍🌈 ".repeat(100)],
    ["Chinese", "我们需要在下周之前完成这个项目的报告".repeat(50)],
    ["Lao", "ສະບາຍດີປະເທດລາວ".repeat(50)],
    ["Vietnamese", "Đường dây nóng hỗ trợ khách hàng ".repeat(50)],
    ["Thai", "เปิดวาล์วทางเข้าแล้วหมุนกุญแจสีเขียวเพื่อเริ่มปั๊ม ".repeat(50)],
  ])("are no fewer in %s", (_name, text) => {
    expect(mostTokens(text)).toBeGreaterThanOrEqual(
      Math.max(o200k(text), cl100k(text), withDigitsApart(text)),
    );
  });

  it("of a prompt count what stands around it, and pictures by their size", () => {
    const image = { mediaType: "image/png", base64: "" } as const;
    const of = (...sizes: readonly ({ width: number; height: number } | null)[]): number =>
      mostPromptTokens({
        messages: [
          { role: "user", content: "", images: sizes.map((size) => (size ? { ...image, size } : image)) },
        ],
      });
    expect(of()).toBe(105);
    expect(of({ width: 10, height: 10 })).toBe(105 + 3_328);
    // 4,032 by 3,024 pixels are 144 by 108 patches.
    expect(of({ width: 4_032, height: 3_024 })).toBe(105 + 15_554);
    expect(of({ width: 8_000, height: 8_000 }, null)).toBe(105 + 2 * 16_384);
  });
});
