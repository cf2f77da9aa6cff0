import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { TenantId } from "../../core/ids.ts";
import type { KnowledgeFeed } from "../../core/knowledge/knowledge-feed.ts";
import type { KnowledgeIndex } from "../../core/knowledge/knowledge-index.ts";
import type { Logger } from "../../core/logger.ts";
import { ranking as standardRanking, type Ranking } from "./ranking.ts";
import { searchPassages } from "./search-passages.ts";
import { TenantCache } from "./tenant-cache.ts";

export interface SearchIndexOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where tenants' passages are read from; without it the index holds what `upsert` gives it, and forgets nothing. */
  readonly feed?: KnowledgeFeed | null;
  /** One file per tenant, so that a restart is quick; may be deleted at any time. */
  readonly snapshotFolder?: string | null;
  /** How often the feed is asked for newer versions; at most 400, so that a new passage is found within a second. */
  readonly pollMs?: number;
  /** A tenant that nobody searched for this long is dropped from memory. */
  readonly idleEvictMs?: number;
  /** How often changed tenants are saved. */
  readonly saveMs?: number;
  readonly ranking?: Ranking;
}

export interface SearchIndex extends KnowledgeIndex {
  /** Takes in now what the feed has for the tenant. */
  refresh(tenant: TenantId): Promise<void>;
  /** Tenants held in memory. */
  loaded(): readonly TenantId[];
}

const longestPollMs = 400;

/**
 * Search in memory: words by BM25, embeddings by nearest neighbours, a tenant loaded when it is first asked. It is a
 * cache of its feed and can be rebuilt from it at any time.
 */
export function createSearchIndex(options: SearchIndexOptions): SearchIndex {
  const { clock, logger, ranking = standardRanking, idleEvictMs = 30 * 60_000, saveMs = 60_000 } = options;
  const feed = options.feed ?? null;
  const folder = options.snapshotFolder ?? null;
  const pollMs = Math.min(options.pollMs ?? 300, longestPollMs);
  const caches = new Map<TenantId, Promise<TenantCache>>();
  const opened = new Map<TenantId, TenantCache>();
  const closing = new Map<TenantId, Promise<void>>();
  const now = (): number => clock.now().getTime();
  let failing = false;
  let lastSavedAt = now();
  let polling: Promise<void> = Promise.resolve();
  /** Tenants that are taking in changes: none waits for another's bulk load. */
  const following = new Map<TenantId, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  async function load(tenant: TenantId): Promise<TenantCache> {
    await closing.get(tenant);
    const snapshotPath = folder === null ? null : join(folder, `${encodeURIComponent(tenant)}.index`);
    const cache = await TenantCache.open(tenant, { feed, snapshotPath, logger }, now());
    opened.set(tenant, cache);
    void cache.save();
    return cache;
  }

  async function open(tenant: TenantId): Promise<TenantCache> {
    let loading = caches.get(tenant);
    if (loading === undefined) {
      loading = load(tenant);
      caches.set(tenant, loading);
      loading.catch(() => caches.delete(tenant));
    }
    const cache = await loading;
    cache.lastUsedAt = now();
    return cache;
  }

  function evictIdle(): void {
    for (const [tenant, cache] of opened) {
      if (now() - cache.lastUsedAt < idleEvictMs) continue;
      opened.delete(tenant);
      caches.delete(tenant);
      closing.set(
        tenant,
        cache.close().finally(() => closing.delete(tenant)),
      );
    }
  }

  async function catchUp(source: KnowledgeFeed): Promise<void> {
    const versions = await source.versions([...opened.keys()]);
    for (const [tenant, cache] of opened) {
      const version = versions.get(tenant) ?? 0;
      if (version === cache.version || following.has(tenant)) continue;
      const followed = (version < cache.version ? cache.rebuild() : cache.refresh())
        .then(tellFollowed, tellNotFollowed)
        .finally(() => following.delete(tenant));
      following.set(tenant, followed);
    }
    evictIdle();
    if (now() - lastSavedAt < saveMs) return;
    lastSavedAt = now();
    for (const cache of opened.values()) void cache.save();
  }

  function tellFollowed(): void {
    if (failing) logger.info("Search index follows its source again");
    failing = false;
  }

  function tellNotFollowed(error: unknown): void {
    if (!failing)
      logger.warn("Search index cannot follow its source; it answers from what it has", {
        error: String(error),
      });
    failing = true;
  }

  async function poll(source: KnowledgeFeed): Promise<void> {
    try {
      if (opened.size > 0) await catchUp(source);
      // Whether the tenants that are under way can follow is told when they end.
      if (following.size === 0) tellFollowed();
    } catch (error) {
      tellNotFollowed(error);
    }
  }

  function schedule(source: KnowledgeFeed): void {
    timer = setTimeout(() => {
      polling = poll(source).then(() => schedule(source));
    }, pollMs);
    timer.unref();
  }
  if (feed !== null) schedule(feed);
  let closed = false;

  return {
    async search(tenant, query) {
      const { passages, version } = await open(tenant);
      return { ...searchPassages(passages, query, ranking), version };
    },
    upsert: async (tenant, documentId, passages) =>
      (await open(tenant)).passages.write([{ documentId, passages }]),
    remove: async (tenant, documentId) => (await open(tenant)).passages.write([{ documentId, passages: [] }]),
    refresh: async (tenant) => (await open(tenant)).refresh(),
    loaded: () => [...opened.keys()],
    close: async () => {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      await polling;
      clearTimeout(timer);
      // A tenant that is still being loaded reads from the feed: whoever closes us closes that next.
      await Promise.allSettled([...caches.values(), ...following.values()]);
      await Promise.all([...[...opened.values()].map((cache) => cache.close()), ...closing.values()]);
    },
  };
}
