import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type pg from "pg";
import type { DocumentHold, DocumentStore, DocumentUpload } from "../../core/knowledge/document-store.ts";
import type { KnowledgeChange } from "../../core/knowledge/knowledge-feed.ts";
import { type DocumentId, newId, type TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { samplePassages, sampleUpload } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createKnowledgeFeed } from "./knowledge-feed.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

describe("the knowledge feed on PostgreSQL", () => {
  let server: TestDatabase;
  let pool: pg.Pool;
  let database: ReturnType<typeof createDatabase>;
  let company: ProvisionedCompany;
  let tenants = 0;
  beforeAll(async () => {
    server = await testDatabase();
    pool = createPool(server.appUrl, 8, silentLogger, amplyMs);
    database = createDatabase(pool);
  });
  beforeEach(async () => {
    tenants += 1;
    const plan = smallCompany(`feed-${String(tenants)}`);
    company = await provisionCompany(server.ownerUrl, plan, { localAccounts: false });
  });
  afterAll(async () => {
    await database.close();
    await pool.end();
    await server.close();
  });
  const feed = () => createKnowledgeFeed(pool, "m");
  const documents = <T>(work: (store: DocumentStore) => Promise<T>): Promise<T> =>
    database.withTenant(company.tenantId, (stores) => work(stores.documents));
  const version = async (): Promise<number> =>
    (await feed().versions([company.tenantId])).get(company.tenantId) ?? -1;
  const changes = (since = 0, limit = 100): Promise<readonly KnowledgeChange[]> =>
    feed().changes(company.tenantId, since, limit);
  const firstHold = ({ id }: DocumentUpload): DocumentHold => ({ id, revision: 1, attempt: 1 });
  const ingest = async (
    upload: DocumentUpload,
    revision: number,
    ...texts: readonly string[]
  ): Promise<void> => {
    const hold = { id: upload.id, revision, attempt: 1 };
    await documents(async (store) => {
      await store.take(upload.id, revision, 10_000);
      await store.stage(hold, 10_000, {
        title: upload.name,
        warnings: [],
        passages: samplePassages(...texts),
      });
      await store.publish(hold, []);
    });
  };
  const added = async (change: Partial<DocumentUpload> = {}): Promise<DocumentUpload> => {
    const upload = sampleUpload(company, { name: `${newId<string>()}.md`, ...change });
    await documents((store) => store.register(upload, []));
    await ingest(upload, 1, `text of ${upload.name}`);
    return upload;
  };

  it("is at 0 without knowledge, also for tenants that it has never heard of", async () => {
    const stranger = newId<TenantId>();
    expect(await feed().versions([company.tenantId, stranger])).toEqual(
      new Map([
        [company.tenantId, 0],
        [stranger, 0],
      ]),
    );
    expect(await feed().versions([])).toEqual(new Map());
    expect(await changes()).toEqual([]);
  });

  it("shows a published document whole, with its label, place and embeddings", async () => {
    const upload = sampleUpload(company, { sensitivity: "confidential", readers: ["user:one"] });
    await documents(async (store) => {
      await store.register(upload, []);
      await store.take(upload.id, 1, 10_000);
      const passages = samplePassages("first", "second");
      await store.stage(firstHold(upload), 10_000, { title: "The pump", warnings: [], passages });
      const embedding = Float32Array.from({ length: 300 }, (_, place) => Math.fround(Math.sin(place)));
      await store.embed(firstHold(upload), 10_000, [{ id: passages[1]?.id ?? newId(), embedding }], "m");
    });
    expect(await changes()).toEqual([]);
    await documents((store) => store.publish(firstHold(upload), []));
    const [change] = await changes();
    expect(change).toMatchObject({ kind: "upsert", version: 1, documentId: upload.id });
    if (change?.kind !== "upsert") throw new Error("not an upsert");
    expect(change.passages).toMatchObject([
      { text: "first", position: 0, embedding: null, title: "The pump", headingPath: ["Pump", "Start"] },
      { text: "second", position: 1, sensitivity: "confidential", readers: ["user:one"] },
    ]);
    expect(change.passages[1]?.embedding?.[7]).toBeCloseTo(Math.sin(7), 6);
    expect(change.passages[1]?.embedding).toHaveLength(300);
    for (const model of ["another", null]) {
      const [without] = await createKnowledgeFeed(pool, model).changes(company.tenantId, 0, 1);
      expect(without).toMatchObject({ kind: "upsert", passages: [{ embedding: null }, { embedding: null }] });
    }
  });

  it("tells a changed label at once, new content once it is published, and a removal", async () => {
    const upload = await added();
    await documents((store) =>
      store.register({ ...upload, id: newId<DocumentId>(), sensitivity: "restricted" }, []),
    );
    const [relabelled] = await changes(1);
    expect(relabelled).toMatchObject({
      kind: "upsert",
      version: 2,
      passages: [{ text: `text of ${upload.name}`, sensitivity: "restricted" }],
    });
    await ingest(upload, 2, "new");
    expect(await changes(2)).toMatchObject([{ version: 3, passages: [{ text: "new" }] }]);
    await documents((store) => store.remove(upload.id, []));
    expect(await changes(3)).toEqual([{ kind: "remove", version: 4, documentId: upload.id }]);
    expect(await changes(0)).toEqual([{ kind: "remove", version: 4, documentId: upload.id }]);
    expect(await version()).toBe(4);
  });

  it("tells nothing of a first upload that failed", async () => {
    const upload = sampleUpload(company);
    await documents(async (store) => {
      await store.register(upload, []);
      await store.take(upload.id, 1, 10_000);
      await store.fail(firstHold(upload), { code: "document_corrupt", message: "", remedy: null }, []);
    });
    expect(await version()).toBe(0);
  });

  it("hands out changes in pages, in order", async () => {
    for (let number = 0; number < 7; number += 1) await added();
    const seen: number[] = [];
    for (let page = await changes(0, 3); page.length > 0; page = await changes(seen.at(-1) ?? 0, 3))
      seen.push(...page.map((change) => change.version));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("leaves no gap for a reader while many publish, replace and remove at the same time", async () => {
    const known = new Map<DocumentId, string | null>();
    let since = 0;
    const read = async (): Promise<void> => {
      for (const change of await changes(since, 5)) {
        expect(change.version).toBeGreaterThan(since);
        since = change.version;
        known.set(change.documentId, change.kind === "remove" ? null : (change.passages[0]?.text ?? ""));
      }
    };
    let writing = true;
    const reader = (async () => {
      while (writing) await read();
    })();
    const expected = new Map<DocumentId, string | null>();
    await Promise.all(
      Array.from({ length: 12 }, async (_, number) => {
        const upload = await added();
        expected.set(upload.id, `text of ${upload.name}`);
        if (number % 3 === 0) {
          await documents((store) => store.register({ ...upload, contentHash: "f".repeat(64) }, []));
          await ingest(upload, 2, `new ${upload.name}`);
          expected.set(upload.id, `new ${upload.name}`);
        }
        if (number % 4 === 0) {
          await documents((store) => store.remove(upload.id, []));
          expected.set(upload.id, null);
        }
      }),
    );
    writing = false;
    await reader;
    while (since < (await version())) await read();
    // A document that was removed before the reader looked is told as removed alone.
    expect(new Map([...known].toSorted())).toEqual(new Map([...expected].toSorted()));
  });
});
