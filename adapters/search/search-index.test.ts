import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type DocumentId, type TenantId } from "../../core/ids.ts";
import type { KnowledgeChange, KnowledgeFeed } from "../../core/knowledge/knowledge-feed.ts";
import type { SearchResult } from "../../core/knowledge/knowledge-index.ts";
import { silentLogger, type Logger } from "../../core/logger.ts";
import { samplePassage, sampleScope } from "../../tests/contract/knowledge-index.ts";
import { createSearchIndex, type SearchIndex, type SearchIndexOptions } from "./create-search-index.ts";

/** A feed in memory that counts what is read from it. */
class SampleFeed implements KnowledgeFeed {
  log: KnowledgeChange[] = [];
  broken = false;
  documentsRead = 0;

  add(text: string, documentId: DocumentId = newId()): DocumentId {
    const passages = [samplePassage(text, { documentId })];
    this.log = this.log.filter((change) => change.documentId !== documentId);
    this.log.push({ kind: "upsert", version: this.#next(), documentId, passages });
    return documentId;
  }

  remove(documentId: DocumentId): void {
    this.log = this.log.filter((change) => change.documentId !== documentId);
    this.log.push({ kind: "remove", version: this.#next(), documentId });
  }

  async versions(tenants: readonly TenantId[]): Promise<ReadonlyMap<TenantId, number>> {
    if (this.broken) throw new Error("no database");
    return new Map(tenants.map((one) => [one, this.log.at(-1)?.version ?? 0]));
  }

  async changes(_tenant: TenantId, since: number, limit: number): Promise<readonly KnowledgeChange[]> {
    if (this.broken) throw new Error("no database");
    const found = this.log.filter((change) => change.version > since).slice(0, limit);
    this.documentsRead += found.length;
    return found;
  }

  #next(): number {
    return (this.log.at(-1)?.version ?? 0) + 1;
  }
}

const tenant = newId<TenantId>();
let folder: string;
let feed: SampleFeed;
let now: number;
let warnings: string[];
const open: SearchIndex[] = [];
const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };

function start(more: Partial<SearchIndexOptions> = {}): SearchIndex {
  const clock = { now: () => new Date(now) };
  const index = createSearchIndex({ clock, logger, feed, snapshotFolder: folder, pollMs: 20, ...more });
  open.push(index);
  return index;
}

const search = (index: SearchIndex, text: string): Promise<SearchResult> =>
  index.search(tenant, { text, scope: sampleScope(), limit: 10 });
const find = async (index: SearchIndex, text: string): Promise<string[]> =>
  (await search(index, text)).hits.map((hit) => hit.passage.text);

async function eventually(check: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms`);
    await wait(10);
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "search-index-"));
  feed = new SampleFeed();
  now = Date.UTC(2026, 0, 1);
  warnings = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((index) => index.close()));
  await rm(folder, { recursive: true, force: true });
});

describe("search index on a feed", () => {
  it("loads a tenant when it is first asked, and follows soon", async () => {
    const first = feed.add("alpha rules");
    const index = start({ pollMs: 400 });
    expect(index.loaded()).toEqual([]);
    expect(await find(index, "alpha")).toEqual(["alpha rules"]);
    feed.add("beta rules");
    feed.remove(first);
    await eventually(async () => (await find(index, "beta")).length === 1);
    expect(await find(index, "alpha")).toEqual([]);
  });

  it("takes in at once what refresh is called for, also while it is reading", async () => {
    const index = start({ pollMs: 400 });
    await search(index, "anything");
    feed.add("gamma");
    const refreshed = index.refresh(tenant);
    feed.add("delta");
    await Promise.all([refreshed, index.refresh(tenant)]);
    expect(await find(index, "gamma delta")).toHaveLength(2);
  });

  it("follows one tenant while another's bulk load goes on", async () => {
    const busy = newId<TenantId>();
    let stall = false;
    let finish = (): void => undefined;
    const stalled = new Promise<void>((resolve) => (finish = resolve));
    const source: KnowledgeFeed = {
      versions: (tenants) => feed.versions(tenants),
      async changes(one, since, limit) {
        if (stall && one === busy) await stalled;
        return await feed.changes(one, since, limit);
      },
    };
    const index = start({ feed: source });
    await find(index, "anything");
    await index.search(busy, { text: "anything", scope: sampleScope(), limit: 1 });
    stall = true;
    for (const text of ["alpha", "beta"]) {
      feed.add(text);
      await eventually(async () => (await find(index, text)).length === 1);
    }
    finish();
    const scope = sampleScope();
    await eventually(
      async () => (await index.search(busy, { text: "beta", scope, limit: 1 })).hits.length === 1,
    );
  });

  it("takes in more documents than one page of the feed", async () => {
    for (let at = 0; at < 450; at += 1) feed.add(`number n${at}`);
    expect((await search(start(), "n449")).collectionSize).toBe(450);
  });

  it("answers from what it has while the feed fails, and says so once", async () => {
    feed.add("epsilon");
    const index = start();
    await search(index, "epsilon");
    feed.broken = true;
    await eventually(async () => warnings.length > 0);
    await wait(100);
    expect(await find(index, "epsilon")).toEqual(["epsilon"]);
    expect(warnings).toHaveLength(1);
    feed.broken = false;
    feed.add("zeta");
    await eventually(async () => (await find(index, "zeta")).length === 1);
  });

  it("fails a first search while the feed fails, and recovers", async () => {
    feed.add("eta");
    feed.broken = true;
    const index = start();
    await expect(search(index, "eta")).rejects.toThrow("no database");
    feed.broken = false;
    expect(await find(index, "eta")).toEqual(["eta"]);
  });

  it("starts anew where the feed went back", async () => {
    feed.add("before the restore");
    feed.add("also before");
    const index = start();
    await search(index, "restore");
    feed.log = [];
    feed.add("after the restore");
    await eventually(async () => (await find(index, "also")).length === 0);
    expect(await find(index, "restore")).toEqual(["after the restore"]);
  });
});

describe("snapshots", () => {
  const scores = async (index: SearchIndex): Promise<unknown> =>
    (await search(index, "rules of travel")).hits.map(({ passage, score }) => [passage, score]);

  async function saved(): Promise<string> {
    const removed = feed.add("a document that goes");
    for (let at = 0; at < 30; at += 1) feed.add(`rules number ${at} of travel and เบิกค่าเดินทาง`);
    const index = start();
    await search(index, "rules");
    feed.remove(removed);
    await index.refresh(tenant);
    await index.close();
    const files = await readdir(folder);
    expect(files).toHaveLength(1);
    return join(folder, files[0]!);
  }

  it("restarts from its file, with the same scores, and reads only what is newer", async () => {
    await saved();
    feed.documentsRead = 0;
    feed.add("newer rules of travel");
    const restarted = start();
    const rebuilt = start({ snapshotFolder: null });
    await search(restarted, "rules");
    expect(feed.documentsRead).toBe(1);
    expect(await scores(restarted)).toEqual(await scores(rebuilt));
    expect((await search(restarted, "goes")).terms[0]!.passages).toBe(0);
    expect((await search(restarted, "goes")).collectionSize).toBe(31);
  });

  it("keeps embeddings and labels", async () => {
    const documentId = newId<DocumentId>();
    const embedding = Float32Array.from([0.6, 0.8]);
    const more = { documentId, embedding, readers: ["user:1"], sensitivity: "restricted" as const };
    feed.log = [{ kind: "upsert", version: 1, documentId, passages: [samplePassage("near", more)] }];
    const index = start();
    await search(index, "x");
    await index.close();
    const query = { text: "far", vector: embedding, scope: sampleScope(undefined, ["user:1"]), limit: 5 };
    const found = await start().search(tenant, query);
    expect(found.hits[0]!.similarity).toBeCloseTo(1, 5);
    expect(found.hits[0]!.passage).toMatchObject({ readers: ["user:1"], sensitivity: "restricted" });
  });

  it.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    ["changed in one byte", (bytes: Buffer) => (bytes.writeUInt8(bytes.readUInt8(3_000) ^ 1, 3_000), bytes)],
    ["empty", () => Buffer.alloc(0)],
    ["something else", () => Buffer.from("not a snapshot at all".repeat(100))],
  ])("rebuilds from the feed where the file is %s", async (_name, damage) => {
    const path = await saved();
    await writeFile(path, damage(await readFile(path)));
    feed.documentsRead = 0;
    const index = start();
    expect((await search(index, "rules")).collectionSize).toBe(30);
    expect(feed.documentsRead).toBeGreaterThan(30);
    expect(warnings).toEqual(["Index snapshot is unusable; the index is rebuilt"]);
  });

  it("ignores a file of another tenant, and one that is ahead of its feed", async () => {
    const path = await saved();
    const other = newId<TenantId>();
    await writeFile(join(folder, `${other}.index`), await readFile(path));
    feed.log = [];
    feed.add("only this");
    const index = start();
    expect((await search(index, "rules")).collectionSize).toBe(1);
    expect(warnings).toEqual(["Index snapshot is ahead of its source and is ignored"]);
    const scoped = await index.search(other, { text: "rules", scope: sampleScope(), limit: 5 });
    expect(scoped.collectionSize).toBe(1);
  });

  it("drops a tenant that is idle, saves it, and loads it again", async () => {
    feed.add("theta");
    const index = start({ idleEvictMs: 60_000 });
    await search(index, "theta");
    now += 61_000;
    await eventually(async () => index.loaded().length === 0);
    feed.add("iota");
    expect(await find(index, "theta iota")).toHaveLength(2);
  });
});
