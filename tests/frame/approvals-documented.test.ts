import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { approvalPolicy } from "../../core/approvals/policy.ts";
import { root } from "./repository.ts";

const page = readFileSync(join(root, "docs/approvals.md"), "utf8");

interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly default?: unknown;
}

/** Every field by its path, with its default as it is written; empty where it has none. */
function fieldsOf(schema: Described, path = ""): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const inside = schema.anyOf?.find(({ properties }) => properties) ?? schema;
  for (const [name, field] of Object.entries(inside.properties ?? {})) {
    const place = path === "" ? name : `${path}.${name}`;
    fields.set(place, writeDefault(field.default));
    const below = field.items?.properties ? fieldsOf(field.items, `${place}[]`) : fieldsOf(field, place);
    for (const [inner, value] of below) fields.set(inner, value);
  }
  return fields;
}

const writeDefault = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

describe("docs/approvals.md", () => {
  it("tells each field of the policy with its default", () => {
    const told = new Map(
      [...page.matchAll(/^\| `([\w[\].]+)` +\| (?:`([^`]*)`|one level)? +\|/gm)].map(
        ([, field = "", value]) => [field, value ?? ""],
      ),
    );
    const described = z.toJSONSchema(approvalPolicy, { io: "input", unrepresentable: "any" }) as Described;
    const fields = new Map(fieldsOf(described));
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
