import type { Parts } from "../../adapters/connect.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import type { Identity } from "../../core/identity/directory.ts";
import type { DepartmentId } from "../../core/ids.ts";
import type { DocumentFailure, KnowledgeDocument } from "../../core/knowledge/document.ts";
import type { RegisteredUpload } from "../../core/knowledge/document-store.ts";
import { ingestDocument } from "../../core/knowledge/ingest-document.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import { atOnce } from "./at-once.ts";
import { asExpertError } from "./run-command.ts";

export interface FileToIngest {
  readonly identity: Identity;
  readonly departmentId: DepartmentId;
  readonly sensitivity: Sensitivity;
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/**
 * `finished`: an earlier run had begun with the file and was interrupted. `waiting`: it was taken in, and workers read
 * it once what failed now is back.
 */
export const fileResults = ["created", "replaced", "finished", "unchanged", "waiting", "failed"] as const;

export interface FileOutcome {
  readonly name: string;
  readonly result: (typeof fileResults)[number];
  readonly failure: DocumentFailure | null;
  readonly warnings: readonly string[];
}

export interface IngestFilesOptions {
  readonly onBegin: (name: string) => void;
  readonly onEnd: (outcome: FileOutcome) => void;
}

type IngestParts = Pick<Parts, "database" | "blobs" | "queue" | "ingestion" | "config">;

/**
 * Uploads files and has each become passages, here or by the worker that takes it first. A file that fails does not
 * hold up the others; once this resolves, every file is settled, or waits for what is away.
 */
export async function ingestFiles(
  parts: IngestParts,
  files: readonly FileToIngest[],
  { onBegin, onEnd }: IngestFilesOptions,
): Promise<readonly FileOutcome[]> {
  // Nothing is searched by this command, so its index need not be kept up to date.
  const ingestion = { ...parts.ingestion, onPublished: () => undefined };
  const outcomes = new Map<FileToIngest, FileOutcome>();
  await atOnce(parts.config.INGESTION_CONCURRENCY, files, async (file) => {
    onBegin(file.name);
    const outcome = await ingestFile({ ...parts, ingestion }, file).catch((error: unknown) =>
      failed(file, error),
    );
    outcomes.set(file, outcome);
    onEnd(outcome);
  });
  return files.flatMap((file) => outcomes.get(file) ?? []);
}

async function ingestFile(parts: IngestParts, file: FileToIngest): Promise<FileOutcome> {
  const content = await file.read();
  const registered = await uploadDocument(parts, { ...file, content, mediaType: "application/octet-stream" });
  const { document, outcome } = registered;
  const begun = outcome === "unchanged" && document.state !== "ready" ? "finished" : outcome;
  const outcomeOf = ({ state, failure, warnings }: KnowledgeDocument): FileOutcome => ({
    name: file.name,
    result: state === "failed" ? "failed" : begun,
    failure,
    warnings,
  });
  if (document.state === "ready") return outcomeOf(document);
  try {
    return outcomeOf(await settle(parts, file.identity, registered));
  } catch (error) {
    const current = await lookAt(parts, file.identity, registered);
    const goesOn = current?.state === "pending" || current?.state === "processing";
    if (!goesOn || isExpertError(error, "cancelled")) throw error;
    return { ...failed(file, error), result: "waiting" };
  }
}

const lookAt = (
  { database }: Pick<IngestParts, "database">,
  { member, scope }: Identity,
  { document }: RegisteredUpload,
): Promise<KnowledgeDocument | null> =>
  database.withTenant(member.tenantId, ({ library }) => library.get(scope, document.id));

const pollMs = 200;

/** Ingests the revision, or waits for whoever holds it: its lease ends where that worker has died. */
async function settle(
  parts: IngestParts,
  identity: Identity,
  registered: RegisteredUpload,
): Promise<KnowledgeDocument> {
  const { document, revision } = registered;
  for (;;) {
    await ingestDocument(parts.ingestion, identity.member.tenantId, document.id, revision);
    const current = await lookAt(parts, identity, registered);
    if (!current) {
      throw new ExpertError("not_found", "The document was removed meanwhile.", {
        remedy: "Run the command again to add it again.",
      });
    }
    if (current.state === "ready" || current.state === "failed") return current;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function failed({ name }: FileToIngest, error: unknown): FileOutcome {
  const { code, message, remedy = null } = asExpertError(error);
  return { name, result: "failed", failure: { code, message, remedy }, warnings: [] };
}
