import type { Database } from "../database.ts";
import { eachOf } from "../each-of.ts";
import { ExpertError } from "../errors.ts";
import { type AttachmentId, type ConversationId, newId, type TenantId, type TurnId } from "../ids.ts";
import type { Attachment, AttachmentPassage } from "./attachment.ts";
import {
  type ReadAttachment,
  readAttachment,
  type ReadAttachmentPorts,
  unreadable,
} from "./read-attachment.ts";

export interface ReadFilesPorts extends ReadAttachmentPorts {
  readonly database: Pick<Database, "withTenant">;
  /** Largest file that is read, in bytes. */
  readonly fileLimitBytes: number;
  /** Longest wait for all files together, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** A file of a message, wherever its channel keeps it. */
export interface QuestionFile extends Pick<Attachment, "name" | "mediaType" | "link"> {
  /** Null where the channel does not tell before it is fetched. */
  readonly sizeBytes: number | null;
  /** Its bytes; throws an `ExpertError` where they are not to be had, and at the latest after the limits' time. */
  fetch(limits: { readonly limitBytes: number; readonly timeoutMs: number }): Promise<Uint8Array>;
}

type NewAttachment = Attachment & { readonly passages: readonly AttachmentPassage[] };

/** What is read of one question; the product's own limits. */
const filesRead = 10;
const atOnce = 2;
const downloadMs = 10_000;
/** For all files together, in milliseconds: an event is held for 30 s, and its question has to be asked within. */
const budgetMs = 15_000;

/**
 * Reads the files of a message, and keeps what they hold as the question's own knowledge, once. A file that is too
 * large, late, refused or unreadable is kept with its fault, and never stops the question. Throws what the database
 * throws, and `cancelled`.
 */
export async function readQuestionFiles(
  ports: ReadFilesPorts,
  tenant: TenantId,
  question: {
    readonly turnId: TurnId;
    readonly conversationId: ConversationId;
    readonly files: readonly QuestionFile[];
    /** Whether an earlier attempt may have read them. */
    readonly again: boolean;
  },
): Promise<void> {
  const { turnId, conversationId, files } = question;
  if (files.length === 0) return;
  if (question.again) {
    const known = await ports.database.withTenant(tenant, ({ attachments }) =>
      attachments.of(conversationId, filesRead),
    );
    if (known.some((attachment) => attachment.turnId === turnId)) return;
  }
  const deadline = AbortSignal.timeout(ports.timeoutMs ?? budgetMs);
  const read = await eachOf(files, atOnce, async (file, place): Promise<NewAttachment> => {
    const id = newId<AttachmentId>();
    const { result, sizeBytes } =
      place < filesRead
        ? await withinTime(deadline, () => readFile(ports, tenant, { id, file }))
        : { result: unreadable(tooMany()), sizeBytes: null };
    const { name, mediaType, link } = file;
    return {
      id,
      turnId,
      conversationId,
      name,
      mediaType,
      sizeBytes: sizeBytes ?? file.sizeBytes ?? 0,
      link,
      ...result,
    };
  });
  await ports.database.withTenant(tenant, ({ attachments }) => attachments.add(read));
}

interface ReadFile {
  readonly result: ReadAttachment;
  /** Of what was fetched. */
  readonly sizeBytes: number | null;
}

async function readFile(
  ports: ReadFilesPorts,
  tenant: TenantId,
  { id, file }: { readonly id: AttachmentId; readonly file: QuestionFile },
): Promise<ReadFile> {
  const limitBytes = ports.fileLimitBytes;
  let content: Uint8Array;
  try {
    if ((file.sizeBytes ?? 0) > limitBytes) throw tooLarge(limitBytes);
    content = await file.fetch({ limitBytes, timeoutMs: ports.timeoutMs ?? downloadMs });
    if (content.byteLength > limitBytes) throw tooLarge(limitBytes);
  } catch (error) {
    return { result: unreadable(error), sizeBytes: null };
  }
  const result = await readAttachment(ports, tenant, { id, name: file.name, content });
  return { result, sizeBytes: content.byteLength };
}

/** The work goes on for nobody where its time is over; downloads and the extractor end by limits of their own. */
async function withinTime(deadline: AbortSignal, work: () => Promise<ReadFile>): Promise<ReadFile> {
  const late = (): ReadFile => ({ result: unreadable(tooSlow()), sizeBytes: null });
  if (deadline.aborted) return late();
  let onTimeUp = (): void => undefined;
  const timeUp = new Promise<ReadFile>((resolve) => {
    onTimeUp = () => resolve(late());
    deadline.addEventListener("abort", onTimeUp);
  });
  try {
    return await Promise.race([work(), timeUp]);
  } finally {
    deadline.removeEventListener("abort", onTimeUp);
  }
}

const tooMany = (): ExpertError =>
  new ExpertError("invalid_input", `At most ${filesRead} files are read with one question.`, {
    remedy: "Send the rest with a question of their own.",
  });

const tooSlow = (): ExpertError =>
  new ExpertError("document_too_complex", "Reading the files of this question took too long.", {
    remedy: "Send fewer or smaller files with one question.",
  });

/** What a file is refused with that is larger than the product reads. */
export const tooLarge = (limitBytes: number): ExpertError =>
  new ExpertError("upload_too_large", `The file is larger than ${megabytes(limitBytes)} MB.`, {
    remedy: "Send a smaller one, or the part that the question is about.",
    facts: { limitBytes },
  });

const megabytes = (bytes: number): string => String(Math.floor(bytes / 1_048_576));
