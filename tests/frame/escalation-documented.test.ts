import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { emergencyWords } from "../../core/escalation/emergency-words.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import { type Described, describedFields } from "./described-fields.ts";
import { root } from "./repository.ts";

const page = readFileSync(join(root, "docs/escalation.md"), "utf8");

describe("docs/escalation.md", () => {
  it("tells each field of the policy with its default", () => {
    const told = [...page.matchAll(/^\| `([\w[\].]+)` +\| (?:`([^`]*)`)? +\|/gm)].map(
      ([, field = "", value]) => [field, value ?? ""] as const,
    );
    const described = z.toJSONSchema(escalationPolicy, { io: "input", unrepresentable: "any" }) as Described;
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(describedFields(described)));
  });

  it("gives an example that a department's file may hold", () => {
    const [, example = ""] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    const { escalation } = parse(example) as { readonly escalation: unknown };
    expect(escalationPolicy.parse(escalation).ticket).not.toBeNull();
  });

  it("names every word that makes a question critical", () => {
    for (const word of [...emergencyWords.english, ...emergencyWords.thai]) expect(page).toContain(word);
  });
});
