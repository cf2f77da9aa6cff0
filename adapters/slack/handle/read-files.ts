import {
  type QuestionFile,
  type ReadFilesPorts,
  readQuestionFiles,
} from "../../../core/conversation/read-question-files.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { ConversationId, TurnId } from "../../../core/ids.ts";
import type { SlackFile } from "../slack-event.ts";
import type { Workspace } from "./workspace.ts";

/** Reads the files of a message: see `readQuestionFiles`. */
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
  const files = question.files.map((file) => fileOf(workspace, file));
  await readQuestionFiles(ports, workspace.tenantId, { ...question, files });
}

const fileOf = ({ files }: Workspace, file: SlackFile): QuestionFile => ({
  name: file.name,
  mediaType: file.mediaType,
  sizeBytes: file.sizeBytes,
  link: file.permalink,
  async fetch(limits) {
    // Of a file from a shared channel, a message tells no more than the id.
    const url = file.downloadUrl ?? (await files.file(file.id)).downloadUrl;
    if (url === null) throw withheld();
    return await files.download(url, limits);
  },
});

const withheld = (): ExpertError =>
  new ExpertError("channel_refused", "Slack keeps this file from the bot.", {
    remedy: "Send a copy of it in a direct message.",
  });
