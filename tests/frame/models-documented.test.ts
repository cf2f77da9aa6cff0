import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import { modelsFile } from "../../adapters/config/models-file.ts";
import { parseModels } from "../../adapters/config/read-models.ts";

const page = await readFile(new URL("../../docs/models.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/### (.+)\n[^#]*?```yaml\n([\s\S]*?)```/g)].map(
  ([, title = "", text = ""]) => ({ title, text }),
);
const config = readConfig({}, "/nowhere");

describe("docs/models.md", () => {
  it("has an example of each kind of installation", () => {
    expect(examples.map(({ title }) => title)).toEqual([
      "Ollama on a laptop",
      "vLLM behind LiteLLM",
      "OpenAI, with a larger model for long prompts",
      "Azure OpenAI in two regions",
      "LoRA adapters by department, on two GPUs",
      "A model that sees, beside the chat model",
    ]);
  });

  it.each(examples)("$title is accepted as it stands", ({ text }) => {
    const { routes, faults } = parseModels(text, config, () => "a-key");
    expect(faults).toEqual([]);
    expect(routes?.tiers.fast.length).toBeGreaterThan(0);
    expect(routes?.tiers.embed.length).toBeGreaterThan(0);
  });

  it("explains every member of the file and of a server", () => {
    const server = modelsFile.shape.servers.element.shape;
    for (const name of [...Object.keys(modelsFile.shape), ...Object.keys(server)])
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` `, "m"));
  });
});
