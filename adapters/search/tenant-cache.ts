import type { TenantId } from "../../core/ids.ts";
import type { KnowledgeFeed } from "../../core/knowledge/knowledge-feed.ts";
import type { Logger } from "../../core/logger.ts";
import { loadSnapshot, saveSnapshot } from "./snapshot.ts";
import { TenantPassages } from "./tenant-passages.ts";

export interface CacheSource {
  readonly feed: KnowledgeFeed | null;
  readonly snapshotPath: string | null;
  readonly logger: Logger;
}

const documentsPerPull = 100;

/** One tenant's passages, kept at the feed's newest version. */
export class TenantCache {
  readonly #tenant: TenantId;
  readonly #source: CacheSource;
  #passages = new TenantPassages();
  #version = 0;
  #savedVersion = 0;
  #pulling: Promise<void> | null = null;
  #pullAgain: Promise<void> | null = null;
  #saving: Promise<void> | null = null;
  lastUsedAt: number;

  private constructor(tenant: TenantId, source: CacheSource, now: number) {
    this.#tenant = tenant;
    this.#source = source;
    this.lastUsedAt = now;
  }

  /** From the snapshot if it is sound, then from the feed. */
  static async open(tenant: TenantId, source: CacheSource, now: number): Promise<TenantCache> {
    const cache = new TenantCache(tenant, source, now);
    await cache.#restore();
    await cache.refresh();
    return cache;
  }

  get passages(): TenantPassages {
    return this.#passages;
  }

  /** The feed's version that the passages are at. */
  get version(): number {
    return this.#version;
  }

  get unsaved(): boolean {
    return this.#version !== this.#savedVersion;
  }

  /** Takes in everything that was in the feed when this was called. */
  refresh(): Promise<void> {
    if (this.#pulling === null) {
      this.#pulling = this.#pull().finally(() => (this.#pulling = null));
      return this.#pulling;
    }
    // A pull under way may already have read past a change that the caller wants.
    const again = (): Promise<void> => {
      this.#pullAgain = null;
      return this.refresh();
    };
    this.#pullAgain ??= this.#pulling.then(again, again);
    return this.#pullAgain;
  }

  /** Starts anew where the feed went back (a restored database). */
  async rebuild(): Promise<void> {
    const newest = (await this.#source.feed?.versions([this.#tenant]))?.get(this.#tenant) ?? 0;
    if (newest >= this.#version) return; // a pull was quicker than the poll that saw the older version
    this.#source.logger.warn("Search index is ahead of its source and is rebuilt", { tenant: this.#tenant });
    const old = this.#passages;
    const fresh = new TenantPassages();
    this.#version = await this.#fill(fresh, 0);
    this.#passages = fresh;
    await old.close();
  }

  /** Writes the snapshot if anything changed; a failure is logged, since the snapshot only saves time. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async close(): Promise<void> {
    await this.#passages.close();
    await this.#pulling?.catch(() => undefined);
    await this.#saving; // may be of an older version
    await this.save();
  }

  async #restore(): Promise<void> {
    const { snapshotPath, logger, feed } = this.#source;
    if (snapshotPath === null || feed === null) return;
    try {
      const saved = await loadSnapshot(snapshotPath, this.#tenant);
      if (saved === null) return;
      const newest = (await feed.versions([this.#tenant])).get(this.#tenant) ?? 0;
      if (saved.feedVersion > newest) {
        logger.warn("Index snapshot is ahead of its source and is ignored", { tenant: this.#tenant });
        return;
      }
      this.#passages = saved.passages;
      this.#version = saved.feedVersion;
      this.#savedVersion = saved.feedVersion;
    } catch (error) {
      logger.warn("Index snapshot is unusable; the index is rebuilt", {
        tenant: this.#tenant,
        error: String(error),
      });
    }
  }

  async #pull(): Promise<void> {
    this.#version = await this.#fill(this.#passages, this.#version);
  }

  async #fill(passages: TenantPassages, since: number): Promise<number> {
    const { feed } = this.#source;
    let version = since;
    for (;;) {
      const changes = feed === null ? [] : await feed.changes(this.#tenant, version, documentsPerPull);
      if (changes.length === 0) return version;
      await passages.write(
        changes.map((change) => ({
          documentId: change.documentId,
          passages: change.kind === "upsert" ? change.passages : [],
        })),
      );
      version = changes[changes.length - 1]!.version;
    }
  }

  async #save(): Promise<void> {
    const { snapshotPath, logger, feed } = this.#source;
    if (snapshotPath === null || feed === null || !this.unsaved) return;
    const version = this.#version;
    try {
      await this.#passages.settled();
      await saveSnapshot(snapshotPath, this.#tenant, this.#passages, version);
      this.#savedVersion = version;
    } catch (error) {
      logger.warn("Index snapshot could not be written", { tenant: this.#tenant, error: String(error) });
    }
  }
}
