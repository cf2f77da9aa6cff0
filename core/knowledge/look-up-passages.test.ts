import { beforeEach, describe, expect, it } from "@jest/globals";
import { memoryKnowledgeIndex } from "../../tests/fakes/knowledge-index.ts";
import { ExpertError } from "../errors.ts";
import type { ReadScope } from "../identity/access.ts";
import { type DepartmentId, type DocumentId, newId, type PassageId, type TenantId } from "../ids.ts";
import type { KnowledgeIndex } from "./knowledge-index.ts";
import { lookUpPassages, type LookUpPorts } from "./look-up-passages.ts";

const operations = newId<DepartmentId>();
const tenant = newId<TenantId>();

describe("looking passages up", () => {
  let index: KnowledgeIndex;
  beforeEach(() => {
    index = memoryKnowledgeIndex();
  });
  const add = async (
    title: string,
    texts: readonly string[],
    sensitivity: "public" | "restricted" = "public",
  ) => {
    const documentId = newId<DocumentId>();
    const passages = texts.map((text, position) => ({
      id: newId<PassageId>(),
      documentId,
      departmentId: operations,
      sensitivity,
      readers: null,
      title,
      text,
      position,
      headingPath: [],
      page: null,
      embedding: null,
    }));
    await index.upsert(tenant, documentId, passages);
  };
  const scope: ReadScope = { departments: new Map([[operations, "public"]]), principals: new Set() };
  const lookUp = async (text: string, ports: Partial<LookUpPorts> = {}, limit = 5) => {
    const { signal } = new AbortController();
    const found = await lookUpPassages({ index, embedder: null, ...ports }, tenant, {
      text,
      scope,
      limit,
      signal,
      userId: null,
    });
    return found.map(({ passage, quote }) => `${passage.title}: ${quote}`);
  };

  it("quotes the best passage of each document that the scope reads", async () => {
    await add("Pump", [
      "Oil is cheap. The pump starts with the green button. Then wait.",
      "A pump has a lid.",
    ]);
    await add("Boiler", ["The boiler feeds the pump."]);
    await add("Secret", ["The pump pump pump is leaking."], "restricted");
    expect(await lookUp("how does the pump start")).toEqual([
      "Pump: The pump starts with the green button. Then wait.",
      "Boiler: The boiler feeds the pump.",
    ]);
    expect(await lookUp("how does the pump start", {}, 1)).toHaveLength(1);
    expect(await lookUp("zebra")).toEqual([]);
  });

  it("quotes no further than the section, a list by its lines, and a table's row with its columns' names", async () => {
    await add("Compressor", [
      "Below 6.2 bar the lines stop.\n\n## Codes on the panel\n\n| Code | Meaning |\n| ---- | ------- |\n| AL-21 | discharge hot |",
    ]);
    await add("Spill", [
      "| Spilled | Use | Never |\n| --- | --- | --- |\n| Acid | chalk | water |\n| Compressor oil | sawdust | wash into a drain |",
    ]);
    await add("Tools", ["Bring:\n\n- a lamp\n- a wrench\n- gloves\n\nThen go."]);
    expect(await lookUp("when do the lines stop at 6.2 bar", {}, 1)).toEqual([
      "Compressor: Below 6.2 bar the lines stop.",
    ]);
    expect(await lookUp("compressor oil spilled sawdust", {}, 1)).toEqual([
      "Spill: Spilled: Compressor oil · Use: sawdust · Never: wash into a drain",
    ]);
    expect(await lookUp("lamp", {}, 1)).toEqual(["Tools: - a lamp\n- a wrench\n- gloves"]);
  });

  it("goes by words alone while the embedding model is away, and keeps a quote short", async () => {
    await add("Long", [`The valve is ${"very ".repeat(200)}long.`]);
    const away = { embed: () => Promise.reject(new ExpertError("model_unavailable", "Away.")) };
    const [quote = ""] = await lookUp("valve", { embedder: away });
    expect(quote.length).toBeLessThanOrEqual("Long: ".length + 300);
    expect(quote).toMatch(/…$/);
    const broken = { embed: () => Promise.reject(new TypeError("broken")) };
    await expect(lookUp("valve", { embedder: broken })).rejects.toThrow("broken");
  });
});
