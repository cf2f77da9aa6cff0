import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { settings } from "../../adapters/config.ts";

const lines = (await readFile(new URL("../../.env.example", import.meta.url), "utf8")).split("\n");
const documented = lines.flatMap((line, index) => {
  const [, mark = "", name = "", value = ""] = /^(# ?)?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name === "" ? [] : [{ name, value, active: mark === "", description: lines[index - 1] }];
});

describe(".env.example", () => {
  it("lists every setting of adapters/config.ts, in its order, and nothing else", () => {
    expect(documented.map(({ name }) => name)).toEqual(Object.keys(settings));
  });

  it.each(Object.entries(settings))("%s stands there with its description and example", (name, setting) => {
    const entry = documented.find((candidate) => candidate.name === name);
    expect(entry).toMatchObject({ value: setting.example, description: `# ${setting.description}` });
  });

  it.each(Object.entries(settings))(
    "%s has an example that is accepted, its default if it has one",
    (name, setting) => {
      const example = setting.schema.safeParse(setting.example);
      expect(example).toMatchObject({ success: true });
      const fallback = setting.schema.safeParse(undefined);
      const hasDefault = fallback.success && fallback.data !== undefined;
      expect(documented.find((entry) => entry.name === name)?.active).toBe(hasDefault);
      if (hasDefault) expect(example.data).toEqual(fallback.data);
    },
  );
});
