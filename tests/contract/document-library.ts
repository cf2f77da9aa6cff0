import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Page } from "../../core/conversation/conversation-store.ts";
import type { ReadScope, Sensitivity } from "../../core/identity/access.ts";
import type { KnowledgeDocument } from "../../core/knowledge/document.ts";
import type { DocumentLibrary } from "../../core/knowledge/document-library.ts";
import type { DocumentUpload } from "../../core/knowledge/document-store.ts";
import { type DepartmentId, newId } from "../../core/ids.ts";
import { departmentOf, samplePassages, sampleUpload } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const everything = { departmentId: null, state: null, text: null, cursor: null, limit: 50 } as const;

/** Documents as people browse them. */
export function documentLibraryContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`library: ${name}`, () => {
    let tenant: TenantUnderTest;
    let operations: DepartmentId;
    let finance: DepartmentId;
    const library = <T>(work: (store: DocumentLibrary) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.library));
    const scope = (
      ceilings: readonly (readonly [DepartmentId, Sensitivity])[],
      ...principals: readonly string[]
    ): ReadScope => ({ departments: new Map(ceilings), principals: new Set(principals) });
    const names = async (
      reader: ReadScope,
      query: Partial<Parameters<DocumentLibrary["list"]>[1]> = {},
    ): Promise<readonly string[]> =>
      (await library((store) => store.list(reader, { ...everything, ...query }))).items.map(
        (document) => document.name,
      );
    const add = (change: Partial<DocumentUpload>): Promise<KnowledgeDocument> =>
      tenant.stores(async ({ documents }) => {
        const { document } = await documents.register(sampleUpload(tenant.company, change), []);
        return document;
      });
    const lead = (): ReadScope =>
      scope([
        [operations, "restricted"],
        [finance, "restricted"],
      ]);

    beforeAll(async () => {
      tenant = await open().tenant();
      operations = departmentOf(tenant.company, "operations");
      finance = departmentOf(tenant.company, "finance");
      const ready = await add({ name: "public.md" });
      await tenant.stores(async ({ documents }) => {
        await documents.take(ready.id, 1, 10_000);
        const hold = { id: ready.id, revision: 1, attempt: 1 };
        const passages = samplePassages("one");
        await documents.stage(hold, 10_000, { title: "All about 100% pumps", warnings: ["w"], passages });
        await documents.publish(hold, []);
      });
      await add({ name: "confidential.md", sensitivity: "confidential" });
      await add({ name: "restricted.md", sensitivity: "restricted" });
      await add({ name: "for-one.md", readers: ["user:one"] });
      await add({ name: "for-nobody.md", readers: [] });
      await add({ name: "budget_2026.md", departmentId: finance });
    });

    it("shows what the scope may read, newest first, and nothing else", async () => {
      expect(await names(scope([[operations, "public"]]))).toEqual(["public.md"]);
      expect(await names(scope([[operations, "confidential"]]))).toEqual(["confidential.md", "public.md"]);
      expect(await names(scope([[operations, "restricted"]], "user:one"))).toEqual([
        "for-one.md",
        "restricted.md",
        "confidential.md",
        "public.md",
      ]);
      expect(await names(scope([[finance, "public"]]))).toEqual(["budget_2026.md"]);
      expect(await names(scope([]))).toEqual([]);
      expect(await names(scope([[newId<DepartmentId>(), "restricted"]]))).toEqual([]);
    });

    it("filters by department, state and words, literally", async () => {
      expect(await names(lead(), { departmentId: finance })).toEqual(["budget_2026.md"]);
      expect(await names(lead(), { state: "ready" })).toEqual(["public.md"]);
      expect(await names(lead(), { text: "ABOUT" })).toEqual(["public.md"]);
      expect(await names(lead(), { text: "restricted" })).toEqual(["restricted.md"]);
      expect(await names(lead(), { text: "%" })).toEqual(["public.md"]);
      expect(await names(lead(), { text: "_" })).toEqual(["budget_2026.md"]);
      expect(await names(lead(), { text: "\\" })).toEqual([]);
    });

    it("reads one document where the scope may, and counts those that are ready", async () => {
      const [document] = (
        await library((store) => store.list(lead(), { ...everything, text: "confidential" }))
      ).items;
      if (!document) throw new Error("the document is not there");
      const reader = scope([[operations, "public"]]);
      expect(await library((store) => store.get(reader, document.id))).toBeNull();
      expect(await library((store) => store.get(lead(), document.id))).toEqual(document);
      expect(await library((store) => store.counts(reader))).toEqual(new Map([[operations, 1]]));
      expect(await library((store) => store.counts(scope([[finance, "restricted"]])))).toEqual(new Map());
    });

    it("pages through documents that were added in the same moment, and loses none", async () => {
      const added = Array.from({ length: 25 }, (_, number) => `many-${String(number)}.md`);
      await Promise.all(added.map((each) => add({ name: each, departmentId: finance })));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const from: string | null = cursor;
        const page: Page<KnowledgeDocument> = await library((store) =>
          store.list(lead(), { ...everything, text: "many-", cursor: from, limit: 4 }),
        );
        seen.push(...page.items.map((document) => document.name));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.toSorted()).toEqual(added.toSorted());
    });

    it("lists and counts files, and what the product wrote for approved answers only where that is asked for", async () => {
      const written = await add({ name: "verified/one.md", kind: "verified", contentHash: "c".repeat(64) });
      await tenant.stores(async ({ documents }) => {
        const hold = { id: written.id, revision: 1, attempt: 1 };
        await documents.take(written.id, 1, 10_000);
        await documents.stage(hold, 10_000, { title: "One", warnings: [], passages: samplePassages("one") });
        await documents.publish(hold, []);
      });
      expect(await names(lead())).not.toContain("verified/one.md");
      expect(await names(lead(), { kind: "verified" })).toEqual(["verified/one.md"]);
      expect(await library((store) => store.get(lead(), written.id))).toMatchObject({
        kind: "verified",
        state: "ready",
      });
      expect((await library((store) => store.counts(lead()))).get(operations)).toBe(1);
    });

    it("refuses a cursor that is not its own", async () => {
      for (const cursor of ["", "x", Buffer.from("2026-01-01 nobody").toString("base64url")]) {
        await expect(library((store) => store.list(lead(), { ...everything, cursor }))).rejects.toMatchObject(
          { code: "invalid_input" },
        );
      }
    });
  });
}
