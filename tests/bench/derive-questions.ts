import type { DemoDocument } from "./demo-documents.ts";

/** A question that people could ask of a document, and one that they could ask next. */
export interface DerivedQuestion {
  readonly text: string;
  readonly followUp: string;
  /** The document's department where the asker names it; null where the expert has to choose. */
  readonly departmentSlug: string | null;
}

/** The sections that runbooks share, and how people ask for them. */
const runbookSections: Readonly<Record<string, (title: string) => string>> = {
  Meaning: (title) => `What does ${title} mean?`,
  Impact: (title) => `What is the impact of ${title}?`,
  Diagnosis: (title) => `How do I find the cause of ${title}?`,
  Mitigation: (title) => `How do I fix ${title}?`,
};

const aboutHeading: readonly ((heading: string, title: string) => string)[] = [
  (heading) => `What do I need to know about ${heading}?`,
  (heading, title) => `${title}: what are the rules for ${heading}?`,
  (heading) => `Who is responsible for ${heading}?`,
  (heading) => `How does ${heading} work?`,
  (heading, title) => `Where do I find ${heading} in ${title}?`,
];
const aboutTitle: readonly ((title: string) => string)[] = [
  (title) => `What is ${title} about?`,
  (title) => `When does ${title} apply to me?`,
  (title) => `What are the steps of ${title}?`,
];
const followUps = [
  "And what do I do if that does not help?",
  "Who can I ask about it?",
  "How long does that take?",
  "Why is that so?",
  "What else should I check?",
];

/**
 * Takes `count` questions from the titles and headings of documents, half of them with their department. The same seed
 * gives the same questions.
 */
export function deriveQuestions(
  documents: readonly DemoDocument[],
  count: number,
  seed: number,
): readonly DerivedQuestion[] {
  const random = randomNumbers(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const shared = sharedHeadings(documents);
  const all = documents.flatMap((document) => {
    const headings = headingsOf(document).filter(
      (heading) => !shared.has(heading) || heading in runbookSections,
    );
    const asked = headings.map((heading) => {
      const section = runbookSections[heading];
      if (section) return section(document.title);
      return heading.endsWith("?") ? heading : pick(aboutHeading)(lowered(heading), document.title);
    });
    return [pick(aboutTitle)(document.title), ...asked].map((text) => ({ text, document }));
  });
  return shuffled(all, random)
    .slice(0, count)
    .map(({ text, document }, place) => ({
      text,
      followUp: pick(followUps),
      departmentSlug: place % 2 === 0 ? document.departmentSlug : null,
    }));
}

/** Headings of the second and third level that say something by themselves: two words or more, or a runbook's section. */
const headingsOf = ({ content }: DemoDocument): readonly string[] =>
  [...content.matchAll(/^#{2,3} +(.+?)[ #]*$/gm)]
    .map(([, heading = ""]) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/[*_`]/g, "")
        .trim(),
    )
    .filter((heading) => heading in runbookSections || /^\p{L}[^\n]*\s\S/u.test(heading));

/** Headings of several documents are a form's, and a question about one would mean none of them. */
function sharedHeadings(documents: readonly DemoDocument[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const document of documents) {
    for (const heading of new Set(headingsOf(document))) {
      if (seen.has(heading)) shared.add(heading);
      seen.add(heading);
    }
  }
  return shared;
}

/** As inside a sentence; what looks like a name keeps its capitals. */
const lowered = (heading: string): string =>
  /^\p{Lu}\p{Ll}+ \p{Ll}/u.test(heading) ? heading.charAt(0).toLowerCase() + heading.slice(1) : heading;

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const result = [...values];
  for (let place = result.length - 1; place > 0; place -= 1) {
    const other = Math.floor(random() * (place + 1));
    [result[place], result[other]] = [result[other]!, result[place]!];
  }
  return result;
}

/** Mulberry32, a small generator with a known sequence for each seed; numbers from 0 up to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
