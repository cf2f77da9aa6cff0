import { createHash } from "node:crypto";
import { ExpertError, isExpertError } from "../errors.ts";
import { type AttachmentId, newId, type PassageId, type TenantId } from "../ids.ts";
import type { BlobStore } from "../knowledge/blob-store.ts";
import type { TextExtractor } from "../knowledge/text-extractor.ts";
import type { Logger } from "../logger.ts";
import type { Attachment, AttachmentPassage } from "./attachment.ts";
import { pictureType } from "./picture-type.ts";

export interface ReadAttachmentPorts {
  readonly blobs: Pick<BlobStore, "put">;
  readonly extractor: Pick<TextExtractor, "extract">;
  readonly logger: Logger;
}

/** What became of a file's bytes. */
export type ReadAttachment = Pick<Attachment, "state" | "contentHash" | "failure"> & {
  readonly passages: readonly AttachmentPassage[];
};

/**
 * Reads a file that came with a question as the knowledge pipeline reads documents; a picture is kept for a model that
 * sees. What cannot be read is `unreadable` with the reason, so that the question goes on without it. Throws
 * `cancelled` alone, where the process ends.
 */
export async function readAttachment(
  ports: ReadAttachmentPorts,
  tenant: TenantId,
  file: { readonly id: AttachmentId; readonly name: string; readonly content: Uint8Array },
): Promise<ReadAttachment> {
  try {
    return pictureType(file.content) !== null
      ? await keep(ports, tenant, file.content)
      : await read(ports, file);
  } catch (error) {
    if (isExpertError(error, "cancelled")) throw error;
    if (!isExpertError(error)) ports.logger.error("a file of a question could not be read", { error });
    return unreadable(error);
  }
}

/** A file that no answer can rest on. */
export const unreadable = (error: unknown): ReadAttachment => ({
  state: "unreadable",
  contentHash: null,
  failure: isExpertError(error)
    ? { code: error.code, message: error.message, remedy: error.remedy ?? null }
    : { code: "internal", message: "The file could not be read.", remedy: "Send it again." },
  passages: [],
});

async function keep(
  { blobs }: ReadAttachmentPorts,
  tenant: TenantId,
  content: Uint8Array,
): Promise<ReadAttachment> {
  const contentHash = createHash("sha256").update(content).digest("hex");
  await blobs.put(tenant, contentHash, content);
  return { state: "image", contentHash, failure: null, passages: [] };
}

async function read(
  { extractor }: ReadAttachmentPorts,
  { id, name, content }: { readonly id: AttachmentId; readonly name: string; readonly content: Uint8Array },
): Promise<ReadAttachment> {
  if (content.byteLength === 0) throw empty(name);
  const extracted = await extractor.extract({ name, content });
  // Loaded with the first file: its table of tokens is large, and a question without files never needs it.
  const { splitPassages } = await import("../knowledge/split-passages.ts");
  const passages = splitPassages(extracted).map(
    ({ position, headingPath, page, text, tokens }): AttachmentPassage => ({
      id: newId<PassageId>(),
      attachmentId: id,
      position,
      headingPath,
      page,
      content: text,
      tokenCount: tokens,
    }),
  );
  if (passages.length === 0) throw empty(name);
  return { state: "read", contentHash: null, failure: null, passages };
}

const empty = (name: string): ExpertError =>
  new ExpertError("document_empty", `There is no text in “${name}”.`, {
    remedy: "Check the file; if it shows pictures of text, send a version with real text.",
  });
