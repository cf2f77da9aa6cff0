import { beforeEach, describe, expect, it } from "@jest/globals";
import { hashOf, type KnowledgeBench, knowledgeBench } from "../../tests/support/knowledge-bench.ts";
import { removeDocument } from "./remove-document.ts";
import { removeUnusedBlobs } from "./remove-unused-blobs.ts";

describe("removeUnusedBlobs", () => {
  let bench: KnowledgeBench;
  let hoursFromNow: number;
  const sweep = () =>
    removeUnusedBlobs({
      ...bench,
      clock: { now: () => new Date(Date.now() + hoursFromNow * 3_600_000) },
    });
  const kept = (content: string) =>
    bench.blobs.get(bench.company.tenantId, hashOf(content)).then(
      () => true,
      () => false,
    );
  beforeEach(() => {
    bench = knowledgeBench();
    hoursFromNow = 2;
  });

  it("removes replaced and removed files, and keeps what some document has", async () => {
    await bench.upload({ content: "one" });
    await bench.upload({ content: "two" });
    const { document } = await bench.upload({ name: "copy.md", content: "two" });
    const gone = await bench.upload({ name: "gone.md", content: "three" });
    await removeDocument(bench, await bench.identity("sam"), gone.document.id);
    expect(await sweep()).toBe(2);
    expect([await kept("one"), await kept("two"), await kept("three")]).toEqual([false, true, false]);
    await removeDocument(bench, await bench.identity("sam"), document.id);
    expect(await sweep()).toBe(0);
    expect(await sweep()).toBe(0);
  });

  it("keeps young files, whose row may be on its way", async () => {
    await bench.blobs.put(bench.company.tenantId, hashOf("young"), Buffer.from("young"));
    hoursFromNow = 0.9;
    expect(await sweep()).toBe(0);
    expect(await kept("young")).toBe(true);
    hoursFromNow = 1.1;
    expect(await sweep()).toBe(1);
    expect(await kept("young")).toBe(false);
  });
});
