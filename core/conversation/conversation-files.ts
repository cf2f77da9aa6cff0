import type { SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import type { Attachment } from "./attachment.ts";
import { asksForFile, firstPassages, withAttachments, withoutFileNames } from "./rank-attachments.ts";
import type { Citation } from "../answering/citation.ts";
import { standaloneQuestion } from "./standalone-question.ts";
import type { ConversationFiles, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";

/** Files of a conversation that are known to a turn, the newest first, and their passages. The product's own choice. */
const filesKnown = 20;
const passagesKnown = 400;

const noFiles: ConversationFiles = { files: [], passages: [] };

/** The files that came with the conversation's questions; read once per turn, and not on the web, which takes none. */
export async function filesOf(
  { database }: Pick<TurnStepPorts, "database">,
  { turn, files }: TurnInHand,
): Promise<ConversationFiles> {
  if (files) return files;
  if (turn.channel === "web") return noFiles;
  return await database.withTenant(turn.tenantId, async ({ attachments }) => {
    const known = await attachments.of(turn.conversationId, filesKnown);
    const readable = known.some(({ state }) => state === "read");
    return {
      files: known,
      passages: readable ? await attachments.passages(turn.conversationId, passagesKnown) : [],
    };
  });
}

/** What to search for, where the conversation has files that can be read. */
export interface FileQuestion {
  readonly text: string;
  /** The files themselves are asked for: there is nothing to search. */
  readonly whole: boolean;
}

export function fileQuestion(
  { turn }: TurnInHand,
  { files, passages }: ConversationFiles,
): FileQuestion | null {
  if (passages.length === 0) return null;
  const cameAlong = files.some(({ turnId, state }) => turnId === turn.id && state === "read");
  if (asksForFile(turn.question, cameAlong)) return { text: turn.question, whole: true };
  const plain = withoutFileNames(turn.question);
  const question = /[\p{L}\p{N}]/u.test(plain) ? plain : turn.question;
  return { text: standaloneQuestion(question, turn.history), whole: false };
}

/** The files' passages for the question, before what the index found. */
export function joinFiles(
  { turn }: TurnInHand,
  { text, whole }: FileQuestion,
  known: ConversationFiles,
  result: SearchResult,
): SearchResult {
  if (!whole) return withAttachments(text, known, result);
  const own = new Set(known.files.flatMap(({ id, turnId }) => (turnId === turn.id ? [id] : [])));
  const cameAlong = known.passages.filter(({ attachmentId }) => own.has(attachmentId));
  const newest = known.passages.filter(
    ({ attachmentId }) => attachmentId === known.passages[0]?.attachmentId,
  );
  const passages = cameAlong.length > 0 ? cameAlong : newest;
  const collectionSize = Math.max(result.collectionSize, passages.length);
  return { ...result, collectionSize, hits: firstPassages({ files: known.files, passages }) };
}

/** The stored hits of the files' passages, read again. */
export function fileHits({ work }: TurnInHand, known: ConversationFiles): readonly SearchHit[] {
  const byId = new Map(
    firstPassages(known, known.passages.length).map(({ passage }) => [passage.id, passage]),
  );
  return (work.retrieval?.hits ?? []).flatMap(({ passageId, ...scores }) => {
    const passage = byId.get(passageId);
    return passage === undefined ? [] : [{ passage, ...scores }];
  });
}

/** Citations of files lead to where the channel opens them. */
export const linked = (citations: readonly Citation[], files: readonly Attachment[]): readonly Citation[] =>
  citations.map((citation) => {
    const link = files.find(({ id }) => (id as string) === citation.documentId)?.link ?? null;
    return link === null ? citation : { ...citation, link };
  });
