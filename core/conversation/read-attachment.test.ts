import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeBlobStore, type FakeBlobStore } from "../../tests/fakes/blob-store.ts";
import { fakeTextExtractor } from "../../tests/fakes/text-extractor.ts";
import { type AttachmentId, newId, type TenantId } from "../ids.ts";
import type { TextExtractor } from "../knowledge/text-extractor.ts";
import { silentLogger } from "../logger.ts";
import { readAttachment, type ReadAttachment } from "./read-attachment.ts";

describe("a file that came with a question", () => {
  const tenant = newId<TenantId>();
  const id = newId<AttachmentId>();
  let blobs: FakeBlobStore;
  let extractor: TextExtractor;
  beforeEach(() => {
    blobs = createFakeBlobStore();
    extractor = fakeTextExtractor();
  });
  const read = (content: string | Buffer, name = "pump.md"): Promise<ReadAttachment> =>
    readAttachment({ blobs, extractor, logger: silentLogger }, tenant, {
      id,
      name,
      content: Buffer.from(content),
    });

  it("is read into passages of its own, and its bytes are not kept", async () => {
    const { state, contentHash, failure, passages } = await read("# Pump\n\nOpen the valve.");
    expect({ state, contentHash, failure }).toEqual({ state: "read", contentHash: null, failure: null });
    expect(passages).toMatchObject([
      { attachmentId: id, position: 0, headingPath: ["Pump"], page: null, content: "Open the valve." },
    ]);
    expect(passages[0]?.tokenCount).toBeGreaterThan(0);
    expect(blobs.count).toBe(0);
  });

  it.each<[string, string]>([
    ["PNG", "89504e470d0a1a0a0000"],
    ["JPEG", "ffd8ffe000104a46"],
    ["GIF", "474946383961"],
    ["WebP", "52494646aabbccdd57454250"],
  ])("is kept where it is a picture: %s", async (_, hex) => {
    expect(await read(Buffer.from(hex, "hex"), "photo")).toMatchObject({
      state: "image",
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      passages: [],
    });
    expect(blobs.count).toBe(1);
  });

  it("is told to be unreadable, with the reason and what to do, and stops nothing", async () => {
    expect(await read(Buffer.from([1, 0]))).toMatchObject({
      state: "unreadable",
      failure: { code: "document_unsupported", remedy: "Upload a text file." },
    });
    expect(await read("")).toMatchObject({ state: "unreadable", failure: { code: "document_empty" } });
    extractor = { ...extractor, extract: () => Promise.reject(new Error("secret")) };
    const { failure } = await read("x");
    expect(failure).toEqual({
      code: "internal",
      message: "The file could not be read.",
      remedy: "Send it again.",
    });
    blobs.limitRoom(0);
    expect(await read(Buffer.from("89504e470d0a1a0a", "hex"))).toMatchObject({
      failure: { code: "storage_full" },
    });
  });

  it("is left for later where the process ends", async () => {
    await extractor.close();
    await expect(read("x")).rejects.toMatchObject({ code: "cancelled" });
  });
});
