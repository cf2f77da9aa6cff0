import { describe, expect, it } from "@jest/globals";
import type { DocumentId } from "../../core/ids.ts";
import { samplePassage, sampleScope } from "../../tests/contract/knowledge-index.ts";
import { ranking } from "./ranking.ts";
import { searchPassages } from "./search-passages.ts";
import { TenantPassages, type DocumentPassages } from "./tenant-passages.ts";

const words = ["pump", "valve", "motor", "belt", "sensor", "filter", "alarm"];

function document(number: number, revision = 0): DocumentPassages {
  const documentId = `d${number}` as DocumentId;
  const said = `${words[number % 7]!} ${words[(number * 3 + revision) % 7]!} number n${number}`;
  const text = said.repeat((number % 3) + 1);
  return { documentId, passages: [samplePassage(text, { id: `p${number}` as never, documentId })] };
}

const ranked = (tenant: TenantPassages): unknown => {
  const result = searchPassages(
    tenant,
    { text: "pump valve n7 alarm", scope: sampleScope(), limit: 400 },
    ranking,
  );
  return { ...result, hits: result.hits.map(({ passage, score }) => [passage.id, score]) };
};

describe("TenantPassages", () => {
  it("scores alike however the passages came, were replaced, removed and merged", async () => {
    const grown = new TenantPassages();
    for (let number = 0; number < 300; number += 1) await grown.write([document(number)]);
    for (let number = 0; number < 300; number += 3) await grown.write([document(number, 1)]);
    for (let number = 0; number < 300; number += 5)
      await grown.write([{ documentId: `d${number}` as DocumentId, passages: [] }]);
    await grown.settled();
    expect(grown.segments.length).toBeLessThan(30);

    const filled = new TenantPassages();
    const kept = Array.from({ length: 300 }, (_, number) => number).filter((number) => number % 5 !== 0);
    await filled.write(kept.map((number) => document(number, number % 3 === 0 ? 1 : 0)));
    expect(filled.segments).toHaveLength(1);
    expect(ranked(grown)).toEqual(ranked(filled));
  });

  it("keeps what was removed or replaced during a merge that way", async () => {
    const tenant = new TenantPassages();
    const writes: Promise<void>[] = [];
    for (let number = 0; number < 400; number += 1) {
      writes.push(tenant.write([document(number)]));
      if (number % 10 === 0) await Promise.all(writes);
    }
    for (let number = 0; number < 400; number += 2)
      writes.push(tenant.write([{ documentId: `d${number}` as DocumentId, passages: [] }]));
    await Promise.all(writes);
    await tenant.settled();
    expect(tenant.statistics.passages).toBe(200);
    const live = tenant.segments.reduce((sum, segment) => sum + segment.liveCount, 0);
    expect(live).toBe(200);
  });

  it("takes the last of several writes of one document", async () => {
    const tenant = new TenantPassages();
    await Promise.all([
      tenant.write([document(1)]),
      tenant.write([document(1, 1)]),
      tenant.write([document(1, 2)]),
    ]);
    expect(tenant.statistics.passages).toBe(1);
  });
});
