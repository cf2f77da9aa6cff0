import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Draft } from "../../core/answering/draft.ts";
import { type DocumentId, newId, type PassageId, type TenantId } from "../../core/ids.ts";
import type { AnswerCache } from "../../core/inference/cache/answer-cache.ts";

export interface AnswerCacheUnderTest {
  readonly cache: AnswerCache;
  close?(): Promise<void>;
}

const draft: Draft = {
  text: "Open the valve | turn the key. ปลา [1]",
  citations: [
    {
      number: 1,
      passageId: newId<PassageId>(),
      documentId: newId<DocumentId>(),
      title: "Pump",
      headingPath: ["Start"],
      page: 3,
      quote: "Open the valve.",
    },
  ],
  answeredBy: "llama",
  complete: true,
};
const hour = 3_600_000;

/** What every cache of answers must do. */
export function answerCacheContract(name: string, open: () => Promise<AnswerCacheUnderTest>): void {
  describe(`answer cache: ${name}`, () => {
    let opened: AnswerCacheUnderTest;
    let cache: AnswerCache;
    let tenant: TenantId;
    beforeEach(async () => {
      opened = await open();
      ({ cache } = opened);
      tenant = newId();
    });
    afterEach(() => opened.close?.());

    it("gives back a draft as it was", async () => {
      expect(await cache.find(tenant, "one")).toBeNull();
      await cache.keep(tenant, "one", draft, hour);
      expect(await cache.find(tenant, "one")).toEqual(draft);
    });

    it("gives nothing under another key, and nothing of another tenant", async () => {
      await cache.keep(tenant, "one", draft, hour);
      expect(await cache.find(tenant, "two")).toBeNull();
      expect(await cache.find(newId<TenantId>(), "one")).toBeNull();
    });

    it("keeps the newest", async () => {
      await cache.keep(tenant, "one", draft, hour);
      await cache.keep(tenant, "one", { ...draft, text: "Other" }, hour);
      expect(await cache.find(tenant, "one")).toMatchObject({ text: "Other" });
    });

    it("keeps nothing that is larger than an answer ever is", async () => {
      await cache.keep(tenant, "one", { ...draft, text: "x".repeat(200_000) }, hour);
      expect(await cache.find(tenant, "one")).toBeNull();
    });
  });
}
