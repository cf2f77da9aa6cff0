import { afterEach, describe, expect, it } from "@jest/globals";
import type { ReadScope, Sensitivity } from "../../core/identity/access.ts";
import { newId, type DepartmentId, type DocumentId, type TenantId } from "../../core/ids.ts";
import type { KnowledgeIndex, SearchResult } from "../../core/knowledge/knowledge-index.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";

const finance = newId<DepartmentId>();
const legal = newId<DepartmentId>();

/** A passage of a document of its own, public in the finance department unless said otherwise. */
export function samplePassage(text: string, more: Partial<IndexedPassage> = {}): IndexedPassage {
  return {
    id: newId(),
    documentId: newId(),
    departmentId: finance,
    sensitivity: "public",
    readers: null,
    title: "",
    text,
    position: 0,
    headingPath: [],
    page: null,
    embedding: null,
    ...more,
  };
}

export function sampleScope(
  departments: readonly (readonly [DepartmentId, Sensitivity])[] = [[finance, "restricted"]],
  principals: readonly string[] = [],
): ReadScope {
  return { departments: new Map(departments), principals: new Set(principals) };
}

const unit = (...values: number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};

const texts = (result: SearchResult): string[] => result.hits.map((hit) => hit.passage.text);

/** What every KnowledgeIndex must do. */
export function knowledgeIndexContract(name: string, create: () => Promise<KnowledgeIndex>): void {
  describe(`knowledge index: ${name}`, () => {
    const open: KnowledgeIndex[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((index) => index.close()));
    });

    async function filled(passages: readonly IndexedPassage[]): Promise<{
      index: KnowledgeIndex;
      tenant: TenantId;
      find: (text: string, scope?: ReadScope, limit?: number, vector?: Float32Array) => Promise<SearchResult>;
    }> {
      const index = await create();
      open.push(index);
      const tenant = newId<TenantId>();
      await fill(index, tenant, passages);
      return {
        index,
        tenant,
        find: (text, scope = sampleScope(), limit = 10, vector?) =>
          index.search(tenant, { text, scope, limit, vector: vector ?? null }),
      };
    }

    it("finds the passage that holds the words, best first, with the words' figures", async () => {
      const { find } = await filled([
        samplePassage("Travel expenses are reimbursed within thirty days."),
        samplePassage("Expenses of a hotel are travel expenses."),
        samplePassage("The canteen opens at noon."),
      ]);
      const result = await find("travel expenses");
      expect(texts(result)).toEqual([
        "Expenses of a hotel are travel expenses.",
        "Travel expenses are reimbursed within thirty days.",
      ]);
      expect(result.collectionSize).toBe(3);
      expect(result.terms.map(({ term, passages }) => ({ term, passages }))).toEqual([
        { term: "travel", passages: 2 },
        { term: "expens", passages: 2 },
      ]);
      expect(result.terms[0]!.idf).toBeCloseTo(Math.log(1 + 1.5 / 2.5), 6);
      expect(result.hits.every((hit) => hit.wordScore > 0 && hit.similarity === null)).toBe(true);
    });

    it("returns nothing for an empty collection, an empty question and a limit of 0", async () => {
      const { find, index } = await filled([samplePassage("Something.")]);
      expect((await find("")).hits).toEqual([]);
      expect((await find("something", sampleScope(), 0)).hits).toEqual([]);
      const empty = await index.search(newId(), { text: "something", scope: sampleScope(), limit: 5 });
      expect(empty).toMatchObject({ hits: [], collectionSize: 0 });
    });

    it("shows the passage as it was given, without its embedding", async () => {
      const passage = samplePassage("Invoices are approved by two people.", {
        title: "Invoices",
        headingPath: ["Invoices", "Approval"],
        page: 3,
        position: 7,
        readers: ["user:1"],
      });
      const { find } = await filled([passage]);
      const { embedding, ...shown } = passage;
      expect(embedding).toBeNull();
      const found = await find("who approves invoices", sampleScope([[finance, "public"]], ["user:1"]));
      expect(found.hits[0]!.passage).toEqual(shown);
    });

    it("reads only departments of the scope, up to the label allowed in each", async () => {
      const { find } = await filled([
        samplePassage("budget public"),
        samplePassage("budget confidential", { sensitivity: "confidential" }),
        samplePassage("budget restricted", { sensitivity: "restricted" }),
        samplePassage("budget of legal", { departmentId: legal }),
        samplePassage("budget of legal, confidential", { departmentId: legal, sensitivity: "confidential" }),
      ]);
      const found = async (...departments: (readonly [DepartmentId, Sensitivity])[]): Promise<string[]> =>
        texts(await find("budget", sampleScope(departments))).sort();
      expect(await found()).toEqual([]);
      expect(await found([finance, "public"])).toEqual(["budget public"]);
      expect(await found([finance, "confidential"])).toEqual(["budget confidential", "budget public"]);
      expect(await found([finance, "restricted"], [legal, "public"])).toEqual([
        "budget confidential",
        "budget of legal",
        "budget public",
        "budget restricted",
      ]);
    });

    it("shows a passage with readers to those only; an empty list is nobody", async () => {
      const { find } = await filled([
        samplePassage("salary for all"),
        samplePassage("salary for two", { readers: ["user:ann", "group:entra:pay"] }),
        samplePassage("salary for nobody", { readers: [] }),
      ]);
      const found = async (...principals: string[]): Promise<string[]> =>
        texts(await find("salary", sampleScope([[finance, "restricted"]], principals))).sort();
      expect(await found()).toEqual(["salary for all"]);
      expect(await found("user:bob")).toEqual(["salary for all"]);
      expect(await found("user:bob", "group:entra:pay")).toEqual(["salary for all", "salary for two"]);
    });

    it("fills the limit with what is readable, however much better the rest is", async () => {
      const hidden = Array.from({ length: 300 }, () =>
        samplePassage("vault vault code", { departmentId: legal }),
      );
      const { find } = await filled([
        ...hidden,
        samplePassage("the vault is in the long corridor of the second basement, behind a door"),
        samplePassage("a vault is a room with thick walls and a heavy door that only few may open"),
      ]);
      const result = await find("vault code", sampleScope(), 2);
      expect(result.hits).toHaveLength(2);
      expect(result.hits.every((hit) => hit.passage.departmentId === finance)).toBe(true);
      expect(result.collectionSize).toBe(302);
    });

    it("replaces a document's passages, and does the same again without change", async () => {
      const documentId = newId<DocumentId>();
      const { index, tenant, find } = await filled([samplePassage("The old rule.", { documentId })]);
      const next = [
        samplePassage("A new rule.", { documentId, position: 0 }),
        samplePassage("Another rule of the same document.", { documentId, position: 1 }),
      ];
      await index.upsert(tenant, documentId, next);
      const once = await find("rule");
      expect(texts(once).sort()).toEqual(["A new rule.", "Another rule of the same document."]);
      await index.upsert(tenant, documentId, next);
      expect(await find("rule")).toEqual(once);
      await index.upsert(tenant, documentId, []);
      expect(await find("rule")).toMatchObject({ hits: [], collectionSize: 0 });
    });

    it("removes a document, ignores an unknown one, and forgets its words", async () => {
      const gone = samplePassage("secret plan of the office");
      const kept = samplePassage("office hours");
      const { index, tenant, find } = await filled([gone, kept]);
      await index.remove(tenant, gone.documentId);
      await index.remove(tenant, gone.documentId);
      await index.remove(tenant, newId<DocumentId>());
      const result = await find("secret office");
      expect(texts(result)).toEqual(["office hours"]);
      expect(result.terms.map((term) => term.passages)).toEqual([0, 1]);
      const { find: findAlone } = await filled([kept]);
      expect((await findAlone("secret office")).hits).toEqual(result.hits);
    });

    it("does not let another tenant's documents change a score", async () => {
      const passages = [
        samplePassage("The printer on the third floor is out of paper."),
        samplePassage("Order paper for the printer from the store."),
      ];
      const { index, find } = await filled(passages);
      const before = await find("printer paper");
      const other = Array.from({ length: 40 }, (_, at) => samplePassage(`printer paper number ${at}`));
      await fill(index, newId<TenantId>(), other);
      expect(await find("printer paper")).toEqual(before);
    });

    it("finds Thai words inside unspaced text, and Latin words inside Thai", async () => {
      const { find } = await filled([
        samplePassage("พนักงานสามารถเบิกค่าเดินทางได้ภายในสามสิบวัน"),
        samplePassage("หากเชื่อมต่อVPNไม่ได้ให้ติดต่อฝ่ายไอที"),
        samplePassage("โรงอาหารเปิดเวลาเที่ยง"),
      ]);
      expect(texts(await find("ค่าเดินทาง"))[0]).toContain("เบิกค่าเดินทาง");
      expect(texts(await find("vpn"))).toHaveLength(1);
      expect(texts(await find("โรงอาหารเปิดกี่โมง"))[0]).toContain("โรงอาหาร");
    });

    it("finds identifiers whole and by their parts", async () => {
      const { find } = await filled([
        samplePassage("ORA-01555: snapshot too old"),
        samplePassage("ORA-00600: internal error, 01555 bytes"),
        samplePassage("Alert KubePodCrashLooping fires when a pod restarts."),
        samplePassage("Set max_retry_count in /etc/app/settings.yaml."),
        samplePassage("Windows update fails with 0x80070005."),
      ]);
      expect(texts(await find("what is ora-01555"))[0]).toBe("ORA-01555: snapshot too old");
      expect(texts(await find("KubePodCrashLooping"))[0]).toContain("KubePodCrashLooping");
      expect(texts(await find("pod is crash looping"))[0]).toContain("KubePodCrashLooping");
      expect(texts(await find("settings.yaml"))).toHaveLength(1);
      expect(texts(await find("retry count"))[0]).toContain("max_retry_count");
      expect(texts(await find("error 0x80070005"))[0]).toContain("0x80070005");
    });

    it("finds words of title and headings", async () => {
      const { find } = await filled([
        samplePassage("Ask your manager first.", { title: "Leave", headingPath: ["Leave", "Sabbatical"] }),
        samplePassage("Ask the help desk first.", { title: "Laptops" }),
      ]);
      expect(texts(await find("sabbatical"))).toEqual(["Ask your manager first."]);
      expect(texts(await find("laptop"))).toEqual(["Ask the help desk first."]);
    });

    it("finds by vector what shares no word, within the scope", async () => {
      const { find } = await filled([
        samplePassage("near", { embedding: unit(1, 0.1, 0) }),
        samplePassage("far", { embedding: unit(0, 0.1, 1) }),
        samplePassage("hidden", { embedding: unit(1, 0, 0), departmentId: legal }),
        samplePassage("without"),
      ]);
      const result = await find("unrelated", sampleScope(), 10, unit(1, 0, 0));
      expect(texts(result)[0]).toBe("near");
      expect(texts(result)).not.toContain("hidden");
      expect(result.hits[0]!.similarity).toBeCloseTo(unit(1, 0.1, 0)[0]!, 5);
      expect(result.hits[0]!.wordScore).toBe(0);
    });

    it("puts first what both words and vector say", async () => {
      const { find } = await filled([
        samplePassage("holiday allowance in the first year", { embedding: unit(1, 0.2, 0) }),
        samplePassage("holiday pictures of the first party", { embedding: unit(0, 0.2, 1) }),
        samplePassage("days of rest", { embedding: unit(0.8, 0.4, 0) }),
      ]);
      const result = await find("holiday allowance", sampleScope(), 10, unit(1, 0.2, 0));
      expect(texts(result)[0]).toBe("holiday allowance in the first year");
      expect(result.hits[0]!.wordScore).toBeGreaterThan(0);
    });

    it("orders equal scores the same way every time", async () => {
      const passages = Array.from({ length: 30 }, () => samplePassage("identical words here"));
      const { find } = await filled(passages);
      const { find: findReversed } = await filled([...passages].reverse());
      const ids = (result: SearchResult): string[] => result.hits.map((hit) => hit.passage.id);
      expect(ids(await find("identical"))).toEqual(ids(await findReversed("identical")));
    });
  });
}

async function fill(
  index: KnowledgeIndex,
  tenant: TenantId,
  passages: readonly IndexedPassage[],
): Promise<void> {
  for (const passage of passages) await index.upsert(tenant, passage.documentId, [passage]);
}
