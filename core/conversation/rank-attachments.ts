import { askingTerms } from "../answering/question-type.ts";
import type { DepartmentId, DocumentId } from "../ids.ts";
import type { QueryTerm, SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import { analyze, analyzeText } from "../text/analyze.ts";
import { questionWords } from "../text/question-words.ts";
import type { Attachment, AttachmentPassage } from "./attachment.ts";

/** Hits of files; an answerer reads eight in all, and the other half is the company's documents'. */
const bestPassages = 4;

/** BM25 as the index has it (adapters/search/ranking.ts), so that both kinds of word score are shares of one bound. */
const k1 = 1.8;
const b = 0.85;
const questionWordWeight = 0.4;

/** A file of a conversation is no department's: whoever checks a scope finds it unreadable. */
const noDepartment = "" as DepartmentId;

export const isAttached = ({ departmentId }: Pick<SearchHit["passage"], "departmentId">): boolean =>
  departmentId === noDepartment;

const fileNames = new Set(
  analyze("file files attachment attachments attached document doc pdf upload uploaded ไฟล์ เอกสาร แนบ"),
);
const handling = new Set(
  analyze(
    "read look see say says said written tell summarise summarize summary sum explain describe overview content " +
      "contents translate short brief brief briefly main points point key page pages text please " +
      "สรุป อ่าน ดู อธิบาย เขียน กล่าว ถึง บอก แปล เนื้อหา ใจความ สั้นๆ ข้อความ นี้ ใด อย่างไร อะไร",
  ),
);

/**
 * Does the question ask for a file itself ("what does this say", "สรุปไฟล์นี้") and name nothing to look for in it?
 * One that came with an earlier question has to be called a file, since "explain" may mean the answer above.
 */
export function asksForFile(question: string, cameAlong: boolean): boolean {
  const terms = analyze(question).filter((term) => !askingTerms.has(term));
  if (!terms.every((term) => fileNames.has(term) || handling.has(term))) return false;
  return cameAlong || terms.some((term) => fileNames.has(term));
}

/** The question without the words that only call its file a file: no document of the company should match them. */
export const withoutFileNames = (question: string): string =>
  question
    .replaceAll(
      /\b(?:in |from |of |to |see )?(?:the|this|that|my|these) (?:attached |uploaded )?(?:files?|attachments?|documents?|docs?|pdfs?)\b(?: attached)?/gi,
      " ",
    )
    .replaceAll(/(?:ใน|จาก|ตาม)?(?:ไฟล์|เอกสาร)(?:แนบ|ที่แนบมา|ที่แนบ)?(?:นี้|นั้น)?/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

interface Conversation {
  readonly files: readonly Attachment[];
  readonly passages: readonly AttachmentPassage[];
}

/** The first passages of the files, one file after the other: what is known of a file that was asked for itself. */
export function firstPassages({ files, passages }: Conversation, limit = bestPassages): readonly SearchHit[] {
  return passages
    .toSorted((one, other) => one.position - other.position)
    .slice(0, limit)
    .map((passage) => hitOf(passage, files, 1));
}

/**
 * What an index found with the best passages of the conversation's files before it. A file's passages are scored by the
 * words' frequency in the company's documents or, where there are none, in the files.
 */
export function withAttachments(
  question: string,
  conversation: Conversation,
  result: SearchResult,
): SearchResult {
  const { files, passages } = conversation;
  const read = passages.map((passage) => {
    const title = titleOf(passage, files);
    const { terms, length } = analyzeText([title, ...passage.headingPath, passage.content].join("\n"));
    return { passage, counts: countEach(terms), length };
  });
  const terms = termsOf(question, result, read);
  const collectionSize = result.collectionSize === 0 ? passages.length : result.collectionSize;
  const mean = read.reduce((sum, { length }) => sum + length, 0) / Math.max(1, read.length);
  const scale = scaleOf(result);
  const hits = read
    .filter(({ counts }) => terms.some(({ term }) => !askingTerms.has(term) && counts.has(term)))
    .map(({ passage, counts, length }) => {
      const norm = 1 - b + (b * length) / Math.max(1, mean);
      const wordScore = terms.reduce((sum, { term, idf }) => {
        const frequency = (counts.get(term) ?? 0) / norm;
        const weight = questionWords.has(term) ? questionWordWeight * idf : idf;
        return sum + (weight * frequency) / (k1 + frequency);
      }, 0);
      return { ...hitOf(passage, files, wordScore * scale), wordScore };
    })
    .toSorted((one, other) => other.wordScore - one.wordScore)
    .slice(0, bestPassages);
  return { hits: [...hits, ...result.hits], terms, collectionSize };
}

interface Read {
  readonly passage: AttachmentPassage;
  readonly counts: ReadonlyMap<string, number>;
}

/** The question's terms with the files' passages counted, so that a word which only they hold is not called unknown. */
function termsOf(question: string, result: SearchResult, read: readonly Read[]): readonly QueryTerm[] {
  const holding = (term: string): number => read.filter(({ counts }) => counts.has(term)).length;
  if (result.collectionSize > 0) {
    return result.terms.map(({ term, idf, passages }) => ({ term, idf, passages: passages + holding(term) }));
  }
  // Lucene's inverse document frequency, as the index has it.
  return [...new Set(analyze(question))].map((term) => {
    const passages = holding(term);
    return { term, passages, idf: Math.log(1 + (read.length - passages + 0.5) / (passages + 0.5)) };
  });
}

/** What a result's scores are of its word scores: with vectors they are sums of ranks. */
function scaleOf({ hits }: SearchResult): number {
  const [best] = hits.filter(({ wordScore }) => wordScore > 0).toSorted((a, z) => z.wordScore - a.wordScore);
  return best === undefined ? 1 : best.score / best.wordScore;
}

const titleOf = ({ attachmentId }: AttachmentPassage, files: readonly Attachment[]): string =>
  files.find(({ id }) => id === attachmentId)?.name ?? "";

const hitOf = (passage: AttachmentPassage, files: readonly Attachment[], score: number): SearchHit => ({
  passage: {
    id: passage.id,
    // A citation names the file where it would name a document.
    documentId: passage.attachmentId as string as DocumentId,
    departmentId: noDepartment,
    sensitivity: "public",
    readers: null,
    title: titleOf(passage, files),
    text: passage.content,
    position: passage.position,
    headingPath: passage.headingPath,
    page: passage.page,
  },
  score,
  wordScore: 0,
  similarity: null,
});

function countEach(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
