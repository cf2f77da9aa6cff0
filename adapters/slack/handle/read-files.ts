import type { Attachment, AttachmentPassage } from "../../../core/conversation/attachment.ts";
import {
  type ReadAttachment,
  readAttachment,
  type ReadAttachmentPorts,
  unreadable,
} from "../../../core/conversation/read-attachment.ts";
import type { Database } from "../../../core/database.ts";
import { ExpertError } from "../../../core/errors.ts";
import { type AttachmentId, type ConversationId, newId, type TurnId } from "../../../core/ids.ts";
import type { SlackFile } from "../slack-event.ts";
import { tooLarge } from "./calls/file-calls.ts";
import { eachOf } from "./each-of.ts";
import type { Workspace } from "./workspace.ts";

export interface ReadFilesPorts extends ReadAttachmentPorts {
  readonly database: Pick<Database, "withTenant">;
  /** Largest file that is read, in bytes. */
  readonly fileLimitBytes: number;
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
export async function readFiles(
  ports: ReadFilesPorts,
  workspace: Workspace,
  question: {
    readonly turnId: TurnId;
    readonly conversationId: ConversationId;
    readonly files: readonly SlackFile[];
    /** Whether an earlier attempt may have read them. */
    readonly again: boolean;
  },
): Promise<void> {
  const { turnId, conversationId, files } = question;
  if (files.length === 0) return;
  const { tenantId } = workspace;
  if (question.again) {
    const known = await ports.database.withTenant(tenantId, ({ attachments }) =>
      attachments.of(conversationId, filesRead),
    );
    if (known.some((attachment) => attachment.turnId === turnId)) return;
  }
  const deadline = AbortSignal.timeout(budgetMs);
  const read = await eachOf(files, atOnce, async (file, place): Promise<NewAttachment> => {
    const id = newId<AttachmentId>();
    const result =
      place < filesRead
        ? await withinTime(deadline, () => readFile(ports, workspace, { id, file }))
        : unreadable(tooMany());
    return {
      id,
      turnId,
      conversationId,
      name: file.name,
      mediaType: file.mediaType,
      sizeBytes: file.sizeBytes,
      link: file.permalink,
      ...result,
    };
  });
  await ports.database.withTenant(tenantId, ({ attachments }) => attachments.add(read));
}

async function readFile(
  ports: ReadFilesPorts,
  { tenantId, files }: Workspace,
  { id, file }: { readonly id: AttachmentId; readonly file: SlackFile },
): Promise<ReadAttachment> {
  const limitBytes = ports.fileLimitBytes;
  let content: Uint8Array;
  try {
    if (file.sizeBytes > limitBytes) throw tooLarge(limitBytes);
    // Of a file from a shared channel, a message tells no more than the id.
    const url = file.downloadUrl ?? (await files.file(file.id)).downloadUrl;
    if (url === null) throw withheld();
    content = await files.download(url, { limitBytes, timeoutMs: downloadMs });
  } catch (error) {
    return unreadable(error);
  }
  return await readAttachment(ports, tenantId, { id, name: file.name, content });
}

/** The work goes on for nobody where its time is over; downloads and the extractor end by limits of their own. */
async function withinTime(
  deadline: AbortSignal,
  work: () => Promise<ReadAttachment>,
): Promise<ReadAttachment> {
  if (deadline.aborted) return unreadable(tooSlow());
  let onTimeUp = (): void => undefined;
  const timeUp = new Promise<ReadAttachment>((resolve) => {
    onTimeUp = () => resolve(unreadable(tooSlow()));
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

const withheld = (): ExpertError =>
  new ExpertError("channel_refused", "Slack keeps this file from the bot.", {
    remedy: "Send a copy of it in a direct message.",
  });
