import { describe, expect, it } from "@jest/globals";
import { chooseTier } from "./choose-tier.ts";

const prompt = (content: string) => ({ messages: [{ role: "user" as const, content }] });
const route = (tier: "fast" | "heavy" | null) => ({ department: "acme/hr", tier, adapter: null });

describe("the tier of a chat", () => {
  it("is fast unless the department's is another", () => {
    const rules = { heavyAboveTokens: null };
    expect(chooseTier(rules, null, prompt("word ".repeat(10_000)))).toBe("fast");
    expect(chooseTier(rules, route(null), prompt("word"))).toBe("fast");
    expect(chooseTier(rules, route("heavy"), prompt("word"))).toBe("heavy");
  });

  it("is vision for pictures, whoever asks and however long it is", () => {
    const images = [{ mediaType: "image/png" as const, base64: "AA==" }];
    const seen = { messages: [{ role: "user" as const, content: "word ".repeat(500), images }] };
    expect(chooseTier({ heavyAboveTokens: 100 }, route("heavy"), seen)).toBe("vision");
    const without = { messages: [{ role: "user" as const, content: "word", images: [] }] };
    expect(chooseTier({ heavyAboveTokens: 100 }, null, without)).toBe("fast");
  });

  it("is heavy above so many tokens, in any script", () => {
    const rules = { heavyAboveTokens: 100 };
    expect(chooseTier(rules, null, prompt("word ".repeat(90)))).toBe("fast");
    expect(chooseTier(rules, route("fast"), prompt("word ".repeat(120)))).toBe("heavy");
    expect(chooseTier(rules, null, prompt("วันลาพักร้อนของพนักงาน".repeat(20)))).toBe("heavy");
  });
});
