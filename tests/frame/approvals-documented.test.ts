import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { approvalPolicy } from "../../core/approvals/policy.ts";
import { type Described, describedFields } from "./described-fields.ts";
import { root } from "./repository.ts";

const page = readFileSync(join(root, "docs/approvals.md"), "utf8");

describe("docs/approvals.md", () => {
  it("tells each field of the policy with its default", () => {
    const told = new Map(
      [...page.matchAll(/^\| `([\w[\].]+)` +\| (?:`([^`]*)`|one level)? +\|/gm)].map(
        ([, field = "", value]) => [field, value ?? ""],
      ),
    );
    const described = z.toJSONSchema(approvalPolicy, { io: "input", unrepresentable: "any" }) as Described;
    const fields = new Map(describedFields(described));
    // "one level": all of its defaults.
    expect(approvalPolicy.parse({}).levels).toEqual(approvalPolicy.parse({ levels: [{}] }).levels);
    fields.set("levels", "");
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(fields));
  });

  it("gives an example that a department's file may hold", () => {
    const [, example = ""] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    const { approval } = parse(example) as { readonly approval: unknown };
    expect(approvalPolicy.parse(approval).levels).toHaveLength(2);
  });
});
