import type { PassageText } from "./passage.ts";
import { piecesOf, type Piece } from "./split-blocks.ts";
import { sentencesOf } from "./split-long-text.ts";
import { sectionsOf, type Heading, type Section } from "./split-sections.ts";
import { tokenCounter, type TokenCounter } from "./split-tokens.ts";
import type { ExtractedText } from "./text-extractor.ts";

export interface SplitOptions {
  /** Size to fill a passage to. Default 512. */
  readonly targetTokens?: number;
  /** At most this much of a prose passage's end is repeated at the start of the next of its section. Default 50. */
  readonly overlapTokens?: number;
}

interface Draft {
  readonly headings: readonly Heading[];
  readonly pieces: readonly Piece[];
  readonly tokens: number;
  /** Whether it holds all that stands under its heading, so that it may be joined with its neighbours. */
  readonly whole: boolean;
}

interface Plan {
  readonly target: number;
  readonly overlap: number;
  readonly count: TokenCounter;
}

/**
 * Passages of about `targetTokens` tokens along the document's structure, in reading order; the same text always gives
 * the same passages. A passage is text of the document as it stands there: lists, code and tables keep their Markdown.
 * List items, table rows and code blocks are whole unless one alone exceeds the size. Small neighbouring sections share a
 * passage, which then has the path of the heading above them and their own headings in its text; two large top-level
 * sections never share one.
 */
export function splitPassages(
  extracted: Pick<ExtractedText, "blocks">,
  options: SplitOptions = {},
): PassageText[] {
  const { targetTokens = 512, overlapTokens = 50 } = options;
  const characters = extracted.blocks.reduce(
    (sum, block) => sum + (block.kind === "table" ? block.rows.join("").length : block.text.length),
    0,
  );
  const plan = {
    target: targetTokens,
    overlap: Math.floor(Math.min(overlapTokens, targetTokens / 4)),
    count: tokenCounter(characters),
  };
  const root = sectionsOf(extracted.blocks);
  return draftsOf(root, topLevelOf(root), plan).map((draft, position) => {
    const text = textOf(draft.pieces);
    return {
      position,
      headingPath: draft.headings.map((heading) => heading.text),
      page: draft.pieces.find((piece) => piece.page !== null)?.page ?? null,
      text,
      tokens: plan.count(text),
    };
  });
}

/** The section whose children are the top-level ones: below a single title if there is one. */
function topLevelOf(root: Section): Section {
  const [only] = root.sections;
  return only !== undefined && root.sections.length === 1 && root.content.length === 0 ? only : root;
}

const textOf = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece, index) => (index === 0 ? "" : piece.glue) + piece.text)
    .join("")
    .trim();

const sizeOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + piece.tokens + 1, 0);

function draftsOf(section: Section, topLevel: Section, plan: Plan): readonly Draft[] {
  const own = pack(section, plan);
  const below = section.sections.flatMap((child) => draftsOf(child, topLevel, plan));
  const joined: Draft[] = [];
  for (const draft of [...own, ...below]) {
    const last = joined.at(-1);
    const merged = last === undefined ? null : join(last, draft, section, section === topLevel, plan);
    if (merged === null) joined.push(draft);
    else joined[joined.length - 1] = merged;
  }
  // All of it in one passage: the sections above may go on joining it.
  return joined.length === 1 ? joined.map((draft) => ({ ...draft, whole: true })) : joined;
}

/** Both in one passage under the heading of `section`, or null where they are to stay apart. */
function join(left: Draft, right: Draft, section: Section, topLevel: boolean, plan: Plan): Draft | null {
  if (!left.whole || !right.whole) return null;
  const small = plan.target / 4;
  if (
    topLevel &&
    left.headings.length > section.headings.length &&
    Math.min(left.tokens, right.tokens) > small
  )
    return null;
  const depth = section.headings.length;
  const pieces = [...withHeadings(left, depth, plan), ...withHeadings(right, depth, plan)];
  const tokens = sizeOf(pieces);
  return tokens > plan.target ? null : { headings: section.headings, pieces, tokens, whole: true };
}

/** The draft's pieces with the headings below `depth` written above them. */
function withHeadings(draft: Draft, depth: number, plan: Plan): readonly Piece[] {
  const written = draft.headings.slice(depth).map((heading): Piece => {
    const text = `${"#".repeat(Math.min(Math.max(heading.level, 1), 6))} ${heading.text}`;
    return { text, tokens: plan.count(text), page: heading.page, glue: "\n\n", kind: "heading" };
  });
  return [...written, ...draft.pieces];
}

/** A section's own content in passages, filled up to the target in order. */
function pack(section: Section, plan: Plan): readonly Draft[] {
  const groups: Piece[][] = [];
  let current: Piece[] = [];
  for (const piece of section.content.flatMap((block) =>
    piecesOf(block, plan.target, plan.overlap, plan.count),
  )) {
    if (current.length > 0 && sizeOf(current) + piece.tokens > plan.target) {
      const carried = leadIn(current);
      groups.push(carried === null ? current : current.slice(0, -1));
      current = carried === null ? overlapOf(current, piece, plan) : [carried];
    }
    current.push(piece);
  }
  if (current.length > 0) groups.push(current);
  joinCrumb(groups, plan);
  return groups.map((pieces) => ({
    headings: section.headings,
    pieces,
    tokens: sizeOf(pieces),
    whole: groups.length === 1,
  }));
}

/** "Do the following:" belongs to what follows. */
function leadIn(pieces: readonly Piece[]): Piece | null {
  const last = pieces.at(-1);
  return pieces.length > 1 && last?.kind === "paragraph" && last.tokens < 60 && /[:：]\s*$/.test(last.text)
    ? last
    : null;
}

/** The last sentences of a prose passage, as far as they and the next piece fit. */
function overlapOf(pieces: readonly Piece[], next: Piece, plan: Plan): Piece[] {
  const last = pieces.at(-1);
  if (last?.kind !== "paragraph" || next.kind !== "paragraph" || plan.overlap < 1) return [];
  const room = Math.min(plan.overlap, plan.target - next.tokens - 1);
  const sentences = [...sentencesOf(last.text.length > 4000 ? last.text.slice(-4000) : last.text)].slice(1);
  let text = "";
  for (const sentence of sentences.reverse()) {
    if (plan.count(sentence + text) > room) break;
    text = sentence + text;
  }
  return text.trim() === "" ? [] : [{ ...last, text, tokens: plan.count(text) }];
}

/** A last passage of a few words is better at the end of the one before. */
function joinCrumb(groups: Piece[][], plan: Plan): void {
  const last = groups.at(-1);
  const previous = groups.at(-2);
  if (last === undefined || previous === undefined) return;
  const crumb = sizeOf(last);
  if (
    crumb > plan.target / 8 ||
    sizeOf(previous) + crumb > plan.target * 1.1 ||
    last[0]?.kind !== previous.at(-1)?.kind
  )
    return;
  if (last[0]?.kind === "table" || last[0]?.kind === "code") return;
  groups.splice(-2, 2, [...previous, ...last]);
}
