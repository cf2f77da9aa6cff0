import { describe, expect, it } from "@jest/globals";
import { newId, type DocumentId, type PassageId } from "../../core/ids.ts";
import { samplePassage } from "../../tests/contract/knowledge-index.ts";
import { ShownRecords } from "./shown-records.ts";
import { TenantPassages } from "./tenant-passages.ts";

describe("ShownRecords", () => {
  it("decodes a passage once, and again what replaces it", async () => {
    const tenant = new TenantPassages();
    const shown = new ShownRecords();
    const documentId = newId<DocumentId>();
    const id = newId<PassageId>();
    const write = (text: string): Promise<void> =>
      tenant.write([{ documentId, passages: [samplePassage(text, { id, documentId })] }]);
    await write("A pump moves water.");
    const before = shown.read(tenant.segments[0]!, 0);
    expect(before).toMatchObject({ id, documentId, text: "A pump moves water." });
    expect(shown.read(tenant.segments[0]!, 0)).toBe(before);
    await write("A valve stops water.");
    expect(shown.read(tenant.segments.at(-1)!, 0)).toMatchObject({ id, text: "A valve stops water." });
    await tenant.close();
  });

  it("begins anew when the texts that it keeps have become large", async () => {
    const tenant = new TenantPassages();
    const shown = new ShownRecords();
    const text = "water ".repeat(200_000);
    const documentId = newId<DocumentId>();
    const passages = ["first", "second"].map((word) => samplePassage(`${word} ${text}`, { documentId }));
    await tenant.write([{ documentId, passages }]);
    const [segment] = tenant.segments;
    const first = shown.read(segment!, 0);
    expect(shown.read(segment!, 1).text).toMatch(/^second/);
    const again = shown.read(segment!, 0);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
    await tenant.close();
  });
});
